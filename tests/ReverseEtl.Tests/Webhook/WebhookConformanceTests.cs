using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Webhook;

public sealed class WebhookConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new Harness(await WebhookHarness.StartAsync());

    private sealed class Harness(WebhookHarness vendor) : IHttpDestinationHarness
    {
        public IDestinationType Type { get; } = new WebhookDestinationType();

        public DestinationRequest Request => vendor.Request(vendor.Options, new WebhookObject { Path = WebhookHarness.Path, Identifiers = ["name"] });

        public Secret Secret { get; } = new(WebhookHarness.SigningSecret);

        public int Requests => vendor.Sandbox.Requests().Count;

        public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> RowsAsync() => Parsed(vendor.Sandbox.Webhook(WebhookHarness.Path)?.Rows.Select(row => row.Content));

        public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> EventsAsync() =>
            Parsed(vendor.Received.Events.SelectMany(received => Enumerable.Repeat(received.Fields, (int)received.Count)));

        public IReadOnlyDictionary<string, string?>? RemovedBy(string key) =>
            JsonRow.Parse(vendor.Received.Removed.Single(row => row.Key == $"\"{key}\"").Content);

        public bool TryScript(Trouble trouble)
        {
            vendor.Script(Action(trouble), trouble.Times);
            return true;
        }

        public ValueTask DisposeAsync() => vendor.DisposeAsync();

        private static ScriptAction Action(Trouble trouble) => trouble.Kind switch
        {
            TroubleKind.Throttle => new() { Status = 429, RetryAfter = trouble.RetryAfter, Message = trouble.Message },
            TroubleKind.ServerError => new() { Status = 500, Message = trouble.Message },
            TroubleKind.RefuseRow => new() { RejectKeys = [trouble.Key], Message = trouble.Message },
            TroubleKind.RefuseRequestWithRow => new() { RejectBatchContaining = [trouble.Key], Message = trouble.Message },
            TroubleKind.RefuseCredentials => new() { Status = 401, Message = trouble.Message },
            TroubleKind.Redirect => new() { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = $"/webhook/{WebhookHarness.Path}" } },
            TroubleKind.Garbage => new() { RejectKeys = ["a", "b"], Body = "<html>" },
            TroubleKind.DisconnectBefore => new() { Disconnect = Disconnect.Before },
            TroubleKind.DisconnectAfter => new() { Disconnect = Disconnect.After },
            TroubleKind.HalfAnswer => new() { Disconnect = Disconnect.Within },
            TroubleKind.Silence => new() { DelayMs = 600_000 },
            _ => throw new ArgumentOutOfRangeException(nameof(trouble), trouble.Kind, null),
        };

        private static Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> Parsed(IEnumerable<string>? rows) =>
            Task.FromResult<IReadOnlyList<IReadOnlyDictionary<string, string?>>>([.. (rows ?? []).Select(JsonRow.Parse)]);
    }
}
