using System.Collections.Concurrent;

namespace ReverseEtl.DuckDb;

/// <summary>Reads T? through the reader for T.</summary>
internal abstract class NullableReader
{
    private static readonly ConcurrentDictionary<Type, NullableReader> Readers = new();

    /// <returns>The value, boxed: a boxed T casts to T?.</returns>
    internal static object Read(Type type, in RawVector vector, int row) => Readers
        .GetOrAdd(type, static underlying => (NullableReader)Activator.CreateInstance(typeof(For<>).MakeGenericType(underlying))!)
        .Read(vector, row);

    protected abstract object Read(in RawVector vector, int row);

    private sealed class For<T> : NullableReader where T : struct
    {
        protected override object Read(in RawVector vector, int row) => TypedReader.Read<T>(vector, row);
    }
}
