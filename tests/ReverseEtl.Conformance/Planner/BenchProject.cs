using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Conformance.Planner;

/// <summary>A project that exists in the test only: one model and one sync, into a destination that takes anything.</summary>
internal sealed class BenchProject(string folder, IReadOnlyList<IDestinationType> others) : IProjectFiles, ISecretSource
{
    private readonly ProjectTypes _types = new(
        [new BenchDestinationType(), .. others],
        new Dictionary<string, Type> { ["bench"] = typeof(BenchWarehouse) },
        new Dictionary<string, Type>());

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal)
    {
        ["cdp.config.json"] = """{ "project": "bench", "warehouse": { "type": "bench" }, "destinations": { "hook": { "type": "bench" } } }""",
    };

    public string Folder => folder;

    public string this[string path]
    {
        get => _files[path];
        set => _files[path] = value;
    }

    public Project Load() => new ProjectLoader(this, this, _types).Load(null);

    public string? Read(string path) => _files.GetValueOrDefault(path);

    public IReadOnlyList<string>? List(string folder, string extension) =>
        [.. _files.Keys.Where(path => path.StartsWith($"{folder}/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal))];

    public string? Environment(string name) => null;

    public string? File(string path) => null;

    private sealed record BenchWarehouse : WarehouseOptions;

    private sealed record BenchOptions : DestinationOptions;

    private sealed record BenchObject;

    private sealed class BenchDestinationType() : DestinationType<BenchOptions, BenchObject>("bench", "Takes any field.")
    {
        protected override IReadOnlyList<ObjectSpec> Offered { get; } =
        [
            new ObjectSpec
            {
                Name = "rows",
                Summary = "Rows.",
                Example = "{}",
                Modes = Enum.GetValues<SyncMode>(),
                OtherFields = true,
                MaxBatchRows = 1000,
                UnsafeToRepeat = [],
                ChangedFields = ChangedFields.OnRequest,
            },
        ];

        protected override ObjectSpec Describe(BenchOptions? options, BenchObject @object) => Objects[0];

        protected override IDestination Open(BenchOptions options, BenchObject @object, DestinationRequest request) => new MemoryDestination();
    }
}
