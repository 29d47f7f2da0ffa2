using System.Buffers;
using System.Text;
using ReverseEtl.Http.Personal;

namespace ReverseEtl.Tests.Personal;

/// <summary>Asks a normaliser in both ways it can be asked, and sees to it that they agree.</summary>
internal static class Ask
{
    public const string Field = "the_field";

    /// <summary>The normalised text, null for NULL, or the error with a ! before it.</summary>
    public static string? Of(Normaliser normaliser, string text, string? country = null)
    {
        var context = new NormalContext(Field, country);
        var result = normaliser.Normalise(text, context);
        var answer = result.Problem is { } problem ? "!" + Normaliser.Complaint(Field, text, problem) : result.IsNull ? null : result.Text;

        // A lone surrogate has no UTF-8 to ask with.
        if (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text)
            Assert.Equal(answer, OfUtf8(normaliser, Encoding.UTF8.GetBytes(text), context));
        return answer;
    }

    public static string? OfUtf8(Normaliser normaliser, ReadOnlySpan<byte> utf8, in NormalContext context)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("before "u8);
        var ok = normaliser.TryNormalise(utf8, context, output, out var written, out var error);
        var appended = Encoding.UTF8.GetString(output.WrittenSpan)["before ".Length..];
        Assert.Equal(written, Encoding.UTF8.GetByteCount(appended));
        Assert.Equal(ok, error is null);
        if (!ok)
            Assert.Equal("", appended);
        return !ok ? "!" + error : written == 0 ? null : appended;
    }

    /// <summary>What is written for a field with a hash; errors as <see cref="Of"/> has them.</summary>
    public static string? Written(PersonalField field, string text, string? country = null)
    {
        using var writer = new PersonalWriter();
        var output = new ArrayBufferWriter<byte>();
        var ok = writer.TryWrite(field, Encoding.UTF8.GetBytes(text), new(Field, country), output, out var written, out var error);
        Assert.Equal(written, output.WrittenCount);
        return !ok ? "!" + error : written == 0 ? null : Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string? WrittenHashed(PersonalField field, string text)
    {
        var output = new ArrayBufferWriter<byte>();
        var ok = PersonalWriter.TryWriteHashed(field, Encoding.UTF8.GetBytes(text), new(Field), output, out var written, out var error);
        Assert.Equal(written, output.WrittenCount);
        return !ok ? "!" + error : written == 0 ? null : Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
