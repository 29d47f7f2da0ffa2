using System.Globalization;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("Menlo Park", "menlopark")]
    [InlineData("London", "london")]
    [InlineData("Paris 15", "paris")]
    [InlineData("Saint-Étienne", "saintétienne")]
    [InlineData("Sa\u0303o Paulo", "sãopaulo")]
    [InlineData("St. John's (NL)", "stjohnsnl")]
    [InlineData("東京", "東京")]
    [InlineData("-", null)]
    public void Cities_are_letters(string text, string? expected) => Assert.Equal(expected, Ask.Of(MetaNormalisers.City, text));

    [Theory]
    [InlineData("CA", "US", "ca")]
    [InlineData("New York", "US", "ny")]
    [InlineData("N.Y.", "USA", "ny")]
    [InlineData("Washington, D.C.", "us", "dc")]
    [InlineData("Georgia", "GE", "georgia")]
    [InlineData("Georgia", null, "georgia")]
    [InlineData("Noord-Holland", "NL", "noordholland")]
    public void States_are_two_letters_in_the_United_States(string text, string? country, string expected) =>
        Assert.Equal(expected, Ask.Of(MetaNormalisers.State, text, country));

    [Theory]
    [InlineData("94035", "US", "94035")]
    [InlineData("94035-1234", "US", "94035")]
    [InlineData("940351234", "US", "94035")]
    [InlineData("940351234", "BR", "940351234")]
    [InlineData("M1 1AE", "GB", "m11ae")]
    [InlineData("1229-076", "PT", "1229")]
    [InlineData("９４０３５－１２３４", null, "94035")]
    [InlineData(" - ", null, null)]
    public void Zip_codes_are_cut_at_the_hyphen(string text, string? country, string? expected) =>
        Assert.Equal(expected, Ask.Of(MetaNormalisers.PostalCode, text, country));

    [Theory]
    [InlineData("DK", "dk")]
    [InlineData(" dnk ", "dk")]
    [InlineData("DENMARK", "dk")]
    [InlineData("United States of America", "us")]
    [InlineData("the Netherlands", "nl")]
    [InlineData("U.K.", "gb")]
    [InlineData("Cote d'Ivoire", "ci")]
    [InlineData("Co\u0302te d’Ivoire", "ci")]
    [InlineData("St. Kitts & Nevis", "kn")]
    [InlineData("Bosnia and Herzegovina", "ba")]
    [InlineData("Türkiye", "tr")]
    [InlineData("India", "in")]
    [InlineData("INDIA", "in")]
    [InlineData("Kosovo", "xk")]
    [InlineData(" ", null)]
    [InlineData("Atlantis", "!the value of the_field (8 characters) is no country: give a code of ISO 3166-1 (DK or DNK) or its name in English")]
    [InlineData("2026-11-22T10:00:00Z", "!the value of the_field (20 characters) is no country: give a code of ISO 3166-1 (DK or DNK) or its name in English")]
    [InlineData("-", "!the value of the_field (1 character) is no country: give a code of ISO 3166-1 (DK or DNK) or its name in English")]
    public void Countries_are_found_by_code_and_name(string text, string? expected) => Assert.Equal(expected, Ask.Of(MetaNormalisers.Country, text));

    [Fact]
    public void No_two_countries_share_a_code_or_a_name()
    {
        using var stream = typeof(MetaNormalisers).Assembly.GetManifestResourceStream("countries.txt")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').ToList();
        Assert.Equal(250, lines.Count);
        foreach (var line in lines)
        {
            var words = line.Split(' ', 3);
            foreach (var text in (string[])[words[0], words[1], .. words[2].Split('|')])
                Assert.Equal(words[0], Ask.Of(GoogleNormalisers.Region, text.ToUpper(CultureInfo.InvariantCulture)));
        }
    }
}
