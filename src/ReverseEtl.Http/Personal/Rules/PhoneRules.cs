using PhoneNumbers;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>
/// Steps for telephone numbers, after Google's libphonenumber: digits of any script, the country's own way to dial abroad and its
/// trunk prefix, letters on keys, extensions dropped. A number must have a length that its country has; it need not be in use.
/// </summary>
public static class PhoneRules
{
    private const string NoRegion = "ZZ";
    private const string TooLong = "is no phone number: it has too many digits for its country";
    private const string TooShort = "is no phone number: it has too few digits for its country";
    private static readonly PhoneNumberUtil Library = PhoneNumberUtil.GetInstance();

    /// <summary>E.164: <c>+4532123456</c>.</summary>
    public static Normalised E164(string text, NormalContext context)
    {
        var number = Texts.Trim(Texts.Narrow(text));
        if (number.Length == 0)
            return "";
        if (!number.AsSpan().ContainsAnyInRange('0', '9'))
            return Normalised.Wrong("is no phone number: it has no digits");

        if (context.Country == NormalContext.AnyCountry)
            return Parse(Abroad(number), NoRegion);
        var region = Countries.Find(context.Country) ?? NoRegion;
        var result = Parse(number, region);
        // 00 is understood everywhere, also where another prefix is dialled.
        if (result.Problem is not null && StartsWith00(number) && Parse(Abroad(number), NoRegion) is { Problem: null } abroad)
            return abroad;
        return result;
    }

    /// <summary>The digits of an E.164 number, without its <c>+</c>.</summary>
    public static Normalised DigitsOnly(string text, NormalContext context) => text.TrimStart('+');

    private static Normalised Parse(string number, string region)
    {
        PhoneNumber parsed;
        try
        {
            parsed = Library.Parse(number, region);
        }
        catch (NumberParseException e)
        {
            return Normalised.Wrong(e.ErrorType switch
            {
                ErrorType.INVALID_COUNTRY_CODE when region == NoRegion && !number.StartsWith('+') =>
                    "has no calling code: write it with + and the code, or give the sync a country (or the country + where codes come first)",
                ErrorType.INVALID_COUNTRY_CODE => "is no phone number: no country has its calling code",
                ErrorType.TOO_LONG => TooLong,
                _ => TooShort,
            });
        }

        switch (Library.IsPossibleNumberWithReason(parsed))
        {
            case PhoneNumberUtil.ValidationResult.IS_POSSIBLE:
                break;
            case PhoneNumberUtil.ValidationResult.TOO_LONG:
                return Normalised.Wrong(TooLong);
            case PhoneNumberUtil.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
                return Normalised.Wrong("is no complete phone number: its area code is missing");
            case PhoneNumberUtil.ValidationResult.INVALID_COUNTRY_CODE:
                return Normalised.Wrong("is no phone number: no country has its calling code");
            default:
                return Normalised.Wrong(TooShort);
        }

        var e164 = Library.Format(parsed, PhoneNumberFormat.E164);
        // Some sequences of digits that no country has in use lose a trunk prefix each time they are read.
        return IsStable(e164) ? e164 : Normalised.Wrong("is no phone number: its country has none of that form");
    }

    private static bool IsStable(string e164)
    {
        try
        {
            return Library.Format(Library.Parse(e164, NoRegion), PhoneNumberFormat.E164) == e164;
        }
        catch (NumberParseException)
        {
            return false;
        }
    }

    private static bool StartsWith00(string number) => FirstDigits(number).StartsWith("00", StringComparison.Ordinal);

    /// <summary>The number with + in place of the zeros, if any, that it starts with; no calling code has one there.</summary>
    private static string Abroad(string number) => "+" + FirstDigits(number).TrimStart('0');

    private static string FirstDigits(string number) => number[number.AsSpan().IndexOfAnyInRange('0', '9')..];
}
