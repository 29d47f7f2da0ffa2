using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.MetaConversions;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;

namespace ReverseEtl.Tests.Connectors;

public sealed class MetaConversionsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => await MetaConversionsHarness.StartAsync(Time, Cancellation);
}

/// <summary>Vendor and connector have one clock, as both look how old an event is.</summary>
internal sealed class MetaConversionsHarness(SandboxServer sandbox) : VendorHarness(sandbox, new MetaConversionsDestinationType(), "em", "content_name")
{
    public override Secret Secret { get; } = new("EAAB-secret");

    public override SyncMode Main => SyncMode.Append;

    public override bool HashedOnly => true;

    public override IReadOnlyDictionary<string, string> Always { get; } = new Dictionary<string, string> { ["event_time"] = "2026-11-22T07:00:00Z" };

    protected override object Object { get; } = new MetaConversionsObject { Event = "Lead" };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Events;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => Sandbox.Holdings(Type.Type, Account).SelectMany(holding => holding.Records)
        .Select(record => new Dictionary<string, string?> { ["em"] = record["user_data.em"], ["content_name"] = record.GetValueOrDefault("custom_data.content_name") });

    public static async Task<MetaConversionsHarness> StartAsync(TimeProvider time, CancellationToken cancellationToken) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { Time = time }, cancellationToken));

    protected override DestinationOptions Options(Uri baseUrl) =>
        new MetaConversionsOptions { Type = Type.Type, BaseUrl = baseUrl, DatasetId = "1234567890", AccessToken = Secret };

    protected override string Held(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    // Meta takes all events of a request or none.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not TroubleKind.RefuseRow && base.TryScript(trouble);
}
