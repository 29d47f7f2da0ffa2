using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>Steps for states and postal codes, for text that is lower-case.</summary>
public static class PlaceRules
{
    private const int UnitedStatesZip = 5;

    /// <summary>
    /// Meta's postal code: cut at the first hyphen, no white space or punctuation, and in the United States five digits at most.
    /// </summary>
    public static Normalised ShortPostalCode(string text, NormalContext context)
    {
        var narrow = Texts.Narrow(text);
        var hyphen = narrow.IndexOf('-', StringComparison.Ordinal);
        var code = Texts.Keep(hyphen < 0 ? narrow : narrow[..hyphen], static rune => Texts.IsLetter(rune) || Texts.IsNumber(rune));
        return code.Length > UnitedStatesZip && Countries.Find(context.Country) == "US" && Texts.IsDigits(code, 9, 9)
            ? code[..UnitedStatesZip]
            : code;
    }

    /// <summary>Two letters for a state of the United States that is spelt out, where that is the row's country. For letters only.</summary>
    public static Normalised UnitedStates(string text, NormalContext context) =>
        Countries.Find(context.Country) == "US" && States.TryGetValue(text, out var code) ? code : text;

    private static readonly Dictionary<string, string> States = new(StringComparer.Ordinal)
    {
        ["alabama"] = "al", ["alaska"] = "ak", ["americansamoa"] = "as", ["arizona"] = "az", ["arkansas"] = "ar",
        ["california"] = "ca", ["colorado"] = "co", ["connecticut"] = "ct", ["delaware"] = "de", ["districtofcolumbia"] = "dc",
        ["florida"] = "fl", ["georgia"] = "ga", ["guam"] = "gu", ["hawaii"] = "hi", ["idaho"] = "id",
        ["illinois"] = "il", ["indiana"] = "in", ["iowa"] = "ia", ["kansas"] = "ks", ["kentucky"] = "ky",
        ["louisiana"] = "la", ["maine"] = "me", ["maryland"] = "md", ["massachusetts"] = "ma", ["michigan"] = "mi",
        ["minnesota"] = "mn", ["mississippi"] = "ms", ["missouri"] = "mo", ["montana"] = "mt", ["nebraska"] = "ne",
        ["nevada"] = "nv", ["newhampshire"] = "nh", ["newjersey"] = "nj", ["newmexico"] = "nm", ["newyork"] = "ny",
        ["northcarolina"] = "nc", ["northdakota"] = "nd", ["northernmarianaislands"] = "mp", ["ohio"] = "oh", ["oklahoma"] = "ok",
        ["oregon"] = "or", ["pennsylvania"] = "pa", ["puertorico"] = "pr", ["rhodeisland"] = "ri", ["southcarolina"] = "sc",
        ["southdakota"] = "sd", ["tennessee"] = "tn", ["texas"] = "tx", ["usvirginislands"] = "vi", ["utah"] = "ut",
        ["vermont"] = "vt", ["virginia"] = "va", ["virginislands"] = "vi", ["washington"] = "wa", ["washingtondc"] = "dc",
        ["westvirginia"] = "wv", ["wisconsin"] = "wi", ["wyoming"] = "wy",
    };
}
