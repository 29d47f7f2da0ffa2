using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

public sealed class EmailTests
{
    [Theory]
    [InlineData("User.Name+Tag@Example.COM", "user.name+tag@example.com")]
    [InlineData("\t\r\n\0 a@b \u007F", "a@b")]
    [InlineData("\uFEFF\u3000a@b.c\u00A0\u200B", "a@b.c")]
    [InlineData("IRMAK@EXAMPLE.COM", "irmak@example.com")]
    [InlineData("Ångström@EXÄMPLE.com", "ångström@exämple.com")]
    [InlineData("A\u030Angstro\u0308m@exa\u0308mple.com", "ångström@exämple.com")]
    [InlineData("", null)]
    [InlineData(" \u2003 ", null)]
    public void Addresses_are_trimmed_lower_case_and_composed(string text, string? expected) => Assert.Equal(expected, Ask.Of(MetaNormalisers.Email, text));

    [Theory]
    [InlineData("nobody", "is no e-mail address: it has no @")]
    [InlineData("a@b@c", "is no e-mail address: it has more than one @")]
    [InlineData("@b.c", "is no e-mail address: nothing stands before the @")]
    [InlineData("a@ ", "is no e-mail address: nothing stands after the @")]
    [InlineData("@", "is no e-mail address: nothing stands before the @")]
    [InlineData("a b@c.d", "is no e-mail address: it has white space or an invisible character inside")]
    [InlineData("a\u007Fb@c.d", "is no e-mail address: it has white space or an invisible character inside")]
    [InlineData("a\u00A0b@c.d", "is no e-mail address: it has white space or an invisible character inside")]
    [InlineData("a@c\u200B.d", "is no e-mail address: it has white space or an invisible character inside")]
    public void What_is_no_address_is_told_apart(string text, string problem)
    {
        var size = text.Length == 1 ? "1 character" : $"{text.Length} characters";
        Assert.Equal($"!the value of the_field ({size}) {problem}", Ask.Of(MetaNormalisers.Email, text));
        Assert.Equal($"!the value of the_field ({size}) {problem}", Ask.Of(GoogleNormalisers.Email, text));
    }

    // Attributes cannot hold half of a pair.
    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        const string Expected = "!the value of the_field (6 characters) is no Unicode text: it has half of a surrogate pair";
        foreach (var text in (string[])["ab\uD800@b", "\uDC00\uD800@b.c", "a@b.c\uD83D", "\uDE00a@b.c", "\uD83D\uD83D\uDE00@b"])
            Assert.Equal(text.Length == 5 ? Expected.Replace('6', '5') : Expected, Ask.Of(MetaNormalisers.Email, text));
        Assert.Equal("\U0001F600@b", Ask.Of(MetaNormalisers.Email, "\uD83D\uDE00@B"));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused() =>
        Assert.Equal("!the value of the_field (5 bytes) is no UTF-8", Ask.OfUtf8(MetaNormalisers.Email, [(byte)'a', 0xFF, (byte)'@', (byte)'b', (byte)'c'], new("the_field")));
}
