using Npgsql;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.State.Postgres;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>A database for a control store.</summary>
internal sealed class StateDatabase(NpgsqlConnectionStringBuilder server)
{
    public const string Sync = "sync";

    public static async Task<StateDatabase> CreateAsync() => new(await PostgresServer.DatabaseAsync());

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public NpgsqlConnectionStringBuilder Server => server;

    /// <summary>The options that reach it, changed in some way.</summary>
    public PostgresStateOptions Options(Action<NpgsqlConnectionStringBuilder>? change = null)
    {
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = true };
        change?.Invoke(connection);
        return new PostgresStateOptions { Type = PostgresStateOptions.TypeName, ConnectionString = new Secret(connection.ConnectionString) };
    }

    /// <summary>Opens the store; by the server's clock where no other is given.</summary>
    public Task<PostgresControlStore> OpenAsync(TimeProvider? clock = null, string project = "shop", string? environment = null, PostgresStateOptions? options = null) =>
        PostgresControlStore.OpenAsync(options ?? Options(), ".", project, environment, clock, Stop);

    public async Task RunAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>A query's rows, values joined by | and NULL as NULL.</summary>
    public async Task<string[]> QueryAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        await using var reader = await command.ExecuteReaderAsync(Stop);
        var rows = new List<string>();
        while (await reader.ReadAsync(Stop))
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : reader.GetString(i))));
        return [.. rows];
    }

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(Stop);
        return connection;
    }

    /// <summary>Waits until a session of a store waits for a lock, and gives its process.</summary>
    public async Task<string> WaitingAsync()
    {
        while (true)
        {
            var waiting = await QueryAsync("select pid from pg_stat_activity where datname = current_database() and application_name = 'cdp' and wait_event_type = 'Lock'");
            if (waiting.Length > 0)
                return waiting[0];
            await Task.Delay(10, Stop);
        }
    }

    /// <summary>Takes the lease on a sync and begins a run.</summary>
    public static async Task<Lease> BeginAsync(IControlStore store, string runId = "run1")
    {
        var lease = (await store.AcquireLeaseAsync(Sync, "host:1", TimeSpan.FromMinutes(1), Stop)).Lease!;
        await store.BeginRunAsync(lease, Run(runId), Stop);
        return lease;
    }

    public static RunRecord Run(string runId) => new() { RunId = runId, Sync = Sync, Status = RunStatus.Running, AsOf = DateTimeOffset.UnixEpoch };

    public static JournalEntry Batch(long from, string runId = "run1") => new(runId, Operation.Upsert, from, from + 9, 10, Done: false);
}
