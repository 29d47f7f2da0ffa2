using ReverseEtl.Http.Personal.Rules;

namespace ReverseEtl.Http.Personal.Vendors;

/// <summary>
/// Google's user data, as https://developers.google.com/data-manager/api/get-started/formatting, the reference of UserData and Google's
/// own formatting library have it. <see cref="Email"/>, <see cref="Phone"/> and the names are hashed, as hexadecimal digits or Base64;
/// <see cref="Region"/> and <see cref="PostalCode"/> are not.
/// </summary>
public static class GoogleNormalisers
{
    /// <summary>email_address: <c>cloudysanfrancisco@gmail.com</c>.</summary>
    public static readonly Normaliser Email = new("google.email", 1,
        TextRules.Trim, TextRules.Lower, EmailRules.Check, EmailRules.Gmail, TextRules.Compose)
    {
        Ascii = EmailRules.AsciiGmail,
    };

    /// <summary>phone_number: <c>+18005550100</c>. Takes the country from the context.</summary>
    public static readonly Normaliser Phone = new("google.phone", 1, PhoneRules.E164);

    /// <summary>given_name: <c>anna-lena</c>.</summary>
    public static readonly Normaliser GivenName = new("google.given_name", 1,
        TextRules.Lower, NameRules.WordsAndHyphens, NameRules.WithoutTitle, TextRules.Compose);

    /// <summary>family_name: <c>smith-jones</c>.</summary>
    public static readonly Normaliser FamilyName = new("google.family_name", 1,
        TextRules.Lower, NameRules.WordsAndHyphens, NameRules.WithoutSuffix, TextRules.Compose);

    /// <summary>region_code: <c>US</c>. Not hashed.</summary>
    public static readonly Normaliser Region = new("google.region", 1, TextRules.Trim, Countries.Upper);

    /// <summary>postal_code: trimmed. Not hashed.</summary>
    public static readonly Normaliser PostalCode = new("google.postal_code", 1, TextRules.Trim);
}
