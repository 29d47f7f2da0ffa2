using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>Cuts a plan's changes of one operation into batches while they stream out of DuckDB.</summary>
internal sealed class ChangeReader(SyncFile file, PlanRequest request, bool keysOnly, Operation operation, int maxRows, int? maxBytes) : IDisposable
{
    private DuckDBConnection? _connection;
    private DuckDBColumnReader? _reader;
    private int _next;
    private bool _open;

    public void Open(string sql, CancellationToken cancellationToken)
    {
        // A connection of its own: a stream ends when its connection runs another statement.
        _connection = file.Connection.Duplicate();
        using var command = new DuckDBCommand(sql, _connection);
        _reader = command.ExecuteColumns(cancellationToken);
    }

    /// <summary>The next batch, or null at the end.</summary>
    public ChangeBatch? Read(CancellationToken cancellationToken)
    {
        var batch = new BatchBuilder(request, keysOnly, operation);
        while (batch.Count < maxRows && (maxBytes is null || batch.TextBytes < maxBytes))
        {
            if (!_open || _next == _reader!.Chunk.RowCount)
            {
                _open = _reader!.ReadChunk(cancellationToken);
                _next = 0;
                if (!_open)
                    break;
            }

            // Row by row only where bytes are limited, as one row may be most of a request.
            var rows = Math.Min(maxRows - batch.Count, _reader.Chunk.RowCount - _next);
            if (maxBytes is not null)
                rows = 1;
            batch.Append(_reader.Chunk, _next, rows);
            _next += rows;
        }

        return batch.Count == 0 ? null : batch.Build();
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _connection?.Dispose();
    }

    private sealed class BatchBuilder
    {
        private readonly PlanRequest _request;
        private readonly bool _keysOnly;
        private readonly Operation _operation;
        private readonly List<long> _seq = [];
        private readonly List<ChangeKind> _kinds = [];
        private readonly FieldColumnBuilder[] _key;
        private readonly FieldColumnBuilder[] _fields;
        private readonly FieldColumnBuilder[] _identifiers;

        public BatchBuilder(PlanRequest request, bool keysOnly, Operation operation)
        {
            (_request, _keysOnly, _operation) = (request, keysOnly, operation);
            var query = request.Query;
            _key = [.. query.Key.Select(column => new FieldColumnBuilder(column.Name, column.Type))];
            _fields = [.. query.Columns.Select(column => new FieldColumnBuilder(column.Name, column.Type))];
            _identifiers = [.. query.Mapper.Identifiers.Select(identifier => new FieldColumnBuilder(identifier.Field, query.Columns[identifier.Column].Type))];
        }

        public int Count => _seq.Count;

        public int TextBytes => _key.Sum(column => column.TextBytes) + _fields.Sum(column => column.TextBytes) + _identifiers.Sum(column => column.TextBytes);

        // Rows that left the model have no fields, only what was kept of them.
        private bool IsRemoval => _operation is Operation.Remove && _request.Mode.OperationFor(ChangeKind.Remove) is Operation.Remove;

        public void Append(DataChunk chunk, int first, int count)
        {
            var seq = chunk[0].Values<long>();
            var kinds = chunk[1].Values<byte>();
            for (var row = first; row < first + count; row++)
            {
                _seq.Add(seq[row]);
                _kinds.Add((ChangeKind)kinds[row]);
            }

            var column = 2;
            foreach (var builder in _key)
                ChunkCopy.Append(builder, chunk[column++], first, count);
            if (_keysOnly)
                return;
            foreach (var builder in _fields)
            {
                if (!IsRemoval)
                    ChunkCopy.Append(builder, chunk[column], first, count);
                column++;
            }

            foreach (var builder in _identifiers)
            {
                if (IsRemoval)
                    ChunkCopy.Append(builder, chunk[column], first, count);
                column++;
            }
        }

        public ChangeBatch Build()
        {
            for (var i = 1; i < _seq.Count; i++)
            {
                // The journal tells a batch by its first and last number.
                if (_seq[i] <= _seq[i - 1])
                    throw new InvalidOperationException("the plan was not read in the order of its numbers");
            }

            var id = string.Create(CultureInfo.InvariantCulture, $"{_request.RunId}-{_operation}-{_seq[0]}");
            var key = Array.ConvertAll(_key, builder => builder.Build());
            if (_keysOnly)
                return new ChangeBatch(id, _operation, [.. _seq], [.. _kinds], key, [], []);
            if (IsRemoval)
                return new ChangeBatch(id, _operation, [.. _seq], [.. _kinds], key, [], Array.ConvertAll(_identifiers, builder => builder.Build()));
            var fields = _request.Query.Mapper.Map(Array.ConvertAll(_fields, builder => builder.Build()), _seq.Count);
            // In mode delete the row is still in the model, and what it says of itself identifies it.
            return _operation is Operation.Remove
                ? new ChangeBatch(id, _operation, [.. _seq], [.. _kinds], key, [], fields)
                : new ChangeBatch(id, _operation, [.. _seq], [.. _kinds], key, fields, []);
        }
    }
}
