using System.Collections.Concurrent;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Projects;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.DuckDb;
using ReverseEtl.Server.Composition;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Tests.Operations;

/// <summary>A project on disk, whose one sync goes to a vendor that bills each value; runs write down what it was sent.</summary>
internal sealed class ChargedProject : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ChargedDestinationType _type = new();

    public ChargedProject(string mode, string table)
    {
        File.WriteAllText(_folder.File("cdp.config.json"), """
            { "project": "shop", "warehouse": { "type": "duckdb", "path": "shop.duckdb" }, "destinations": { "vendor": { "type": "charged" } } }
            """);
        Directory.CreateDirectory(_folder.File("models/syncs"));
        File.WriteAllText(_folder.File("models/people.sql"), "/* ---\nkind: table\nkey: id\n--- */\nselect * from people");
        File.WriteAllText(_folder.File("models/syncs/people.yml"), $$"""
            sync: people
            model: people
            destination: vendor
            object: {}
            mode: {{mode}}
            map:
              name: name
              age: age
              note: { column: note, null: skip }
            guards: { max_removed: 100%, max_changed: 100%, max_rejected: 100% }
            """);
        Sql($"create table people as {table}");
    }

    /// <summary>What arrived, request by request: operation, rows, values.</summary>
    public IReadOnlyCollection<(Operation Operation, int Rows, long Values)> Sent => _type.Sent;

    public void Sql(string sql)
    {
        using var connection = new DuckDBConnection($"Data Source={_folder.File("shop.duckdb")}");
        connection.Open();
        using var command = new DuckDBCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public async Task<PlanResult> PlanAsync(RunOptions? options = null)
    {
        await using var operations = new LocalOperations(Open(), Caller.CommandLine);
        return await operations.PlanAsync("people", options ?? new RunOptions(), 3, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs the sync, and forgets what earlier runs sent.</summary>
    public async Task RunAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        _type.Sent.Clear();
        await using var session = Open();
        var sync = Assert.Single(session.Project.Syncs);
        var runId = session.NewRunId(sync);
        await using var destination = await session.OpenDestinationAsync(sync, runId, cancellation);
        var query = await session.QueryAsync(sync, destination, cancellation);
        var runner = new SyncRunner(await session.PlannerAsync(cancellation), await session.StoreAsync(cancellation), TimeProvider.System, new SilentObserver());
        await runner.RunAsync(new RunRequest(sync, destination, query, runId, session.AsOf, ThisProcess.Holder, new RunOptions()), cancellation);
    }

    public void Dispose() => _folder.Dispose();

    private Session Open()
    {
        var types = new ProjectTypes([_type], Registry.Types.Warehouses, Registry.Types.States);
        var project = new ProjectLoader(new DiskProjectFiles(_folder.FullName), new ProcessSecrets(_folder.FullName), types).Load(null);
        return new Session(project, new SharedParts(project, TimeProvider.System), TimeProvider.System);
    }
}

internal sealed record ChargedOptions : DestinationOptions;

internal sealed record ChargedObject;

/// <summary>A vendor with small requests, which bills each value that it is sent.</summary>
internal sealed class ChargedDestinationType() : DestinationType<ChargedOptions, ChargedObject>("charged", "Bills each value.")
{
    public static ObjectSpec Spec { get; } = new()
    {
        Name = "people",
        Summary = "People.",
        Example = "{}",
        Modes = [SyncMode.Mirror, SyncMode.Upsert],
        Fields = [new FieldSpec("name", "Name.") { Required = true }, new FieldSpec("age", "Age.") { Rule = TypeRule.Integer }, new FieldSpec("note", "Note.")],
        MaxBatchRows = 20,
        MaxRemovalRows = 7,
        MaxBatchBytes = 400,
        LookUps = 1,
        RemovalLookUps = 2,
        Charge = new Charge("values", Values),
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.Usually,
        Replaces = true,
    };

    public ConcurrentQueue<(Operation Operation, int Rows, long Values)> Sent { get; } = [];

    protected override IReadOnlyList<ObjectSpec> Offered => [Spec];

    protected override RateBudget? Rate(ChargedOptions? options) => new(10, TimeSpan.FromSeconds(1));

    protected override RateBudget? Allowance => new(1000, TimeSpan.FromDays(1));

    protected override ObjectSpec Describe(ChargedOptions? options, ChargedObject @object) => Spec;

    protected override IDestination Open(ChargedOptions options, ChargedObject @object, DestinationRequest request) => new Receiver(Sent, Spec.Describe(request));

    private static long Values(ChangeBatch batch) => batch.Operation is Operation.Remove
        ? batch.Count
        : batch.Fields.Sum(field => Enumerable.Range(0, batch.Count).Count(row => !field.IsLeftOut(row)));

    private sealed class Receiver(ConcurrentQueue<(Operation Operation, int Rows, long Values)> sent, DestinationDescriptor descriptor) : IDestination
    {
        public DestinationDescriptor Descriptor => descriptor;

        public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
        {
            sent.Enqueue((batch.Operation, batch.Count, Values(batch)));
            return ValueTask.FromResult(DeliveryReport.All(batch, RowOutcome.Accepted));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
