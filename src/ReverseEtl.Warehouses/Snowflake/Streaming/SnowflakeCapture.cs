using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local.Streaming;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// Reads models at one state of the account. No transaction lasts longer than a request, so a model runs once, and whoever wants its rows again
/// fetches the same result again: Snowflake keeps it for a day.
/// </summary>
/// <param name="api">The account.</param>
/// <param name="context">What statements run with.</param>
internal sealed class SnowflakeCapture(SnowflakeApi api, SnowflakeContext context) : ModelCapture
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _running = new();
    private readonly List<(List<ColumnInfo> Columns, StatementResult Result)> _results = [];

    /// <inheritdoc/>
    public override void End(ModelQuery query, CellRows rows, bool isRead) => ((ResultCells)rows).Dispose();

    /// <inheritdoc/>
    public override void Cancel() => _stop.Cancel();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override CellRows Begin(ModelQuery query)
    {
        lock (_running)
        {
            // A result with more columns than these is of the same rows.
            var known = _results.Find(known => query.Columns.All(known.Columns.Contains));
            if (known.Result is null)
                _results.Add(known = ([.. query.Columns], Run(query.Statement)));
            return new ResultCells(api, known.Result, [.. query.Columns.Select(column => known.Columns.IndexOf(column))], _stop.Token);
        }
    }

    /// <inheritdoc/>
    protected override Exception Translate(Exception error, ModelQuery query) => error is SnowflakeException known ? SnowflakeErrors.Translate(known, query.Model) : error;

    // DuckDB waits for the rows, on whatever thread it asks for them.
    private StatementResult Run(string statement) => Task.Run(() => api.RunAsync(context.Request(statement), _stop.Token)).GetAwaiter().GetResult();
}
