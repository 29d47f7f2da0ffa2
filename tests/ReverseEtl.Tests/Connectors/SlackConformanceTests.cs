using System.Text.Json;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Slack;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;

namespace ReverseEtl.Tests.Connectors;

public sealed class SlackMessagesConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new SlackHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), SlackHarness.Of("{{email}}"), null);
}

public sealed class SlackDigestConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => new SlackHarness(
        await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), SlackHarness.Of("{{email}} {{note}}") with { Digest = true, Header = "*{{count}} new*" }, "note");
}

/// <summary>Reads rows out of messages: one for each, or a line for each below a header.</summary>
internal sealed class SlackHarness(SandboxServer sandbox, SlackObject @object, string? text) : VendorHarness(sandbox, new SlackDestinationType(), "email", text)
{
    public override Secret Secret { get; } = new("xoxb-123456-secret");

    public override SyncMode Main => SyncMode.Append;

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new SlackOptions { Type = Type.Type, BaseUrl = baseUrl, Token = Secret };

    public IReadOnlyList<string> Messages =>
        [.. Sandbox.Holdings(Type.Type, Account).SelectMany(holding => holding.Records).Select(message => message["text"]!)];

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Messages
        .SelectMany(message => message.Split('\n').Skip(@object.Header is null ? 0 : 1))
        .Select(line => line.Split(' ', 2))
        .Select(parts => new Dictionary<string, string?> { ["email"] = parts[0], ["note"] = parts.ElementAtOrDefault(1) });

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => Records;

    // Slack sees a digest, not its rows.
    public override bool TryScript(Trouble trouble) =>
        !(@object.Digest && trouble.Kind is (TroubleKind.RefuseRow or TroubleKind.RefuseRequestWithRow)) && base.TryScript(trouble);

    // Of a 500 nobody knows whether the message was posted; this one is for failures where it was not.
    protected override ScriptAction Action(Trouble trouble) => trouble.Kind is TroubleKind.ServerError
        ? new ScriptAction { Status = 503, Body = $$$"""{"ok":false,"error":"service_unavailable","response_metadata":{"messages":["{{{trouble.Message}}}"]}}""" }
        : base.Action(trouble);

    public static SlackObject Of(string template, string channel = "#vip") => new() { Channel = channel, Template = Template(template) };

    private static FieldTemplate Template(string text) =>
        FieldTemplate.Parse(new ScalarNode(new Position("sync.yml"), ScalarType.Text, text), new BindContext([], JsonNamingPolicy.SnakeCaseLower))!;
}
