using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>Meta's custom audiences. Any token is good unless it begins with <c>bad</c>.</summary>
internal sealed class MetaEmulator : IVendorEmulator
{
    private const string Node = "{version}/{node}";

    public string Type => "meta-audiences";

    public IVendorDialect Dialect { get; } = new MetaDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", $"{Node}/customaudiences", OfAdAccount(MetaAudiences.Create)),
        new("GET", $"{Node}/customaudiences", OfAdAccount(MetaAudiences.List)),
        new("GET", Node, MetaAccess.Versioned(MetaAudiences.Get)),
        new("DELETE", Node, MetaAccess.Versioned(MetaAudiences.Delete)),
        new("POST", $"{Node}/users", MetaAccess.Versioned(MetaUsers.Add)) { Rows = UserRows.Values },
        new("DELETE", $"{Node}/users", MetaAccess.Versioned(MetaUsers.Remove)) { Rows = UserRows.Values },
        new("POST", $"{Node}/usersreplace", MetaAccess.Versioned(MetaUsers.Replace)) { Rows = UserRows.Values },
        new("GET", $"{Node}/sessions", MetaAccess.Versioned(MetaSessions.List)),
    ];

    public VendorAnswer? Authenticate(VendorCall call) => MetaAccess.Authenticate(call);

    public VendorAnswer Finish(VendorAnswer answer, Account account) =>
        answer.Headers.Any(header => header.Key == MetaDialect.UsageHeader)
            ? answer
            : answer.With(MetaDialect.UsageHeader, MetaDialect.Usage(percent: 1, minutes: 0));

    public IEnumerable<Holding> Holdings(Account account) =>
        account.Table(MetaAudiences.Table).Records.Where(audience => !MetaAudiences.IsDeleted(audience.Value))
            .Select(audience => new Holding("audience", audience.Key, audience.Value["name"]!, [.. MetaMembers.Of(account, audience.Key).Records.Values]));

    private static Func<VendorCall, VendorAnswer> OfAdAccount(Func<VendorCall, VendorAnswer> handle) => MetaAccess.Versioned(call =>
        call.Part("node").StartsWith("act_", StringComparison.Ordinal) ? handle(call) : MetaDialect.NoSuchObject(call.Part("node")));
}
