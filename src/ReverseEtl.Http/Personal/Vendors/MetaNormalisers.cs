using ReverseEtl.Http.Personal.Rules;

namespace ReverseEtl.Http.Personal.Vendors;

/// <summary>
/// Meta's customer information, as https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters
/// and https://developers.facebook.com/docs/marketing-api/audiences/guides/custom-audiences#hash have it; where they are silent, as Meta's pixel does.
/// All are hashed (<see cref="PersonalHash.Sha256Hex"/>) but <see cref="AdvertisingId"/> and, in audiences, <see cref="ExternalId"/>.
/// </summary>
public static class MetaNormalisers
{
    /// <summary>EMAIL, em: <c>john_smith@gmail.com</c>.</summary>
    public static readonly Normaliser Email = new("meta.email", 1, TextRules.Trim, TextRules.Lower, EmailRules.Check, TextRules.Compose)
    {
        Ascii = EmailRules.Ascii,
    };

    /// <summary>PHONE, ph: <c>16505551212</c>. Takes the country from the context.</summary>
    public static readonly Normaliser Phone = new("meta.phone", 1, PhoneRules.E164, PhoneRules.DigitsOnly);

    /// <summary>FN, fn: <c>valéry</c>. No white space either, as the pixel has it.</summary>
    public static readonly Normaliser FirstName = Name("meta.first_name");

    /// <summary>LN, ln: <c>obrien</c>.</summary>
    public static readonly Normaliser LastName = Name("meta.last_name");

    /// <summary>FI: the first letter of the first name.</summary>
    public static readonly Normaliser FirstInitial = new("meta.first_initial", 1,
        TextRules.Lower, TextRules.LettersAndNumbers, TextRules.Compose, TextRules.First);

    /// <summary>GEN, ge: f or m.</summary>
    public static readonly Normaliser Gender = new("meta.gender", 1, TextRules.Trim, TextRules.Lower, IdentifierRules.Gender);

    /// <summary>db, of events: <c>19900517</c>. Audiences have the three parts below.</summary>
    public static readonly Normaliser BirthDate = new("meta.birth_date", 1, TextRules.Trim, BirthRules.Date);

    /// <summary>DOBY: <c>1990</c>.</summary>
    public static readonly Normaliser BirthYear = new("meta.birth_year", 1, TextRules.Trim, BirthRules.Year);

    /// <summary>DOBM: <c>05</c>.</summary>
    public static readonly Normaliser BirthMonth = new("meta.birth_month", 1, TextRules.Trim, BirthRules.Month);

    /// <summary>DOBD: <c>17</c>.</summary>
    public static readonly Normaliser BirthDay = new("meta.birth_day", 1, TextRules.Trim, BirthRules.Day);

    /// <summary>CT, ct: <c>menlopark</c>.</summary>
    public static readonly Normaliser City = new("meta.city", 1, TextRules.Lower, TextRules.Letters, TextRules.Compose);

    /// <summary>ST, st: <c>ca</c> in the United States, else the name: <c>northholland</c>.</summary>
    public static readonly Normaliser State = new("meta.state", 1,
        TextRules.Lower, TextRules.Letters, TextRules.Compose, PlaceRules.UnitedStates);

    /// <summary>ZIP, zp: <c>94035</c>, <c>m11ae</c>.</summary>
    public static readonly Normaliser PostalCode = new("meta.zip", 1, TextRules.Lower, PlaceRules.ShortPostalCode, TextRules.Compose);

    /// <summary>COUNTRY, country: <c>nl</c>.</summary>
    public static readonly Normaliser Country = new("meta.country", 1, TextRules.Trim, Countries.Lower);

    /// <summary>MADID, madid: lower-case, with hyphens. Not hashed.</summary>
    public static readonly Normaliser AdvertisingId = new("meta.madid", 1, TextRules.Trim, TextRules.Lower, IdentifierRules.AdvertisingId);

    /// <summary>EXTERN_ID, external_id: trimmed. Hashed in events, not in audiences.</summary>
    public static readonly Normaliser ExternalId = new("meta.extern_id", 1, TextRules.Trim);

    private static Normaliser Name(string name) => new(name, 1, TextRules.Lower, TextRules.LettersAndNumbers, TextRules.Compose);
}
