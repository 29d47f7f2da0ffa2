using System.Globalization;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>
/// Steps for a date of birth and its parts, from the whole date (<c>1990-05-17</c>, <c>19900517</c>, or a timestamp, whose time is
/// dropped) or from a column that has the part alone.
/// </summary>
public static class BirthRules
{
    private const int FirstYear = 1900, LastYear = 2099;

    /// <summary>YYYYMMDD, from 1900.</summary>
    public static Normalised Date(string text, NormalContext context) =>
        TryDate(Texts.Narrow(text), out var date) && date.Year is >= FirstYear and <= LastYear
            ? date.ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            : Normalised.Wrong("is no date of birth: give YYYY-MM-DD, from 1900");

    /// <summary>Four digits, from 1900.</summary>
    public static Normalised Year(string text, NormalContext context)
    {
        var value = Texts.Narrow(text);
        var year = TryDate(value, out var date) ? date.Year : Texts.IsDigits(value, 4, 4) ? Number(value) : 0;
        return year is >= FirstYear and <= LastYear
            ? year.ToString(CultureInfo.InvariantCulture)
            : Normalised.Wrong("is no year of birth: give a date (YYYY-MM-DD) or a year (YYYY) from 1900");
    }

    /// <summary>01 to 12.</summary>
    public static Normalised Month(string text, NormalContext context)
    {
        var value = Texts.Narrow(text);
        var month = TryDate(value, out var date) ? date.Month : Texts.IsDigits(value, 1, 2) ? Number(value) : 0;
        return month is >= 1 and <= 12
            ? month.ToString("00", CultureInfo.InvariantCulture)
            : Normalised.Wrong("is no month of birth: give a date (YYYY-MM-DD) or a month from 1 to 12");
    }

    /// <summary>01 to 31.</summary>
    public static Normalised Day(string text, NormalContext context)
    {
        var value = Texts.Narrow(text);
        var day = TryDate(value, out var date) ? date.Day : Texts.IsDigits(value, 1, 2) ? Number(value) : 0;
        return day is >= 1 and <= 31
            ? day.ToString("00", CultureInfo.InvariantCulture)
            : Normalised.Wrong("is no day of birth: give a date (YYYY-MM-DD) or a day from 1 to 31");
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static bool TryDate(string text, out DateOnly date)
    {
        var day = text.AsSpan();
        if (day.Length > 10 && day[10] is 'T' or ' ')
            day = day[..10];
        return DateOnly.TryParseExact(day, ["yyyy-MM-dd", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }
}
