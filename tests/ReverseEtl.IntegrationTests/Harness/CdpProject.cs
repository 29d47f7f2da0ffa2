using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using ReverseEtl.DuckDb;
using ReverseEtl.Sandbox;

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>
/// A project in a folder of its own, with a warehouse, a sandbox and the program to run on them. It begins with five customers and
/// one sync that mirrors them to <c>crm/customers</c>.
/// </summary>
internal sealed class CdpProject : IAsyncDisposable
{
    public const string Model = "models/customers.sql";
    public const string Sync = "models/syncs/customers_to_crm.yml";
    public const string Config = "cdp.config.json";

    /// <summary>Where the sync's rows arrive in the sandbox.</summary>
    public const string Target = "crm/customers";

    // As receivers in any language would read it: only what JSON demands is escaped.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private CdpProject(SandboxServer sandbox) => Sandbox = sandbox;

    public string Folder { get; } = Directory.CreateTempSubdirectory("cdp-it-").FullName;

    public SandboxServer Sandbox { get; }

    /// <summary>Environment variables of the program; profiling code that runs for a second only costs time.</summary>
    public Dictionary<string, string?> Variables { get; } = new() { ["DOTNET_TieredPGO"] = "0" };

    public string Warehouse => Path.Combine(Folder, "shop.duckdb");

    public string ControlStore => Path.Combine(Folder, ".cdp", "control.db");

    /// <summary>The address of the destination.</summary>
    public Uri Url => new(Sandbox.Url, "webhook/crm");

    public static async Task<CdpProject> CreateAsync(string destinationOptions = "")
    {
        var project = new CdpProject(await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken));
        project.Write(Config, $$"""
            {
              "project": "shop",
              "warehouse": { "type": "duckdb", "path": "shop.duckdb" },
              "destinations": {
                "crm": { "type": "webhook", "url": "{{project.Url}}", "allowPrivate": true{{destinationOptions}} }
              }
            }
            """);
        project.Write(Model, """
            /* ---
            kind: profile
            key: id
            --- */
            select id, email, name, total from customers
            """);
        project.Write(Sync, """
            sync: customers_to_crm
            model: customers
            destination: crm
            object: { path: /customers, identifiers: [email] }
            mode: mirror
            map:
              email: email
              name: name
              total: total
            """);
        project.Sql("""
            create table customers (id integer, email varchar, name varchar, total decimal(10,2));
            insert into customers select i, 'c' || i || '@shop.example', 'Customer ' || i, i * 10.5 from range(1, 6) r(i);
            """);
        return project;
    }

    /// <summary>Keeps the control store in PostgreSQL from now on: in a database of its own, or the one given.</summary>
    public async Task UsePostgresStateAsync(NpgsqlConnectionStringBuilder? database = null)
    {
        Variables["CDP_IT_STATE"] = (database ?? await PostgresServer.DatabaseAsync()).ConnectionString;
        Edit(Config, "\"project\": \"shop\",", """
            "project": "shop",
              "state": { "type": "postgres", "connectionString": "${env:CDP_IT_STATE}" },
            """);
    }

    /// <summary>Writes a file of the project.</summary>
    public void Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>Changes a file of the project; the text must be there.</summary>
    public void Edit(string path, string from, string to)
    {
        var text = File.ReadAllText(Path.Combine(Folder, path));
        Assert.Contains(from, text);
        Write(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>Changes the warehouse, as somebody else's job would between two runs.</summary>
    public void Sql(string sql)
    {
        using var connection = new DuckDBConnection($"Data Source={Warehouse}");
        connection.Open();
        using var command = new DuckDBCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of a query on the warehouse, as text.</summary>
    public List<string> Query(string sql)
    {
        using var connection = new DuckDBConnection($"Data Source={Warehouse}");
        connection.Open();
        using var command = new DuckDBCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
            values.Add($"{reader.GetValue(0)}");
        return values;
    }

    /// <summary>Makes the customers of many requests out of few rows: with <c>batchRows</c> small, one request has one batch.</summary>
    public void Fill(int customers) => Sql(Customers(customers));

    /// <summary>The SQL that makes so many customers.</summary>
    public static string Customers(int customers) => $"""
        delete from customers;
        insert into customers select i, 'c' || i || '@shop.example', 'Customer ' || i, i * 10.5 from range(1, {customers + 1}) r(i);
        """;

    public CdpProcess Start(params IEnumerable<string> arguments) => CdpProcess.Start(Folder, Variables, arguments);

    public Task<CdpResult> RunAsync(params IEnumerable<string> arguments) => RunInAsync(Folder, arguments);

    /// <summary>Runs the syncs until the program kills itself when a step is behind it, such as <c>done:3</c>.</summary>
    public async Task DieAfterAsync(string failpoint)
    {
        await using var process = CdpProcess.Start(Folder, new Dictionary<string, string?>(Variables) { ["CDP_FAILPOINT"] = failpoint }, ["run"]);
        (await process.EndAsync()).Exits(CdpProcess.Killed);
    }

    public async Task<CdpResult> RunInAsync(string folder, params IEnumerable<string> arguments)
    {
        await using var process = CdpProcess.Start(folder, Variables, arguments);
        return await process.EndAsync();
    }

    /// <summary>What the destination has, by key: the fields as JSON text.</summary>
    public SortedDictionary<int, string> Delivered(string target = Target) => new(
        (Sandbox.Webhook(target)?.Rows ?? []).ToDictionary(row => int.Parse(row.Key), row => row.Content));

    /// <summary>What the model has, in the same form: written by hand and not by the program's code.</summary>
    public SortedDictionary<int, string> Expected()
    {
        using var connection = new DuckDBConnection($"Data Source={Warehouse};Access_Mode=READ_ONLY");
        connection.Open();
        using var command = new DuckDBCommand("select id, email, name, total::varchar from customers", connection);
        using var reader = command.ExecuteReader();
        var rows = new SortedDictionary<int, string>();
        while (reader.Read())
            rows.Add(reader.GetInt32(0), $$"""{"email":{{Text(1)}},"name":{{Text(2)}},"total":{{(reader.IsDBNull(3) ? "null" : reader.GetString(3))}}}""");
        return rows;

        string Text(int column) => reader.IsDBNull(column) ? "null" : JsonSerializer.Serialize(reader.GetString(column), Relaxed);
    }

    /// <summary>Fails unless the destination has exactly the model's rows.</summary>
    public void AssertConverged() => Assert.Equal(Expected(), Delivered());

    /// <summary>Waits until the sandbox has seen that many requests, slow answers included.</summary>
    public Task SeenAsync(int requests) => UntilAsync(() => Sandbox.Requests().Count >= requests);

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
            await Task.Delay(5, limit.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
