using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.HttpApi;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Connectors;

/// <summary>A vendor whose answers name refused rows by their place, with removals: Customer.io, as YAML.</summary>
public sealed class HttpApiByPlaceConformanceTests : HttpDestinationConformance
{
    private const string Description = """
          upsert:
            path: /api/v2/batch
            body: { batch: { each: { type: person, action: identify, identifiers: { id: "{{id}}" }, attributes: { name: "{{name}}" } } } }
          remove:
            path: /api/v2/batch
            rows_per_request: 50
            body: { batch: { each: { type: person, action: delete, identifiers: { id: "{{id}}" } } } }
          identifiers: [id]
          results: { status: 207, at: errors, index: batch_index, error: message, code: reason, others_accepted: true }
          replay_safe: true
        """;

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new HttpApiHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), "customerio", "people", HttpApiYaml.Object(Description), "id", "name");
}

/// <summary>A vendor that tells of each row by a value it repeats, in two lists: HubSpot, as YAML.</summary>
public sealed class HttpApiByKeyConformanceTests : HttpDestinationConformance
{
    private const string Description = """
          upsert:
            path: /crm/objects/2026-09/contacts/batch/upsert
            body: { inputs: { each: { idProperty: email, id: "{{email}}", objectWriteTraceId: "{{$key}}", properties: "{{*}}" } } }
          identifiers: [email]
          results:
            - { status: 207, at: results, key: objectWriteTraceId, field: $key }
            - { status: 207, at: errors, key: context.objectWriteTraceId, field: $key, error: message, code: category }
          error: { at: status, is: error, code: category, message: message }
          replay_safe: true
          null_as_empty: true
        """;

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new HttpApiHarness(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), "hubspot", "contacts", HttpApiYaml.Object(Description, "upsert"), "email", "firstname");
}

/// <summary>One row per request, and nothing that makes a repeat safe: messages of Slack, as YAML.</summary>
public sealed class HttpApiOneByOneConformanceTests : HttpDestinationConformance
{
    private const string Description = """
          append: { path: /api/chat.postMessage, body: { channel: "#vip", text: "{{email}}" } }
          error: { at: ok, is_not: "true", code: error, message: response_metadata.messages.0 }
          throttle: { code: ratelimited }
          unusable: [invalid_auth, not_authed]
        """;

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() =>
        new OneByOne(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), HttpApiYaml.Object(Description, "append"));

    private sealed class OneByOne(SandboxServer sandbox, HttpApiObject @object) : HttpApiHarness(sandbox, "slack", "vip", @object, "email", null)
    {
        public override SyncMode Main => SyncMode.Append;

        protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
            base.Records.Select(message => new Dictionary<string, string?> { ["email"] = message["text"] });

        protected override IEnumerable<IReadOnlyDictionary<string, string?>> Events => Records;

        // Of a 500 nobody knows whether the message was posted.
        protected override ScriptAction Action(Trouble trouble) =>
            trouble.Kind is TroubleKind.ServerError ? base.Action(trouble) with { Status = 503 } : base.Action(trouble);
    }
}

/// <summary>The generic connector before the emulator of a vendor.</summary>
internal class HttpApiHarness(SandboxServer sandbox, string vendor, string holding, HttpApiObject @object, string key, string? text)
    : VendorHarness(sandbox, new HttpApiDestinationType(), key, text)
{
    public override Secret Secret { get; } = new("http-secret-123456");

    public override bool EmptyIsNull => vendor == "hubspot";

    protected override string Vendor => vendor;

    protected override object Object => @object;

    protected override DestinationOptions Options(Uri baseUrl) => new HttpApiOptions
    {
        Type = "http",
        Url = baseUrl,
        Auth = vendor == "customerio" ? new() { Basic = new() { User = "site", Password = Secret } } : new() { Bearer = Secret },
    };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records =>
        Sandbox.Holdings(vendor, Account).Where(held => held.Name == holding).SelectMany(held => held.Records);

    public override bool TryScript(Trouble trouble) => (vendor != "customerio" || trouble.RetryAfter is null) && base.TryScript(trouble);
}

/// <summary>Syncs of the generic connector, read as a project's are.</summary>
internal static class HttpApiYaml
{
    private const string Name = "models/syncs/to_api.yml";

    /// <summary>The object of a sync that maps id, email, name and firstname.</summary>
    public static HttpApiObject Object(string description, string mode = "mirror") =>
        (HttpApiObject)Project(description, mode).Load().Syncs.Single(sync => sync.Name == "to_api").Object;

    public static IReadOnlyList<string> Problems(string description, string mode = "upsert") => Project(description, mode).Problems();

    private static MemoryProject Project(string description, string mode)
    {
        var project = new MemoryProject().With("cdp.config.json", config => config.Replace("\"hook\":", "\"api\": { \"type\": \"http\", \"url\": \"https://api.example/v2\" }, \"hook\":", StringComparison.Ordinal));
        project[Name] = $"""
            sync: to_api
            model: vips
            destination: api
            mode: {mode}
            map: {"{"} id: customer_id, email: email, name: email, firstname: email {"}"}
            object:
            {description}
            """;
        return project;
    }
}
