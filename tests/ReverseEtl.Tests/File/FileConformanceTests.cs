using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Files;

public sealed class FileConformanceTests : DestinationConformance
{
    protected override Task<IDestinationHarness> StartAsync() => Task.FromResult<IDestinationHarness>(new Harness());

    /// <summary>What stands in the published files.</summary>
    private sealed class Harness : IDestinationHarness
    {
        private readonly FileTarget _target = new(SyncMode.Mirror);

        public IDestinationType Type { get; } = new FileDestinationType();

        public DestinationRequest Request => _target.Request();

        public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> RowsAsync() => Read(file => file == "customers.jsonl");

        public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> EventsAsync() => Read(file => file.StartsWith("customers/", StringComparison.Ordinal));

        public ValueTask DisposeAsync()
        {
            _target.Dispose();
            return ValueTask.CompletedTask;
        }

        private Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> Read(Func<string, bool> which)
        {
            string[] files = Directory.Exists(_target.Root) ? [.. _target.Files().Where(which)] : [];
            // By line feed only: other line breaks are part of a text.
            var lines = files.SelectMany(file => File.ReadAllText(Path.Combine(_target.Root, file)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            return Task.FromResult<IReadOnlyList<IReadOnlyDictionary<string, string?>>>([.. lines.Select(JsonRow.Parse)]);
        }
    }
}
