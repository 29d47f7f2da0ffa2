using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Connectors.GoogleConversions;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class GoogleConversionsConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = GoogleHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => await GoogleConversionsHarness.StartAsync(Time, Cancellation);
}

internal sealed class GoogleConversionsHarness(SandboxServer sandbox) : VendorHarness(sandbox, new GoogleConversionsDestinationType(), "email_address", "campaign")
{
    public override Secret Secret { get; } = new(VendorKeys.Pem);

    public override SyncMode Main => SyncMode.Append;

    public override bool HashedOnly => true;

    public override IReadOnlyDictionary<string, string> Always { get; } = new Dictionary<string, string> { ["event_timestamp"] = "2026-11-22T07:00:00Z", ["currency"] = "EUR" };

    // Tokens come from another API.
    protected override VendorContract Contract { get; } = new("google-datamanager", "token");

    protected override object Object { get; } = new GoogleConversionsObject
    {
        ConversionAction = "987654321",
        EventSource = GoogleEventSource.InStore,
        Consent = new() { AdUserData = GoogleAnswer.Granted, AdPersonalization = GoogleAnswer.Granted },
    };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Events;

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => Sandbox.Holdings(Type.Type, Account).SelectMany(holding => holding.Records)
        .Select(record => new Dictionary<string, string?> { ["email_address"] = record["email_address"], ["campaign"] = Variable(record) });

    public static async Task<GoogleConversionsHarness> StartAsync(TimeProvider time, CancellationToken cancellationToken) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { Time = time }, cancellationToken));

    protected override DestinationOptions Options(Uri baseUrl) => GoogleHarness.OptionsAt(baseUrl, Type.Type, Secret);

    protected override string Held(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private static string? Variable(IReadOnlyDictionary<string, string?> record) =>
        record.GetValueOrDefault("custom_variables") is { } variables ? JsonElement.Parse(variables)[0].GetProperty("value").GetString() : null;

    // Google counts the events that it did not take, and names none.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not TroubleKind.RefuseRow && base.TryScript(trouble);
}
