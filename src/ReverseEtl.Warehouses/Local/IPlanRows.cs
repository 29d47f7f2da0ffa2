using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Some rows of a plan as they are read: number, kind, key, mapped columns, identifiers. They die with the next ones.</summary>
internal interface IPlanRows
{
    /// <summary>How many.</summary>
    int Count { get; }

    /// <summary>Their numbers.</summary>
    ReadOnlySpan<long> Seq { get; }

    /// <summary>Their kinds.</summary>
    ReadOnlySpan<byte> Kinds { get; }

    /// <summary>Appends values of a column; the first after the kind is 0.</summary>
    void Append(FieldColumnBuilder builder, int column, int first, int count);

    /// <summary>Appends whether each mapped column has changed, 1 for yes; that comes after the values.</summary>
    void AppendFlags(IReadOnlyList<List<byte>> flags, int column, int first, int count);

    /// <summary>The most bytes of text that a row can have.</summary>
    int MostBytes(int row);
}

/// <summary>Reads rows of a plan in the order of their numbers.</summary>
internal interface IPlanReader : IDisposable
{
    /// <summary>The rows that were read last.</summary>
    IPlanRows Rows { get; }

    /// <summary>Reads the next rows.</summary>
    /// <returns>False at the end.</returns>
    bool Read(CancellationToken cancellationToken);
}
