using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.TwilioSms;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class TwilioSmsConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new TwilioHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), TwilioHarness.Of("{{to}}"), null);
}

public sealed class TwilioSmsTextConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new TwilioHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), TwilioHarness.Of("{{to}}:{{note}}"), "note");
}

/// <summary>Reads rows out of messages.</summary>
internal sealed class TwilioHarness(SandboxServer sandbox, TwilioObject @object, string? text) : VendorHarness(sandbox, new TwilioSmsDestinationType(), "to", text)
{
    public const string Sender = "+15005550006";

    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private int _last = 1000;

    public override Secret Secret { get; } = new("twilio-token-123456");

    public override SyncMode Main => SyncMode.Append;

    public override bool EmptyIsNull => true;

    public QuietHours? QuietHours { get; init; }

    public int? MessagesPerDay { get; init; }

    protected override VendorContract Contract { get; } = new("twilio");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new TwilioOptions
    {
        Type = Type.Type, BaseUrl = baseUrl, AccountSid = $"AC{new string('a', 32)}", AuthToken = Secret, MessagesPerSecond = 1000, QuietHours = QuietHours, MessagesPerDay = MessagesPerDay,
    };

    public IReadOnlyList<IReadOnlyDictionary<string, string?>> Messages => [.. Sandbox.Holdings(Type.Type, Account).SelectMany(holding => holding.Records)];

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Messages.Select(message => new Dictionary<string, string?>
    {
        ["to"] = message["to"], ["note"] = message["body"]!.Split(':', 2).ElementAtOrDefault(1),
    });

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => Records;

    /// <summary>A number of its own; none of those that the emulator has something against.</summary>
    public override string Value(string key) =>
        Named(key, string.Create(CultureInfo.InvariantCulture, $"+1202555{_numbers.GetOrAdd(key, _ => Interlocked.Increment(ref _last))}"));

    // Of a 500 nobody knows whether the message went out; this one is for failures where it did not.
    protected override ScriptAction Action(Trouble trouble) => trouble.Kind is TroubleKind.ServerError
        ? new ScriptAction { Status = 503, Body = $$$"""{"code":20503,"message":"{{{trouble.Message}}}","status":503}""" }
        : base.Action(trouble);

    public static TwilioObject Of(string template) => new() { From = Sender, Template = Template(template) };

    private static FieldTemplate Template(string text) =>
        FieldTemplate.Parse(new ScalarNode(new Position("sync.yml"), ScalarType.Text, text), new BindContext([], JsonNamingPolicy.SnakeCaseLower))!;
}
