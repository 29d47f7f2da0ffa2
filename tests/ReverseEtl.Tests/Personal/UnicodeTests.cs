using System.Globalization;
using ReverseEtl.Http.Personal.Rules;

namespace ReverseEtl.Tests.Personal;

/// <summary>Form C and lower case, for which programs without ICU have no help from the framework.</summary>
public sealed class UnicodeTests
{
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212B", "\u00C5")] // the ångström sign
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // marks in the order of their classes
    [InlineData("d\u0307\u0323", "\u1E0D\u0307")] // the dot below goes first
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")] // even where another mark was joined before
    [InlineData("a\u0315\u0300\u05AE\u0300b", "\u00E0\u05AE\u0300\u0315b")] // a second grave is blocked by the first
    [InlineData("a\u0305\u0301", "a\u0305\u0301")] // blocked by another of its class
    [InlineData("a\u0323\u0305", "\u1EA1\u0305")]
    [InlineData("a\u0327\u0301", "\u00E1\u0327")] // not blocked by one of a lower class
    [InlineData("\u0958", "\u0915\u093C")] // never composed
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("\uD55C", "한")]
    [InlineData("\uAC00\u11A7", "\uAC00\u11A7")] // no final consonant
    [InlineData("\u0B47\u0300\u0B3E", "\u0B47\u0300\u0B3E")] // a starter is blocked by a mark
    [InlineData("\u0B47\u0B3E", "\u0B4B")] // and joined without one
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\U00011099\U000110BA", "\U0001109A")]
    [InlineData("\uFA19", "\u795E")]
    [InlineData("ﬁ", "ﬁ")] // compatibility is not equality
    [InlineData("\u0301", "\u0301")]
    public void Text_is_composed(string text, string expected)
    {
        Assert.Equal(Codes(expected), Codes(TextRules.Compose(text, default).Text));
        Assert.Equal(Codes(expected), Codes(TextRules.Compose(expected, default).Text));
    }

    [Theory]
    [InlineData("ÀÉØÞ", "àéøþ")]
    [InlineData("İI", "i\u0307i")]
    [InlineData("ΌΔΟΣ ΣΑΣ.", "όδος σας.")]
    [InlineData("ΟΔΟΣ'Α", "οδοσ'α")]
    [InlineData("Σ", "σ")]
    [InlineData("ẞ", "ß")]
    [InlineData("𐐀", "𐐨")]
    public void Text_is_lowered(string text, string expected) => Assert.Equal(Codes(expected), Codes(TextRules.Lower(text, default).Text));

    private static string Codes(string text) => string.Join(' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X4", CultureInfo.InvariantCulture)));
}
