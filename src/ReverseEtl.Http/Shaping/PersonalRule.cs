using System.Buffers;
using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;

namespace ReverseEtl.Http.Shaping;

/// <summary>A field of personal data, normalised and hashed as its vendor wants it.</summary>
public class PersonalRule : IFieldRule
{
    // A writer is for one thread at a time.
    [ThreadStatic]
    private static PersonalWriter? OfThread;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? Output;

    private readonly PersonalField _field;

    /// <param name="field">The rule and the hash.</param>
    /// <param name="summary">What they do, in a few words.</param>
    private protected PersonalRule(PersonalField field, string summary) => (_field, Summary) = (field, summary);

    /// <inheritdoc/>
    public string Id => _field.Id;

    /// <inheritdoc/>
    public string Summary { get; }

    /// <inheritdoc/>
    public FieldType Type => FieldType.Text;

    /// <summary>A normalised field that leaves plain.</summary>
    public static PersonalRule Plain(Normaliser normaliser, string summary) => new(new PersonalField(normaliser, PersonalHash.None), summary);

    /// <summary>A normalised field that leaves as the hexadecimal digits of its SHA-256.</summary>
    public static PersonalRule Sha256(Normaliser normaliser, string summary) =>
        new HashingRule(new PersonalField(normaliser, PersonalHash.Sha256Hex), $"{summary}; SHA-256");

    /// <inheritdoc/>
    public string? Shape(FieldColumn source, int row, in ShapeContext context, FieldColumnBuilder target)
    {
        var writer = OfThread ??= new PersonalWriter();
        var output = Output ??= new ArrayBufferWriter<byte>();
        output.ResetWrittenCount();
        var normal = new NormalContext(context.Field, context.Country);
        var value = source.Type.IsFixed() ? Encoding.UTF8.GetBytes(source.Text(row)!) : source.Utf8(row);
        string? error;
        var done = context.Hashed
            ? PersonalWriter.TryWriteHashed(_field, value, normal, output, out var written, out error)
            : writer.TryWrite(_field, value, normal, output, out written, out error);
        if (!done)
            return error;
        if (written == 0)
            target.AppendNull();
        else
            target.AppendUtf8(output.WrittenSpan);
        return null;
    }

    private sealed class HashingRule(PersonalField field, string summary) : PersonalRule(field, summary), IHashingRule;
}
