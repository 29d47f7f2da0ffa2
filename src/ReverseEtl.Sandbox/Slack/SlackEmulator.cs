using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Slack;

/// <summary>Slack's Web API, as far as messages go. Any token is good unless it begins with <c>bad</c>.</summary>
internal sealed class SlackEmulator : IVendorEmulator
{
    public string Type => "slack";

    public IVendorDialect Dialect { get; } = new SlackDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("POST", "api/chat.postMessage", SlackChannels.Post) { Rows = Row },
        new("POST", "api/auth.test", WhoAmI),
        new("GET", "api/auth.test", WhoAmI),
        new("GET", "api/conversations.list", SlackChannels.List),
        new("POST", "api/conversations.list", SlackChannels.List),
        new("POST", "api/{method}", UnknownMethod),
        new("GET", "api/{method}", UnknownMethod),
    ];

    public VendorAnswer? Authenticate(VendorCall call) => (call.Bearer ?? SlackArguments.Read(call).Arguments?.GetValueOrDefault("token")) switch
    {
        null or "" => SlackDialect.Error("not_authed"),
        var token when token.StartsWith("bad", StringComparison.Ordinal) => SlackDialect.Error("invalid_auth"),
        _ => null,
    };

    public IEnumerable<Holding> Holdings(Account account) => SlackChannels.Holdings(account);

    private static VendorAnswer WhoAmI(VendorCall call) => VendorAnswer.Json(200, new
    {
        ok = true,
        url = $"{call.BaseUrl}/",
        team = call.Account.Name,
        user = "sandbox",
        team_id = "T00SANDBOX",
        user_id = "U00SANDBOX",
        bot_id = "B00SANDBOX",
    });

    private static VendorAnswer UnknownMethod(VendorCall call) => SlackDialect.Error("unknown_method");

    private static IReadOnlyList<IEnumerable<string>> Row(VendorCall call) =>
        [call.Json?.Scalars() ?? SlackArguments.Read(call).Arguments?.Values.OfType<string>() ?? []];
}
