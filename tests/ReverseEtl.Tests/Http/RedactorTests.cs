using ReverseEtl.Core.Config;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Tests.Http;

public sealed class RedactorTests
{
    private static readonly Redactor Redactor = new([new Secret("Bearer tok-123456"), new Secret("pass")]);

    [Theory]
    [InlineData("bad token 'Bearer tok-123456'", "bad token '***'")]
    [InlineData("bad token tok-123456, password", "bad token ***, ***word")]
    [InlineData("two\r\nlines\u0007", "two  lines")]
    public void Secrets_and_line_breaks_are_taken_out(string text, string clean) => Assert.Equal(clean, Redactor.Clean(text));

    [Fact]
    public void Long_text_is_cut_between_characters()
    {
        var clean = Redactor.Clean(string.Concat(Enumerable.Repeat("😀", 500)));
        Assert.Equal(string.Concat(Enumerable.Repeat("😀", 150)) + "…", clean);
    }
}
