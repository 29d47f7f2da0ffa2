using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal;

/// <summary>
/// A vendor's rule for one kind of personal data: <c>meta.phone</c> makes <c>4532123456</c> of <c>+45 32 12 34 56</c>. Immutable
/// and safe to share between threads. A rule that answers any value differently than before gets a new version, as a hash of the
/// old answer stays behind at the destination.
/// </summary>
public sealed class Normaliser
{
    private readonly NormalRule[] _rules;

    /// <param name="name">Unique, lower-case: vendor, dot, field.</param>
    /// <param name="version">From 1.</param>
    /// <param name="rules">Run in this order, until one finds a problem or nothing is left of the value.</param>
    public Normaliser(string name, int version, params NormalRule[] rules)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        (Name, Version, _rules) = (name, version, [.. rules]);
    }

    /// <summary>The vendor and the field: <c>meta.phone</c>.</summary>
    public string Name { get; }

    /// <summary>The version of the rule.</summary>
    public int Version { get; }

    /// <summary>Name and version, to keep beside what was sent: <c>meta.phone@1</c>.</summary>
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Version}");

    /// <summary>A faster way for values of ASCII only, where there is one.</summary>
    public AsciiRule? Ascii { get; init; }

    /// <summary>Normalises a text. A problem's message does not name the field; see <see cref="Complaint"/>.</summary>
    public Normalised Normalise(string text, in NormalContext context)
    {
        if (!Texts.IsWellFormed(text))
            return Normalised.Wrong("is no Unicode text: it has half of a surrogate pair");
        foreach (var rule in _rules)
        {
            if (text.Length == 0)
                break;
            var step = rule(text, context);
            if (step.Problem is not null)
                return step;
            text = step.Text;
        }

        return text;
    }

    /// <summary>Normalises a text of UTF-8 and appends the result as UTF-8.</summary>
    /// <param name="utf8">The value.</param>
    /// <param name="context">What else the rule may need.</param>
    /// <param name="output">Gets the normalised text, and nothing where there is an error.</param>
    /// <param name="written">Bytes appended; 0 where the value is to be treated as NULL.</param>
    /// <param name="error">Where the answer is false: what is wrong, with the field's name and without the value.</param>
    public bool TryNormalise(ReadOnlySpan<byte> utf8, in NormalContext context, IBufferWriter<byte> output, out int written, out string? error)
    {
        error = null;
        if (Ascii is { } ascii && (written = ascii(utf8, output.GetSpan(utf8.Length)[..utf8.Length])) >= 0)
        {
            output.Advance(written);
            return true;
        }

        written = 0;
        if (!Utf8.IsValid(utf8))
        {
            error = string.Create(CultureInfo.InvariantCulture, $"the value of {context.Field} ({utf8.Length} bytes) is no UTF-8");
            return false;
        }

        var text = Encoding.UTF8.GetString(utf8);
        var result = Normalise(text, context);
        if (result.Problem is not null)
        {
            error = Complaint(context.Field, text, result.Problem);
            return false;
        }

        if (!result.IsNull)
            written = (int)Encoding.UTF8.GetBytes(result.Text, output);
        return true;
    }

    /// <summary>A message fit for logs: it has the value's length in place of the value.</summary>
    public static string Complaint(string field, string text, string problem) =>
        string.Create(CultureInfo.InvariantCulture, $"the value of {field} ({text.Length} character{(text.Length == 1 ? "" : "s")}) {problem}");
}
