using ReverseEtl.Sandbox.Meta;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.MetaConversions;

/// <summary>
/// Meta's Conversions API. Any token is good unless it begins with <c>bad</c>; any dataset is there unless its number begins with 404.
/// </summary>
internal sealed class MetaConversionsEmulator : IVendorEmulator
{
    private const string Dataset = "{version}/{node}";

    public string Type => "meta-conversions";

    public IVendorDialect Dialect { get; } = new DatasetDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", $"{Dataset}/events", MetaAccess.Versioned(Events.Receive)) { Rows = Events.Rows },
        new("GET", Dataset, MetaAccess.Versioned(Get)),
    ];

    public VendorAnswer? Authenticate(VendorCall call) => MetaAccess.Authenticate(call);

    public IEnumerable<Holding> Holdings(Account account) => account.Names(Events.Prefix)
        .Select(table => table[Events.Prefix.Length..])
        .Select(dataset => new Holding("dataset", dataset, dataset, [.. account.Table(Events.Prefix + dataset).Records.Values]));

    private static VendorAnswer Get(VendorCall call)
    {
        var id = call.Part("node");
        if (!Events.IsDataset(id))
            return MetaDialect.NoSuchObject(id);
        var fields = new Dictionary<string, object?>();
        foreach (var name in (new MetaParameters(call).Text("fields") ?? "id").Split(',').Append("id"))
        {
            switch (name)
            {
                case "id": fields[name] = id; break;
                case "name": fields[name] = call.Account.Name; break;
                default: return MetaDialect.Error(MetaDialect.InvalidParameter, $"(#100) Tried accessing nonexisting field ({name})", type: "OAuthException");
            }
        }

        return VendorAnswer.Json(200, fields);
    }

    /// <summary>The Graph API's errors, but for what a dataset is called.</summary>
    private sealed class DatasetDialect : IVendorDialect
    {
        private readonly MetaDialect _graph = new();

        public VendorAnswer Throttled(int? retryAfter, string? message = null) => _graph.Throttled(retryAfter, message);

        public VendorAnswer Broken(string? message = null) => _graph.Broken(message);

        public VendorAnswer Unauthorized(string? message = null) => _graph.Unauthorized(message);

        public VendorAnswer Forbidden(string? message = null) =>
            MetaDialect.Error(200, message ?? "(#200) Provide valid app ID", status: 403, type: "OAuthException");

        public VendorAnswer Missing(string? message = null) => message is null
            ? MetaDialect.NoSuchObject("0")
            : MetaDialect.Error(MetaDialect.InvalidParameter, message, 33, type: "GraphMethodException");

        public VendorAnswer Invalid(string message) => _graph.Invalid(message);
    }
}
