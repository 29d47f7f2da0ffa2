using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.Local;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.Warehouses.InWarehouse.Snowflake;

/// <summary>
/// Requests that plan one sync. Each is a session of its own, so that what belongs together is one request, and nothing lasts but tables: those of a
/// look have names of their own, and are dropped when it ends.
/// </summary>
internal sealed class SnowflakePlannerSession(SnowflakeConnection connection) : IPlannerSession
{
    private readonly LookTables _looks = new(connection.Api.Settings.Time);
    private readonly List<string> _notes = [];
    private (Fence Fence, string Sync)? _lock;

    public IReadOnlyList<string> Notes => _notes;

    public async Task LockAsync(SyncTables tables, string sync, CancellationToken cancellationToken)
    {
        var fence = new Fence(tables.Fence);
        try
        {
            await RunAsync(null, () => RequestAsync(fence.Take, cancellationToken));
        }
        catch (WarehouseException error) when (error.InnerException is SnowflakeException refused && SnowflakeErrors.IsMissing(refused))
        {
            await CreateSchemaAsync(cancellationToken);
            await RunAsync(null, () => RequestAsync(fence.Take, cancellationToken));
        }

        _lock = (fence, sync);
    }

    public async Task<bool> ExistsAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            using var page = await QueryAsync($"select 1 from {table} limit 0", [FieldType.Integer], null, cancellationToken);
            return true;
        }
        catch (WarehouseException error) when (error.InnerException is SnowflakeException refused && SnowflakeErrors.IsMissing(refused))
        {
            return false;
        }
    }

    public async Task CreateSchemaAsync(CancellationToken cancellationToken)
    {
        using var schema = await QueryAsync(LookTables.Left, [FieldType.Text], null, cancellationToken);
        if (schema.Count == 0)
            await RunAsync(null, () => RequestAsync([LookTables.CreateSchema], cancellationToken));
    }

    public Task<IReadOnlyList<long>> TransactAsync(IReadOnlyList<string> statements, CompiledQuery? model, CancellationToken cancellationToken) => RunAsync(
        model,
        async () =>
        {
            await BeginLookAsync(cancellationToken);
            if (_lock is null && statements is [var only])
                return [await ChangeAsync(only, cancellationToken)];
            StatementResult? last = null;
            foreach (var request in Requests.Of(statements, _lock?.Fence.Check))
            {
                if (request is [var query] && Requests.QueryOf(query) is { } select)
                    await NoteAsync(select, (await RequestAsync(request, cancellationToken)).Handle, model, cancellationToken);
                else
                    last = await RequestAsync(request, cancellationToken);
            }

            // Of several, each count would cost a request.
            return statements.Count == 1 && last is { Answer.StatementHandles: [_, .., var changed, _] }
                ? (IReadOnlyList<long>)[await ChangedAsync(await connection.Api.WaitAsync(changed, cancellationToken), cancellationToken)]
                : [];
        });

    public Task<RowPage> QueryAsync(string sql, IReadOnlyList<FieldType> types, CompiledQuery? model, CancellationToken cancellationToken) => RunAsync(
        model,
        async () =>
        {
            var builders = types.Select((type, i) => new FieldColumnBuilder(i.ToString(CultureInfo.InvariantCulture), type)).ToList();
            await using var reader = await new SnowflakeCommand(sql, connection).ExecuteReaderAsync(cancellationToken);
            var count = 0;
            for (; await reader.ReadAsync(cancellationToken); count++)
            {
                for (var i = 0; i < builders.Count; i++)
                    ValueReader.Append(builders[i], reader.IsDBNull(i), reader.Utf8(i));
            }

            if (model is not null)
                _notes.Add($"query {reader.QueryId}");
            return new RowPage([.. builders.Select(builder => builder.Build())], count);
        });

    public Task<double?> EstimateAsync(string sql, CompiledQuery model, CancellationToken cancellationToken) =>
        RunAsync(model, async () => (double?)(await ScanEstimate.ReadAsync(connection, sql, cancellationToken)).Bytes);

    public IPlanReader Read(PlanQuery rows) => new PlanScan(connection, rows, error => Translate(error, null));

    public Task FillAsync(string table, IEnumerable<RowPage> pages, CancellationToken cancellationToken) => RunAsync(
        null,
        async () =>
        {
            foreach (var page in pages)
            {
                foreach (var (sql, rows) in FillSql.Of(table, page))
                {
                    var command = new SnowflakeCommand(sql, connection);
                    command.Parameters.AddWithValue(rows);
                    await command.ExecuteNonQueryAsync(cancellationToken);
                }
            }

            return true;
        });

    public string LookTable(string name) => _looks.Name(name);

    /// <summary>Drops the tables of a look. What is left where that fails, or the process dies, is dropped by a look of another day.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_looks.Drop is { Count: > 0 } statements)
                await RequestAsync(statements, default);
        }
        catch (SnowflakeException)
        {
            // The look has its answer.
        }

        await connection.DisposeAsync();
    }

    private async Task BeginLookAsync(CancellationToken cancellationToken)
    {
        if (!_looks.AreNew)
            return;
        using var left = await QueryAsync(LookTables.Left, [FieldType.Text], null, cancellationToken);
        var statements = _looks.Begin([.. Enumerable.Range(0, left.Count).Select(row => left[0].Text(row))]);
        if (statements.Count > 0)
            await RequestAsync(statements, cancellationToken);
    }

    private Task<StatementResult> RequestAsync(IReadOnlyList<string> statements, CancellationToken cancellationToken) =>
        new SnowflakeCommand(string.Join(";\n", statements), connection) { StatementCount = statements.Count }.CompleteAsync(cancellationToken);

    private async Task<long> ChangeAsync(string statement, CancellationToken cancellationToken) =>
        await ChangedAsync(await RequestAsync([statement], cancellationToken), cancellationToken);

    private async Task<long> ChangedAsync(StatementResult result, CancellationToken cancellationToken)
    {
        await using var reader = new SnowflakeDataReader(connection.Api, result, null);
        return await reader.ChangedAsync(cancellationToken) ?? 0;
    }

    // What a plan cost is worth a question where people look at it.
    private async Task NoteAsync(string select, string handle, CompiledQuery? model, CancellationToken cancellationToken)
    {
        if (model is null)
            return;
        var scanned = _lock is null ? $", scans {(await ScanEstimate.ReadAsync(connection, select, cancellationToken)).Words}" : "";
        _notes.Add($"query {handle}{scanned}");
    }

    private async Task<T> RunAsync<T>(CompiledQuery? model, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (SnowflakeException error)
        {
            throw Translate(await CauseAsync(error), model);
        }
    }

    // Who takes a sync over drops the plan that was there.
    private async Task<SnowflakeException> CauseAsync(SnowflakeException error)
    {
        try
        {
            if (_lock is { } held && SnowflakeErrors.IsMissing(error))
                await RequestAsync([held.Fence.Check], default);
            return error;
        }
        catch (SnowflakeException lost)
        {
            return Fence.IsLost(lost.Message) ? lost : error;
        }
    }

    private Exception Translate(SnowflakeException error, CompiledQuery? model)
    {
        if (_lock is { } held && Fence.IsLost(error.Message))
            return new WarehouseException($"sync {held.Sync} was taken over by another process, which plans it in the warehouse now; nothing more is written by this one. Let the other one finish, and see that all of them use the same state", error);
        if (SnowflakeErrors.IsRefused(error) && error.Message.Contains(SyncTables.Schema, StringComparison.OrdinalIgnoreCase))
            return new WarehouseException($"the planner may not write to the schema {SyncTables.Schema} ({SnowflakeErrors.Sentence(error)}); let its owner run: GRANT USAGE, CREATE TABLE ON SCHEMA {SyncTables.Schema} TO ROLE {connection.Context.Role ?? "..."}", error);
        return model is null ? SnowflakeErrors.Unusable(error) : SnowflakeErrors.Translate(error, model);
    }
}
