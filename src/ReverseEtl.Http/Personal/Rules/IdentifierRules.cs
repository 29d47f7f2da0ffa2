namespace ReverseEtl.Http.Personal.Rules;

/// <summary>Steps for gender and for identifiers of devices, for text that is lower-case.</summary>
public static class IdentifierRules
{
    private static readonly Guid TrackingLimited = Guid.Empty;

    /// <summary>f or m. Other genders and "unknown" have no place in this form, and become NULL.</summary>
    public static Normalised Gender(string text, NormalContext context) => text switch
    {
        "f" or "female" or "woman" or "w" => "f",
        "m" or "male" or "man" => "m",
        "d" or "divers" or "diverse" or "n" or "nb" or "non-binary" or "nonbinary" or "none" or "o" or "other" or "u" or "unknown"
            or "unspecified" or "undisclosed" or "x" => "",
        _ => Normalised.Wrong("is no gender: give f, m, female, male, or unknown"),
    };

    /// <summary>
    /// A mobile advertising id (IDFA or AAID) with its hyphens. The id of zeros, which devices give where tracking is off, belongs to
    /// nobody and becomes NULL.
    /// </summary>
    public static Normalised AdvertisingId(string text, NormalContext context)
    {
        if (!Guid.TryParseExact(text, "D", out var id))
            return Normalised.Wrong("is no mobile advertising id: it is 32 hexadecimal digits with hyphens, as in a UUID");
        return id == TrackingLimited ? "" : text;
    }
}
