using Npgsql;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>The suite on rows.</summary>
public sealed class PostgresRowsConformanceTests : DestinationConformance
{
    protected override async Task<IDestinationHarness> StartAsync() => new PostgresHarness(
        await PostgresTarget.CreateAsync("""CREATE TABLE customers (id text PRIMARY KEY, name text DEFAULT 'nobody')"""), SyncMode.Upsert);
}

/// <summary>The suite on a table that it makes itself.</summary>
public sealed class PostgresCreateConformanceTests : DestinationConformance
{
    protected override async Task<IDestinationHarness> StartAsync()
    {
        var target = await PostgresTarget.CreateAsync();
        target.Object = target.Object with { Create = true };
        return new PostgresHarness(target, SyncMode.Upsert);
    }
}

/// <summary>The suite on events that have an id.</summary>
public sealed class PostgresEventsConformanceTests : DestinationConformance
{
    protected override async Task<IDestinationHarness> StartAsync()
    {
        var target = await PostgresTarget.CreateAsync("""CREATE TABLE events (id text, name text, cdp_id text UNIQUE)""");
        target.Object = new PostgresObject { Table = "events", EventId = "cdp_id" };
        return new PostgresHarness(target, SyncMode.Append);
    }
}

/// <summary>What stands in the table.</summary>
internal sealed class PostgresHarness(PostgresTarget target, SyncMode main) : IDestinationHarness
{
    public IDestinationType Type { get; } = new PostgresDestinationType();

    public DestinationRequest Request => target.Request;

    public SyncMode Main => main;

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> RowsAsync()
    {
        await using var connection = await target.ConnectAsync();
        await using var command = new NpgsqlCommand($"SELECT id, name FROM {target.Object.Table}", connection);
        var rows = new List<IReadOnlyDictionary<string, string?>>();
        try
        {
            await using var reader = await command.ExecuteReaderAsync(PostgresTarget.Stop);
            while (await reader.ReadAsync(PostgresTarget.Stop))
                rows.Add(Row(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.UndefinedTable && target.Object.Create)
        {
            // Nothing was sent yet.
        }

        return rows;
    }

    public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> EventsAsync() => RowsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // A field that was never sent has the column's default, which is NULL in a table that was made for the sync.
    private Dictionary<string, string?> Row(string id, string? name)
    {
        var row = new Dictionary<string, string?> { ["id"] = id };
        if (name != (target.Object.Create ? null : "nobody"))
            row["name"] = name;
        return row;
    }
}
