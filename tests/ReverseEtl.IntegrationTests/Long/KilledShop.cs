using System.Globalization;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.IntegrationTests.Long;

/// <summary>
/// A project that lives long: customers are mirrored to a webhook and to a Parquet file, orders are appended to a webhook that stands no
/// repeats and to JSON Lines files. What happens to it is drawn from a seed.
/// </summary>
internal sealed class KilledShop(CdpProject project, Random random) : IAsyncDisposable
{
    /// <summary>Where the orders arrive.</summary>
    public const string Once = "once/orders";

    private const string ToOnce = "orders_to_once";
    private const string Guards = "guards: { max_removed: 100%, min_rows: 0 }";

    private static readonly string[] Syncs = ["customers_to_crm", "customers_to_parquet", ToOnce, "orders_to_jsonl"];

    private int _nextCustomer = 1;
    private int _nextOrder = 1;
    private int _doubted;

    public CdpProject Project => project;

    /// <summary>Requests that arrived, of all times.</summary>
    public long Requests => project.Sandbox.Paths.Sum(path => path.Requests);

    /// <summary>What there is, for people.</summary>
    public string Summary => string.Create(CultureInfo.InvariantCulture,
        $"{Requests} requests, {project.Sandbox.Paths.Sum(path => path.Repeats)} repeats, {project.Delivered().Count} customers, {_nextOrder - 1} orders, {_doubted} rows were in doubt");

    public static async Task<KilledShop> CreateAsync(Random random)
    {
        var project = await CdpProject.CreateAsync(""", "batchRows": 20, "concurrency": 3, "timeout": "1s" """);
        project.Edit(CdpProject.Config, "\"destinations\": {", $$"""
            "destinations": {
                "once": { "type": "webhook", "url": "{{new Uri(project.Sandbox.Url, "webhook/once")}}", "allowPrivate": true, "batchRows": 10, "concurrency": 2, "timeout": "1s", "replaySafe": false },
                "files": { "type": "file", "path": "out" },
            """);
        project.Edit(CdpProject.Sync, "mode: mirror", $"mode: mirror\n{Guards}");
        project.Write("models/orders.sql", "/* ---\nkind: table\nkey: id\n--- */\nselect id, customer, amount from orders");
        Write("customers_to_parquet", "customers", "files", "{ name: customers, format: parquet }", "mirror", "{ id: id, email: email, name: name, total: total }");
        Write(ToOnce, "orders", "once", "{ path: /orders }", "append", "{ id: id, customer: customer, amount: amount }");
        Write("orders_to_jsonl", "orders", "files", "{ name: orders }", "append", "{ id: id, customer: customer, amount: amount }");
        project.Sql("delete from customers; create table orders (id integer, customer integer, amount decimal(10,2))");
        return new KilledShop(project, random);

        void Write(string sync, string model, string destination, string @object, string mode, string map) => project.Write(
            $"models/syncs/{sync}.yml", $"sync: {sync}\nmodel: {model}\ndestination: {destination}\nobject: {@object}\nmode: {mode}\n{Guards}\nmap: {map}\n");
    }

    /// <summary>Customers come, go, change and come back; orders only come.</summary>
    public void Edit(int size)
    {
        var (customers, orders) = (random.Next(size), random.Next(size));
        project.Sql(string.Create(CultureInfo.InvariantCulture, $"""
            select setseed({random.NextDouble():0.0000});
            update customers set email = 'moved' || {random.Next(1000)} || '-' || id || '@shop.example' where random() < 0.02;
            update customers set name = 'Renamed ' || {random.Next(1000)}, total = total + 1 where random() < 0.05;
            delete from customers where random() < 0.05;
            insert into customers select i, 'back' || i || '@shop.example', 'Back ' || i, i from range(1, {_nextCustomer}) r(i)
              where random() < 0.02 and i not in (select id from customers);
            insert into customers select i, 'c' || i || '@shop.example', 'Customer ' || i, i * 1.5 from range({_nextCustomer}, {_nextCustomer + customers}) r(i);
            insert into orders select i, i % 97, i * 0.25 from range({_nextOrder}, {_nextOrder + orders}) r(i);
            """));
        _nextCustomer += customers;
        _nextOrder += orders;
    }

