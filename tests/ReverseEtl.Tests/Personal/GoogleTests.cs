using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

/// <summary>Values and hashes that Google's formatting library for the Data Manager API is tested with.</summary>
public sealed class GoogleTests
{
    [Theory]
    [InlineData("alexz@example.com", PersonalHash.Sha256Hex, "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a")]
    [InlineData("  ALEXZ@EXAMPLE.com   ", PersonalHash.Sha256Hex, "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a")]
    [InlineData("alexz@EXAMPLE.com", PersonalHash.Sha256Base64, "UJ6TMBm7KFoTSpM0uLtnnf950M4CPVKa9L10TUe0/Yo=")]
    public void Addresses_have_the_documented_hashes(string text, PersonalHash hash, string expected) =>
        Assert.Equal(expected, Ask.Written(new(GoogleNormalisers.Email, hash), text));

    [Theory]
    [InlineData("   +1-800-555-0100", null, PersonalHash.Sha256Hex, "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30")]
    [InlineData("1-800-555-0100   ", "+", PersonalHash.Sha256Hex, "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30")]
    [InlineData("(800)555-0100", "US", PersonalHash.Sha256Base64, "+09zpuxf23B31WTN0iw1VLQ85JFoVQw7EsVHt4xRezA=")]
    public void Numbers_have_the_documented_hashes(string text, string? country, PersonalHash hash, string expected) =>
        Assert.Equal(expected, Ask.Written(new(GoogleNormalisers.Phone, hash), text, country));

    [Fact]
    public void Names_have_the_documented_hashes()
    {
        Assert.Equal("128a07bfe2df877c52076e60d7774cf5baaa046c5a6c48daf30ff43ecca2f814",
            Ask.Written(new(GoogleNormalisers.GivenName, PersonalHash.Sha256Hex), "  GivenName  "));
        Assert.Equal("d3YsKH5hzgZb7lwVRkASxvvgiDmLgFdifVV3JJQw1XQ=",
            Ask.Written(new(GoogleNormalisers.FamilyName, PersonalHash.Sha256Base64), "  FamilyName "));
    }

    [Theory]
    [InlineData("Jefferson.Loves.hiking@gmail.com", "jeffersonloveshiking@gmail.com")]
    [InlineData("Jefferson.LOVES.Hiking@googlemail.com", "jeffersonloveshiking@googlemail.com")]
    [InlineData("Cloudy.SanFrancisco+shopping@Gmail.com", "cloudysanfrancisco@gmail.com")]
    [InlineData("user.name+NYC@Example.com", "user.name+nyc@example.com")]
    [InlineData("a.b+c@notgmail.com", "a.b+c@notgmail.com")]
    [InlineData("a.b+c@gmail.com.example", "a.b+c@gmail.com.example")]
    [InlineData("Å.b+c@gmail.com", "åb@gmail.com")]
    [InlineData("a.\u0307@gmail.com", "ȧ@gmail.com")]
    [InlineData(" ...@gmail.com", "!the value of the_field (14 characters) is no e-mail address: only dots or a + suffix stand before the @")]
    [InlineData("+x@gmail.com", "!the value of the_field (12 characters) is no e-mail address: only dots or a + suffix stand before the @")]
    public void Dots_and_suffixes_do_not_count_at_Gmail_and_nowhere_else(string text, string expected) =>
        Assert.Equal(expected, Ask.Of(GoogleNormalisers.Email, text));

    [Theory]
    [InlineData("Mrs. Anna-Lena", "anna-lena")]
    [InlineData("Dr. Mr John", "john")]
    [InlineData("dr  María  José", "maría josé")]
    [InlineData("Drew", "drew")]
    [InlineData("Dr.", "dr")]
    [InlineData("D'Arcy", "darcy")]
    [InlineData("! mr anna", "anna")]
    [InlineData("山田", "山田")]
    [InlineData(" - ", null)]
    public void Given_names_lose_titles(string text, string? expected) => Assert.Equal(expected, Ask.Of(GoogleNormalisers.GivenName, text));

    [Theory]
    [InlineData("Smith-Jones", "smith-jones")]
    [InlineData("Smith, Jr.", "smith")]
    [InlineData("Smith,Jr", "smith")]
    [InlineData("Davis III", "davis")]
    [InlineData("Miller Sr. Ph.D.", "miller")]
    [InlineData("van der Berg", "van der berg")]
    [InlineData("Jr", "jr")]
    [InlineData("O\u2019Neill", "oneill")]
    public void Family_names_lose_suffixes(string text, string expected) => Assert.Equal(expected, Ask.Of(GoogleNormalisers.FamilyName, text));

    [Theory]
    [InlineData(" us", "US")]
    [InlineData("Denmark", "DK")]
    public void Regions_are_upper_case(string text, string expected) => Assert.Equal(expected, Ask.Of(GoogleNormalisers.Region, text));

    [Theory]
    [InlineData(" 1229-076  ", "1229-076")]
    [InlineData("WC2H 8LG", "WC2H 8LG")]
    public void Postal_codes_are_trimmed_only(string text, string expected) => Assert.Equal(expected, Ask.Of(GoogleNormalisers.PostalCode, text));
}
