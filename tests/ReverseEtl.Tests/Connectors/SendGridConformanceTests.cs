using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.SendGrid;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class SendGridContactsConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = SendGridHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new SendGridHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new SendGridObject());
}

public sealed class SendGridListConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = SendGridHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new SendGridHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), new SendGridObject { List = "VIP", Create = true });
}

/// <summary>The text is in a field of the account's own.</summary>
internal sealed class SendGridHarness : VendorHarness
{
    public const string Note = "note";

    private readonly SendGridObject _object;
    private readonly HttpClient _client = new();

    public SendGridHarness(SandboxServer sandbox, SendGridObject @object)
        : base(sandbox, new SendGridDestinationType(), "email", Note)
    {
        _object = @object;
        Make("field_definitions", """{"name":"note","field_type":"Text"}""");
        Make("field_definitions", """{"name":"orders","field_type":"Number"}""");
    }

    // The waits for a job are over at once; the time that a request may take is not.
    public static ManualTime NewTime() => new(jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };

    protected override TimeProvider Time { get; } = NewTime();

    public override Secret Secret { get; } = new("SG.secret-0123456789");

    // SendGrid has no other way to say that a field is empty, and its texts are short.
    public override bool EmptyIsNull => true;

    public override int LongestText => 1000;

    // The files of errors lie in a store of files.
    protected override VendorContract Contract { get; } = new("sendgrid", "import-errors");

    protected override object Object => _object;

    protected override DestinationOptions Options(Uri baseUrl) => new SendGridOptions { Type = Type.Type, BaseUrl = baseUrl, ApiKey = Secret, RequestsPerSecond = 10_000 };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(Type.Type, Account).Where(holding => holding.Name == (_object.List ?? "contacts")).SelectMany(holding => holding.Records);

    /// <summary>Makes something past the connector.</summary>
    public void Make(string path, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{BaseUrl}/v3/marketing/{path}");
        request.Headers.Authorization = new("Bearer", "by hand");
        request.Content = new StringContent(json, null, "application/json");
        _client.Send(request).EnsureSuccessStatusCode().Dispose();
    }
}
