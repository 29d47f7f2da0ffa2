using System.Runtime.InteropServices;
using System.Text;

namespace ReverseEtl.DuckDb.Native;

/// <summary>Strings across the C boundary.</summary>
internal static unsafe class NativeText
{
    /// <summary>Throws on a lone surrogate: replacing it by U+FFFD would alter the value without a word.</summary>
    internal static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A string that DuckDB keeps.</summary>
    internal static string? Borrowed(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    /// <summary>A string that DuckDB hands over.</summary>
    internal static string? Owned(byte* text)
    {
        try
        {
            return Borrowed(text);
        }
        finally
        {
            Api.duckdb_free(text);
        }
    }

    /// <summary>C strings end at the first NUL: text that has one would be cut there, and a part of it run.</summary>
    internal static string Terminated(string text, string what) => text.Contains('\0', StringComparison.Ordinal)
        ? throw new ArgumentException($"{what} contains a NUL character; pass such text as a parameter.", nameof(text))
        : text;
}
