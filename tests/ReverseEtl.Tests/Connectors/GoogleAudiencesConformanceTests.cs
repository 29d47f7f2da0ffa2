using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Connectors.GoogleAudiences;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

public sealed class GoogleAudiencesConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = GoogleHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => await GoogleHarness.StartAsync(Time, Cancellation);
}

/// <summary>Its service account's assertions and tokens last for minutes: vendor and connector have one clock.</summary>
internal sealed class GoogleHarness(SandboxServer sandbox) : VendorHarness(sandbox, new GoogleAudiencesDestinationType(), "email_address", null)
{
    public override Secret Secret { get; } = new(VendorKeys.Pem);

    public override bool HashedOnly => true;

    public override IReadOnlyList<IReadOnlyList<string>> ContractFields { get; } =
    [
        ["email_address", "phone_number", "given_name", "family_name", "region_code", "postal_code"], ["mobile_id"], ["user_id"],
    ];

    // Tokens come from another API.
    protected override VendorContract Contract { get; } = new("google-datamanager", "token");

    protected override object Object { get; } = new GoogleObject
    {
        Audience = "VIP \"customers\"", Create = true, TermsOfService = GoogleTerms.Accepted, MembershipDays = 30,
        Consent = new() { AdUserData = GoogleAnswer.Granted, AdPersonalization = GoogleAnswer.Granted },
    };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Sandbox.Holdings(Type.Type, Account).SelectMany(holding => holding.Records);

    /// <summary>Jumps over waits for a job's end, and not over the time that a request may take.</summary>
    public static ManualTime NewTime() => new(jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };

    public static async Task<GoogleHarness> StartAsync(ManualTime time, CancellationToken cancellationToken) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { Time = time }, cancellationToken));

    protected override DestinationOptions Options(Uri baseUrl) => OptionsAt(baseUrl);

    public GoogleOptions OptionsAt(Uri baseUrl) => OptionsAt(baseUrl, Type.Type, Secret);

    public static GoogleOptions OptionsAt(Uri baseUrl, string type, Secret key) => new()
    {
        Type = type,
        BaseUrl = baseUrl,
        Account = "123-456-7890",
        ServiceAccount = new Secret(JsonSerializer.Serialize(new { client_email = "cdp@shop.iam.gserviceaccount.com", private_key = key.Reveal(), token_uri = "https://oauth2.googleapis.com/token" })),
        RequestsPerMinute = 100_000,
    };

    protected override string Held(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    // Google counts the members that it did not take, and names none.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not TroubleKind.RefuseRow && base.TryScript(trouble);
}
