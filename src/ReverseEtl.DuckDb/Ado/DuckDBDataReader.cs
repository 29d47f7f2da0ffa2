using System.Collections;
using System.Data;
using System.Data.Common;

namespace ReverseEtl.DuckDb;

/// <summary>A query's rows one by one, over <see cref="DuckDBColumnReader"/>. Every value is read straight from DuckDB's vectors.</summary>
public sealed class DuckDBDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    private readonly DuckDBColumnReader _columns;
    private readonly DuckDBConnection? _closeWith;
    private readonly RawVector[] _vectors;
    private readonly Type[] _fieldTypes;
    private Dictionary<string, int>? _ordinals;
    private int _rows;
    private int _row = -1;
    private bool _closed;

    internal DuckDBDataReader(DuckDBColumnReader columns, DuckDBConnection? closeWith, CancellationToken cancellationToken)
    {
        _columns = columns;
        _closeWith = closeWith;
        _vectors = new RawVector[columns.Columns.Count];
        _fieldTypes = [.. columns.Columns.Select(column => ClrTypes.Of(column.Type))];
        // HasRows must be known before the first Read.
        HasRows = NextChunk(cancellationToken);
    }

    public override int FieldCount => _vectors.Length;

    public override bool HasRows { get; }

    public override bool IsClosed => _closed;

    public override int RecordsAffected => _columns.RowsAffected;

    public override int Depth => 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <exception cref="DuckDBException">The query failed on the way.</exception>
    public override bool Read() => Step(default);

    /// <summary>Waits only where DuckDB has yet to compute the next rows of a stream.</summary>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        return _row + 1 < _rows || _rows == 0 ? Task.FromResult(Step(default)) : Task.Run(() => Step(cancellationToken), cancellationToken);
    }

    private bool Step(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return ++_row < _rows || (_rows > 0 && NextChunk(cancellationToken) && ++_row < _rows);
    }

    private bool NextChunk(CancellationToken cancellationToken)
    {
        _row = -1;
        _rows = 0;
        if (!_columns.ReadChunk(cancellationToken))
            return false;

        var chunk = _columns.Chunk;
        for (var i = 0; i < _vectors.Length; i++)
            _vectors[i] = chunk.Raw(i);
        _rows = chunk.RowCount;
        return true;
    }

    /// <summary>A command has one result, its last statement's.</summary>
    public override bool NextResult() => false;

    public override string GetName(int ordinal) => _columns.Columns[ordinal].Name;

    public override int GetOrdinal(string name)
    {
        if (_ordinals is null)
        {
            _ordinals = new Dictionary<string, int>(FieldCount, StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < FieldCount; i++)
                _ordinals.TryAdd(GetName(i), i);
        }
        return _ordinals.TryGetValue(name, out var ordinal) ? ordinal : throw NoColumn($"The result has no column '{name}'.");
    }

    /// <summary>The SQL name of the full type, e.g. <c>DECIMAL(18,2)</c>.</summary>
    public override string GetDataTypeName(int ordinal) => _columns.Columns[ordinal].Type.ToString();

    public override Type GetFieldType(int ordinal) => _fieldTypes[ordinal];

    /// <summary>Of type <see cref="GetFieldType"/>, or DBNull. A DECIMAL with more digits than <see cref="decimal"/> holds is a <see cref="DuckDBDecimal"/>.</summary>
    public override object GetValue(int ordinal) => ValueReader.Read(Vector(ordinal), _row) ?? DBNull.Value;

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    public override bool IsDBNull(int ordinal)
    {
        ref readonly var vector = ref Vector(ordinal);
        return !vector.IsValid(_row) || vector.Type.Id == DuckDBType.SqlNull;
    }

    /// <summary>
    /// T may be any number type that holds the value, its nullable form, string (the value's exact text), byte[] or Stream (BLOB), DateTime,
    /// DateTimeOffset (TIMESTAMPTZ), DateOnly, TimeOnly, TimeSpan, Guid, a List or an array (LIST, ARRAY), or what <see cref="GetValue"/> gives.
    /// </summary>
    /// <exception cref="InvalidCastException">The value is NULL and T has no null, or the type does not convert to T.</exception>
    public override T GetFieldValue<T>(int ordinal)
    {
        ref readonly var vector = ref Vector(ordinal);
        if (typeof(T) == typeof(object))
            return (T)GetValue(ordinal);
        if (!vector.IsValid(_row) && Nullable.GetUnderlyingType(typeof(T)) is null)
            throw Null(ordinal);
        return TypedReader.Read<T>(vector, _row);
    }

    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    public override char GetChar(int ordinal) => GetString(ordinal) is [var single] ? single : throw new InvalidCastException($"Column '{GetName(ordinal)}' is not one character.");

    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    /// <summary>The value's text, which loses nothing, of any type but BLOB and the nested ones.</summary>
    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    public override Stream GetStream(int ordinal) => GetFieldValue<Stream>(ordinal);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        ref readonly var vector = ref Vector(ordinal);
        if (!vector.IsValid(_row))
            throw Null(ordinal);
        if (vector.Type.Id != DuckDBType.Blob)
            throw new InvalidCastException($"A {vector.Type} cannot be read as bytes.");
        return Slice(vector.Bytes(_row), dataOffset, buffer, bufferOffset, length);
    }

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Slice<char>(GetString(ordinal), dataOffset, buffer, bufferOffset, length);

    /// <summary>ADO.NET's rule: without a buffer, the length of the whole.</summary>
    private static long Slice<T>(ReadOnlySpan<T> source, long offset, T[]? buffer, int bufferOffset, int length)
    {
        if (buffer is null)
            return source.Length;
        var rest = source[(int)Math.Min(offset, source.Length)..];
        rest = rest[..Math.Min(rest.Length, length)];
        rest.CopyTo(buffer.AsSpan(bufferOffset));
        return rest.Length;
    }

    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    public System.Collections.ObjectModel.ReadOnlyCollection<DbColumn> GetColumnSchema() => ColumnSchema.Describe(_columns.Columns, _fieldTypes);

    public override DataTable? GetSchemaTable() => FieldCount == 0 ? null : ColumnSchema.ToTable(GetColumnSchema());

    public override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _columns.Dispose();
        _closeWith?.Close();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    /// <summary>The vectors are bare pointers: this check keeps every access inside a live chunk.</summary>
    private ref readonly RawVector Vector(int ordinal)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if ((uint)_row >= (uint)_rows)
            throw new InvalidOperationException("There is no row: Read comes first, and must return true.");
        if ((uint)ordinal >= (uint)_vectors.Length)
            throw NoColumn($"The result has {FieldCount} columns; there is no column {ordinal}.");
        return ref _vectors[ordinal];
    }

#pragma warning disable CA2201 // ADO.NET's contract names this exception.
    private static IndexOutOfRangeException NoColumn(string message) => new(message);
#pragma warning restore CA2201

    private InvalidCastException Null(int ordinal) => new($"Column '{GetName(ordinal)}' is NULL; ask IsDBNull first, or read a nullable type.");
}
