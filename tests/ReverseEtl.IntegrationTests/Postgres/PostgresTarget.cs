using Npgsql;
using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>A database with one sync to it.</summary>
internal sealed class PostgresTarget(NpgsqlConnectionStringBuilder server)
{
    private static readonly PostgresDestinationType Kind = new();

    public static async Task<PostgresTarget> CreateAsync(string sql = "")
    {
        var target = new PostgresTarget(await PostgresServer.DatabaseAsync());
        if (sql.Length > 0)
            await target.RunAsync(sql);
        return target;
    }

    public PostgresObject Object { get; set; } = new() { Table = "customers", Id = ["id"] };

    public SyncMode Mode { get; set; } = SyncMode.Mirror;

    public Removal OnRemoved { get; set; } = Removal.Delete;

    public IReadOnlyList<string> Fields { get; set; } = ["id", "name"];

    /// <summary>Where no more is said: the superuser, over a connection without TLS, which the tests' server has none of.</summary>
    public PostgresOptions Options { get; set; } = new()
    {
        Type = "postgres",
        Host = server.Host,
        Port = server.Port,
        Database = server.Database,
        User = server.Username,
        Password = new Secret(PostgresServer.Password),
        SslMode = SslMode.Disable,
        LockTimeout = TimeSpan.FromMilliseconds(300),
    };

    public DestinationRequest Request => new()
    {
        Options = Options,
        Object = Object,
        Sync = "customers_to_shop",
        Model = "customers",
        Mode = Mode,
        OnRemoved = OnRemoved,
        Key = ["id"],
        Fields = Fields,
        ProjectFolder = ".",
        RunId = "run1",
    };

    public IEnumerable<string> Problems() => Kind.Check(Request);

    /// <summary>The connector alone.</summary>
    public IDestination Open() => Kind.Open(Request);

    /// <summary>The connector as a run has it, without waits between attempts.</summary>
    public IDestination OpenDriven() => DestinationKit.Open(Kind, Request, new RateBuckets(TimeProvider.System), "shop", new RetryPolicy { FirstDelay = TimeSpan.Zero }, TimeProvider.System);

    public async Task<string> RefusalAsync()
    {
        await using var destination = Open();
        return (await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Stop))).Message;
    }

    /// <summary>Sends what must be accepted.</summary>
    public async Task AcceptedAsync(ChangeBatch batch)
    {
        await using var destination = Open();
        await destination.CheckAsync(Stop);
        var report = await SendAsync(destination, batch);
        Assert.True(report.AllAccepted, report[0].ToString());
    }

    public static async Task<DeliveryReport> SendAsync(IDestination destination, ChangeBatch batch)
    {
        using (batch)
            return await destination.DeliverAsync(batch, Stop);
    }

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

    /// <summary>Waits until the connector's session waits for a lock, or for something else.</summary>
    public async Task WaitsAsync(string what = "Lock")
    {
        while ((await QueryAsync($"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cdp' AND wait_event_type = '{what}'")).Length == 0)
            await Task.Delay(10, Stop);
    }

    public static ChangeBatch Upserts(params FieldColumn[] fields) => Batch(Operation.Upsert, fields, []);

    public static ChangeBatch Removals(params FieldColumn[] identifiers) => Batch(Operation.Remove, [], identifiers);

    public static ChangeBatch Batch(Operation operation, FieldColumn[] fields, FieldColumn[] identifiers, string id = "b1")
    {
        var count = fields.Concat(identifiers).First().Count;
        var kinds = new ChangeKind[count];
        Array.Fill(kinds, operation is Operation.Remove ? ChangeKind.Remove : ChangeKind.Add);
        long[] numbers = [.. Enumerable.Range(0, count).Select(row => (long)row)];
        return new ChangeBatch(id, operation, numbers, kinds, [Whole("key", [.. numbers.Select(number => (long?)number)])], fields, identifiers);
    }

    public static FieldColumn Whole(string name, params long?[] values)
    {
        using var builder = new FieldColumnBuilder(name, FieldType.Integer);
        foreach (var value in values)
        {
            if (value is { } whole)
                builder.AppendFixed(whole);
            else
                builder.AppendNull();
        }

        return builder.Build();
    }

    public static FieldColumn Column(string name, FieldType type, params string?[] values) => Column(name, type, omitNull: false, values);

    public static FieldColumn Column(string name, FieldType type, bool omitNull, params string?[] values)
    {
        using var builder = new FieldColumnBuilder(name, type);
        foreach (var value in values)
            builder.AppendText(value);
        return builder.Build(omitNull);
    }

    public static FieldColumn Text(string name, params string?[] values) => Column(name, FieldType.Text, values);

    public static CancellationToken Stop => TestContext.Current.CancellationToken;
}
