using System.Text.Json;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Mailchimp;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class MailchimpMembersConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new MailchimpHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new MailchimpObject { Audience = "Newsletter" }, "FNAME");
}

public sealed class MailchimpTagConformanceTests : HttpDestinationConformance
{
    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new MailchimpTagHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));
}

internal class MailchimpHarness(SandboxServer sandbox, MailchimpObject @object, string? text)
    : VendorHarness(sandbox, new MailchimpDestinationType(), "email_address", text)
{
    /// <summary>The audience that the emulator has from the start.</summary>
    public const string Newsletter = "0a1b2c3d4e";

    private readonly HttpClient _client = new();

    public override Secret Secret { get; } = new("0123456789abcdef-us21");

    // Mailchimp has no other way to say that a field is empty, and its texts are short.
    public override bool EmptyIsNull => true;

    public override int LongestText => 255;

    protected override VendorContract Contract { get; } = new("mailchimp");

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new MailchimpOptions { Type = Type.Type, BaseUrl = baseUrl, ApiKey = Secret, RequestsPerSecond = 10_000 };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == "Newsletter").SelectMany(holding => holding.Records);

    // It never says how long to wait.
    public override bool TryScript(Trouble trouble) => trouble.RetryAfter is null && base.TryScript(trouble);

    /// <summary>Asks the emulator past the connector.</summary>
    public JsonElement Ask(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, $"{BaseUrl}/lists/{Newsletter}/{path}");
        request.Headers.Authorization = new("Basic", Convert.ToBase64String("by:hand-us21"u8));
        request.Content = json is null ? null : new StringContent(json, null, "application/json");
        using var response = _client.Send(request);
        using var reader = new StreamReader(response.EnsureSuccessStatusCode().Content.ReadAsStream());
        return reader.ReadToEnd() is { Length: > 0 } text ? JsonElement.Parse(text) : default;
    }
}

/// <summary>Members and the tag are there before somebody has it.</summary>
internal sealed class MailchimpTagHarness : MailchimpHarness
{
    private readonly string _tag;

    public MailchimpTagHarness(SandboxServer sandbox)
        : base(sandbox, new MailchimpObject { Audience = "Newsletter", Tag = "VIP" }, null) =>
        _tag = Ask(HttpMethod.Post, "segments", """{"name":"VIP","static_segment":[]}""").GetProperty("id").ToString();

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Kind == "segment").SelectMany(holding => holding.Records);

    protected override string ScriptPath => $"{Type.Type}/{Account}/lists/{Newsletter}/segments/{_tag}";

    protected override bool Tells(VendorRequest request) => request.Path.Contains("/segments/", StringComparison.Ordinal);

    public override string Value(string key)
    {
        var value = base.Value(key);
        Ask(HttpMethod.Put, $"members/{value}", $$"""{"email_address":"{{value}}","status_if_new":"subscribed"}""");
        return value;
    }
}
