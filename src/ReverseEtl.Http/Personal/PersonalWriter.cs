using System.Buffers;
using System.Text;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal;

/// <summary>Writes values of personal fields as the vendor wants them. For one thread at a time.</summary>
public sealed class PersonalWriter : IDisposable
{
    private readonly PersonalHasher _hasher = new();
    private readonly ArrayBufferWriter<byte> _normalised = new(256);

    /// <summary>Normalises and hashes a value and appends it.</summary>
    /// <param name="field">The field's rule and hash.</param>
    /// <param name="utf8">The value.</param>
    /// <param name="context">What else the rule may need.</param>
    /// <param name="output">Gets the value, and nothing where there is an error.</param>
    /// <param name="written">Bytes appended; 0 where the value is to be treated as NULL.</param>
    /// <param name="error">Where the answer is false: what is wrong, with the field's name and without the value.</param>
    public bool TryWrite(PersonalField field, ReadOnlySpan<byte> utf8, in NormalContext context, IBufferWriter<byte> output,
        out int written, out string? error)
    {
        if (field.Hash == PersonalHash.None)
            return field.Normaliser.TryNormalise(utf8, context, output, out written, out error);

        written = 0;
        _normalised.ResetWrittenCount();
        if (!field.Normaliser.TryNormalise(utf8, context, _normalised, out var length, out error))
        {
            // The likeliest reason why a text of this form is no address or number.
            if (PersonalHasher.IsSha256Hex(utf8))
                error = AlreadyHashed(context);
            return false;
        }

        // A hash of a hash matches nobody, and nothing at the vendor would tell.
        if (PersonalHasher.IsSha256Hex(_normalised.WrittenSpan))
        {
            error = AlreadyHashed(context);
            return false;
        }

        if (length > 0)
            written = _hasher.Write(field.Hash, _normalised.WrittenSpan, output);
        return true;
    }

    /// <summary>Appends a value that the user declared to be hashed already: hexadecimal digits of any case, with white space around them.</summary>
    /// <inheritdoc cref="TryWrite" path="/param"/>
    public static bool TryWriteHashed(PersonalField field, ReadOnlySpan<byte> utf8, in NormalContext context, IBufferWriter<byte> output,
        out int written, out string? error)
    {
        if (field.Hash == PersonalHash.None)
            throw new ArgumentException($"{field.Normaliser.Name} is not hashed", nameof(field));

        error = null;
        written = 0;
        var text = Texts.TrimAscii(utf8);
        if (text.IsEmpty)
            return true;
        var length = PersonalHasher.WriteHashed(field.Hash, text, output);
        if (length < 0)
        {
            var form = field.Hash == PersonalHash.Md5Hex ? "an MD5 in 32" : "a SHA-256 in 64";
            error = Normaliser.Complaint(context.Field, Encoding.UTF8.GetString(utf8),
                $"was declared as hashed, but is not {form} hexadecimal digits");
            return false;
        }

        written = length;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _hasher.Dispose();

    private static string AlreadyHashed(in NormalContext context) =>
        $"the value of {context.Field} looks like a SHA-256 already: declare the field as hashed";
}
