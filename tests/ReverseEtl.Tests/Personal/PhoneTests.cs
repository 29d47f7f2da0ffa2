using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

public sealed class PhoneTests
{
    [Theory]
    [InlineData("+45 32 12 34 56", null, "+4532123456")]
    [InlineData("0045 32 12 34 56", null, "+4532123456")]
    [InlineData("0045 32 12 34 56", "DK", "+4532123456")]
    [InlineData("0045 32 12 34 56", "US", "+4532123456")]
    [InlineData("011 45 32 12 34 56", "US", "+4532123456")]
    [InlineData("0011 45 32 12 34 56", "AU", "+4532123456")]
    [InlineData("32 12 34 56", "DK", "+4532123456")]
    [InlineData("32 12 34 56", "dnk", "+4532123456")]
    [InlineData("32 12 34 56", "Denmark", "+4532123456")]
    [InlineData("45 32 12 34 56", "DK", "+4532123456")]
    [InlineData("45 32 12 34 56", "+", "+4532123456")]
    [InlineData("0045 32 12 34 56", "+", "+4532123456")]
    [InlineData("+45 32 12 34 56", "+", "+4532123456")]
    [InlineData("+45 32 12 34 56", "IT", "+4532123456")]
    [InlineData("(650) 253-0000", "US", "+16502530000")]
    [InlineData("1 650 253 0000", "US", "+16502530000")]
    [InlineData("1-800-FLOWERS", "US", "+18003569377")]
    [InlineData("06 1234 5678", "IT", "+390612345678")]
    [InlineData("347 123 4567", "IT", "+393471234567")]
    [InlineData("020 7946 0958", "GB", "+442079460958")]
    [InlineData("020 7946 0958", "uk", "+442079460958")]
    [InlineData("+44 (0)20 7946 0958", null, "+442079460958")]
    [InlineData("020 7946 0958 ext. 12", "GB", "+442079460958")]
    [InlineData("020 7946 0958 x12", "GB", "+442079460958")]
    [InlineData("+44 844 412 4653", null, "+448444124653")]
    [InlineData("030 123456", "DE", "+4930123456")]
    [InlineData("+49 (0) 30 / 12 34 56", "DE", "+4930123456")]
    [InlineData("8 912 345-67-89", "RU", "+79123456789")]
    [InlineData("＋４５ ３２１２３４５６", null, "+4532123456")]
    [InlineData("٠٠٤٥٣٢١٢٣٤٥٦", "DK", "+4532123456")]
    [InlineData("३२१२३४५६", "DK", "+4532123456")]
    [InlineData("\u202A+45 32 12 34 56\u202C", null, "+4532123456")]
    public void Numbers_are_written_as_E164(string text, string? country, string expected)
    {
        Assert.Equal(expected, Ask.Of(GoogleNormalisers.Phone, text, country));
        Assert.Equal(expected[1..], Ask.Of(MetaNormalisers.Phone, text, country));
    }

    [Theory]
    [InlineData("n/a", "DK", "is no phone number: it has no digits")]
    [InlineData("+", "+", "is no phone number: it has no digits")]
    [InlineData("12", "DK", "is no phone number: it has too few digits for its country")]
    [InlineData("112", "DK", "is no phone number: it has too few digits for its country")]
    [InlineData("3212345678901", "DK", "is no phone number: it has too many digits for its country")]
    [InlineData("+1234567890123456789", null, "is no phone number: it has too many digits for its country")]
    [InlineData("253-0000", "US", "is no complete phone number: its area code is missing")]
    [InlineData("+999 32 12 34 56", null, "is no phone number: no country has its calling code")]
    [InlineData("+55 0 15 0334099041", null, "is no phone number: its country has none of that form")]
    [InlineData("32 12 34 56", null, "has no calling code: write it with + and the code, or give the sync a country (or the country + where codes come first)")]
    [InlineData("32 12 34 56", "Atlantis", "has no calling code: write it with + and the code, or give the sync a country (or the country + where codes come first)")]
    public void What_is_no_number_is_told_apart(string text, string? country, string problem)
    {
        var size = text.Length == 1 ? "1 character" : $"{text.Length} characters";
        Assert.Equal($"!the value of the_field ({size}) {problem}", Ask.Of(GoogleNormalisers.Phone, text, country));
    }

    [Fact]
    public void A_blank_number_is_null() => Assert.Null(Ask.Of(MetaNormalisers.Phone, " \u00A0"));
}
