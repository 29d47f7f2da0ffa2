using System.Collections;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Reads a result as a stream: one row is in memory, whatever the size of the result.</summary>
[SuppressMessage("Design", "CA1010", Justification = "ADO.NET's base class is from before generics.")]
public sealed class SnowflakeDataReader : DbDataReader
{
    private readonly SnowflakeApi _api;
    private readonly SnowflakeConnection? _closeWith;
    private readonly IReadOnlyList<string> _handles;
    private Dictionary<string, int>? _ordinals;
    private StatementResult _result;
    private ResultRows _rows;
    private int _next = 1;
    private bool _onRow;
    private bool _closed;

    internal SnowflakeDataReader(SnowflakeApi api, StatementResult result, SnowflakeConnection? closeWith)
    {
        (_api, _result, _closeWith) = (api, result, closeWith);
        _rows = new ResultRows(api, result);
        // The answer for several statements says only that they succeeded.
        _handles = result.Answer.StatementHandles ?? [result.Handle];
    }

    /// <summary>The id of the query whose result is read, as in Snowflake's query history.</summary>
    public string QueryId => _result.Handle;

    public override int FieldCount => _result.Metadata.RowType.Count;

    public override bool HasRows => _result.Metadata.NumRows > 0;

    public override bool IsClosed => _closed;

    /// <summary>Rows that the statement changed; -1 where Snowflake counts none.</summary>
    public override int RecordsAffected => _result.Answer.Stats?.Changed is { } changed ? (int)Math.Min(changed, int.MaxValue) : -1;

    public override int Depth => 0;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    internal ResultColumn Column(int ordinal) => (uint)ordinal < (uint)FieldCount ? _result.Metadata.RowType[ordinal] : throw NoColumn($"The result has {FieldCount} columns; there is no column {ordinal}.");

    /// <summary>Rows that the statement changed, from its own result where Snowflake gives no statistics; null where it changes none.</summary>
    internal async Task<long?> ChangedAsync(CancellationToken cancellationToken)
    {
        if (_result.Answer.Stats?.Changed is { } changed)
            return changed;
        if (FieldCount == 0 || !GetName(0).StartsWith("number of rows ", StringComparison.Ordinal) || !await ReadAsync(cancellationToken))
            return null;
        return Enumerable.Range(0, FieldCount).Sum(GetInt64);
    }

    internal async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_result.Answer.StatementHandles is not null)
            await GoToAsync(0, cancellationToken);
    }

    public override bool Read() => ReadAsync(default).GetAwaiter().GetResult();

    /// <exception cref="SnowflakeException">A partition of the result cannot be had.</exception>
    public override async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _onRow = FieldCount > 0 && await _rows.ReadAsync(cancellationToken);
    }

    public override bool NextResult() => NextResultAsync(default).GetAwaiter().GetResult();

    /// <summary>Goes to the result of the next of several statements.</summary>
    public override async Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        if (_next >= _handles.Count)
            return false;
        await GoToAsync(_next++, cancellationToken);
        return true;
    }

    public override string GetName(int ordinal) => Column(ordinal).Name;

    /// <summary>By its exact name; else in any case.</summary>
    public override int GetOrdinal(string name)
    {
        if (_ordinals is null)
        {
            _ordinals = new Dictionary<string, int>(FieldCount, StringComparer.Ordinal);
            for (var i = 0; i < FieldCount; i++)
                _ordinals.TryAdd(GetName(i), i);
        }

        if (_ordinals.TryGetValue(name, out var ordinal))
            return ordinal;
        ordinal = Enumerable.Range(0, FieldCount).FirstOrDefault(i => string.Equals(GetName(i), name, StringComparison.OrdinalIgnoreCase), -1);
        return ordinal >= 0 ? ordinal : throw NoColumn($"The result has no column '{name}'.");
    }

    /// <summary>The column's type as SQL writes it: <c>NUMBER(38,2)</c>.</summary>
    public override string GetDataTypeName(int ordinal) => SnowflakeTypes.SqlName(Column(ordinal));

    public override Type GetFieldType(int ordinal) => ValueReader.TypeOf(Column(ordinal));

    /// <summary>
    /// Of type <see cref="GetFieldType"/>, or DBNull. A number with more digits than <see cref="decimal"/> holds is a
    /// <see cref="System.Numerics.BigInteger"/>, or text where it has a fraction; times are cut to 100 ns.
    /// </summary>
    /// <exception cref="OverflowException">.NET has no such date; <see cref="GetString"/> has.</exception>
    public override object GetValue(int ordinal) => IsDBNull(ordinal) ? DBNull.Value : ValueReader.Read(Column(ordinal), _rows.Cell(ordinal));

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    public override bool IsDBNull(int ordinal)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (!_onRow)
            throw new InvalidOperationException("There is no row: Read comes first, and must return true.");
        _ = Column(ordinal);
        return _rows.IsNull(ordinal);
    }

    /// <summary>
    /// T may be string (the value's exact text, of any type), any number type that holds the value, its nullable form, and what else
    /// <see cref="ValueConversion"/> makes of <see cref="GetValue"/>.
    /// </summary>
    /// <exception cref="InvalidCastException">The value is NULL and T has no null, or T cannot hold the value.</exception>
    public override T GetFieldValue<T>(int ordinal)
    {
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        if (IsDBNull(ordinal))
            return type == typeof(object) ? (T)(object)DBNull.Value : type != typeof(T) ? default! : throw new InvalidCastException($"Column '{GetName(ordinal)}' is NULL; ask IsDBNull first, or read a nullable type.");
        return type == typeof(string) ? (T)(object)ValueReader.Text(Column(ordinal), _rows.Cell(ordinal)) : (T)ValueConversion.To(GetValue(ordinal), type);
    }

    /// <summary>The text of a value as Snowflake writes it, until the next row is read; empty for NULL.</summary>
    internal ReadOnlySpan<byte> Utf8(int ordinal) => _rows.Cell(ordinal);

    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    public override char GetChar(int ordinal) => GetFieldValue<char>(ordinal);

    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    /// <summary>The value's text, which loses nothing: dates and times in ISO 8601, bytes in hexadecimal, nested values as JSON.</summary>
    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    /// <exception cref="NotSupportedException">Always: values come whole.</exception>
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        throw new NotSupportedException("Snowflake's values come whole; read it with GetFieldValue<byte[]>.");

    /// <exception cref="NotSupportedException">Always: values come whole.</exception>
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        throw new NotSupportedException("Snowflake's values come whole; read it with GetString.");

    public override IEnumerator GetEnumerator() => new DbEnumerator(this);

    public override void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _rows.Dispose();
        _closeWith?.Close();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    private async Task GoToAsync(int index, CancellationToken cancellationToken)
    {
        _rows.Dispose();
        (_ordinals, _onRow) = (null, false);
        _result = await _api.WaitAsync(_handles[index], cancellationToken);
        _rows = new ResultRows(_api, _result);
    }

#pragma warning disable CA2201 // ADO.NET's contract names this exception.
    private static IndexOutOfRangeException NoColumn(string message) => new(message);
#pragma warning restore CA2201
}
