using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.MetaAudiences;
using ReverseEtl.Core.Config;
using ReverseEtl.Sandbox;

namespace ReverseEtl.Tests.Connectors;

public sealed class MetaAudiencesConformanceTests : HttpDestinationConformance
{
    protected override ManualTime Time { get; } = MetaHarness.NewTime();

    protected override async Task<IHttpDestinationHarness> StartHttpAsync() => await MetaHarness.StartAsync(Time, Cancellation);
}

internal sealed class MetaHarness(SandboxServer sandbox) : VendorHarness(sandbox, new MetaAudiencesDestinationType(), "EMAIL", null)
{
    public override Secret Secret { get; } = new("EAAB-secret");

    public override bool HashedOnly => true;

    protected override object Object { get; } = new MetaObject { Audience = "VIP customers", Create = true };

    protected override DestinationOptions Options(Uri baseUrl) =>
        new MetaOptions { Type = Type.Type, BaseUrl = baseUrl, AdAccountId = "act_1", AccessToken = Secret };

    protected override IEnumerable<IReadOnlyDictionary<string, string?>> Records => Sandbox.Holdings(Type.Type, Account).SelectMany(holding => holding.Records);

    /// <summary>Jumps over waits for a session, and not over the time that a request may take.</summary>
    public static ManualTime NewTime() => new(jumps: true) { LongestJump = TimeSpan.FromSeconds(30) };

    public static async Task<MetaHarness> StartAsync(ManualTime time, CancellationToken cancellationToken) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { Time = time }, cancellationToken));

    protected override string Held(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    // Meta counts the entries that it cannot use, and names none.
    public override bool TryScript(Trouble trouble) => trouble.Kind is not TroubleKind.RefuseRow && base.TryScript(trouble);
}