    /// <summary>Makes some of the next requests go wrong, each in another way.</summary>
    public void Misbehave()
    {
        project.Sandbox.Script.Clear();
        for (var i = random.Next(5); i > 0; i--)
        {
            project.Sandbox.Script.Add(new() { Times = random.Next(1, 5), Then = new() });
            project.Sandbox.Script.Add(new() { Times = 1, Then = Mishap() });
        }
    }

    private ScriptAction Mishap() => random.Next(9) switch
    {
        0 => new() { Status = 429, RetryAfter = random.Next(2) },
        1 => new() { Status = 500 },
        2 => new() { Status = 503, Body = "<html>down for maintenance</html>" },
        3 => new() { Disconnect = Disconnect.Before },
        4 => new() { Disconnect = Disconnect.After },
        5 => new() { DelayMs = random.Next(50, 900) },
        6 => new() { DelayMs = 1500 },
        7 => new() { Status = 207, Body = "{\"results\": [ {\"key\"" },
        _ => new() { Body = "half an", Headers = new Dictionary<string, string> { ["Content-Length"] = "1000" } },
    };

    /// <summary>Starts a run of all syncs, or of one.</summary>
    public CdpProcess Start() => project.Start(random.Next(2) == 0 ? ["run"] : ["run", Syncs[random.Next(Syncs.Length)]]);

    /// <summary>Runs, and settles what is in doubt by what the receiver really got, until nothing is left; then compares everything.</summary>
    public async Task ConvergeAsync()
    {
        project.Sandbox.Script.Clear();
        // At first what was interrupted, then what it left, then what was in doubt.
        for (var round = 0; !await SettledAsync(); round++)
            Assert.True(round < 6, "the project does not settle");
        project.AssertConverged();
        var once = project.Sandbox.Webhook(Once);
        Assert.All(once?.Events ?? [], sent => Assert.True(sent.Count == 1, $"order {sent.Key} was sent {sent.Count} times"));
        Assert.Equal(0, once?.Summary.Repeats ?? 0);
        Assert.Equal(OrdersIn("select id from orders"), (once?.Events ?? []).Select(sent => int.Parse(sent.Key)).Order());
        AssertSame("select id, email, name, total from customers", "select id, email, name, total from 'out/customers.parquet'");
        AssertSame("select id, customer, amount from orders", "select id, customer, amount from read_json('out/orders/*.jsonl', columns = {id: 'INTEGER', customer: 'INTEGER', amount: 'DECIMAL(10,2)'})");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => project.DisposeAsync();

    private async Task<bool> SettledAsync()
    {
        var result = await project.RunAsync("run", "--retry-rejected", "--json");
        Assert.True(result.ExitCode is 0 or 1, $"{result}");
        var unknown = (await project.RunAsync("resolve", ToOnce, "--json")).Exits(0).Json.GetProperty("unknown").EnumerateArray()
            .Select(row => row.GetProperty("key").GetString()!).ToList();
        _doubted += unknown.Count;
        var told = (project.Sandbox.Webhook(Once)?.Events ?? []).Select(sent => sent.Key).ToHashSet();
        await ResolveAsync("--arrived", unknown.Where(told.Contains));
        await ResolveAsync("--not-arrived", unknown.Where(key => !told.Contains(key)));
        return result.Json.GetProperty("runs").EnumerateArray().All(run => run.GetProperty("status").GetString() == "unchanged");
    }

    private async Task ResolveAsync(string how, IEnumerable<string> keys)
    {
        if (keys.ToList() is { Count: > 0 } named)
            (await project.RunAsync(["resolve", ToOnce, how, "--key", .. named])).Exits(0);
    }

    private List<int> OrdersIn(string sql) => [.. project.Query($"{sql} order by all").Select(row => int.Parse(row))];

    /// <summary>Fails unless two queries have the same rows, each as often.</summary>
    private void AssertSame(string model, string file)
    {
        file = file.Replace("'out/", $"'{project.Folder}/out/", StringComparison.Ordinal);
        Assert.Equal([], project.Query($"select 'lost ' || to_json(t) from (({model}) except all ({file})) t"));
        Assert.Equal([], project.Query($"select 'too many ' || to_json(t) from (({file}) except all ({model})) t"));
    }
}
