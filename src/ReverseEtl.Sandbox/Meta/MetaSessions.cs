using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>How uploads fared.</summary>
internal static class MetaSessions
{
    private const string Uploading = "uploading";

    public static void Count(VendorCall call, string audience, string session, int received, int invalid)
    {
        var sessions = Sessions(call.Account, audience);
        var before = sessions.Get(session) ?? Record.Empty;
        var isReplace = call.Path.EndsWith("usersreplace", StringComparison.Ordinal);
        sessions.Set(session, Record.Of(
            ("num_received", Sum(before, "num_received", received)),
            ("num_invalid_entries", Sum(before, "num_invalid_entries", invalid)),
            ("stage", isReplace ? Uploading : "done"),
            ("start_time", before.GetValueOrDefault("start_time") ?? MetaDialect.Text(call.Now.ToUnixTimeSeconds()))));
    }

    public static void Finish(Account account, string audience, string session)
    {
        var sessions = Sessions(account, audience);
        sessions.Set(session, sessions.Get(session)!.With([new("stage", "processing")]));
    }

    public static VendorAnswer List(VendorCall call)
    {
        var id = call.Part("node");
        if (!call.Account.Table(MetaAudiences.Table).Has(id))
            return MetaDialect.NoSuchObject(id);
        var asked = call.Query("session_id");
        var data = Sessions(call.Account, id).Records
            .Where(session => asked is null || session.Key == asked)
            .Select(session => Describe(call.Account, id, session.Key, session.Value));
        return VendorAnswer.Json(200, new { data });
    }

    private static Dictionary<string, object?> Describe(Account account, string audience, string id, IReadOnlyDictionary<string, string?> session)
    {
        // A replacement that is all there takes a while: two looks.
        var stage = session["stage"] == "processing" && account.Poll($"session/{audience}/{id}") > 1 ? "done" : session["stage"];
        return new()
        {
            ["session_id"] = id,
            ["num_received"] = session["num_received"],
            ["num_invalid_entries"] = session["num_invalid_entries"],
            ["num_matched"] = stage == "done" ? Sum(session, "num_received", -Number(session, "num_invalid_entries")) : "0",
            ["progress"] = stage switch { Uploading => "0", "processing" => "50", _ => "100" },
            ["stage"] = stage,
            ["start_time"] = session["start_time"],
        };
    }

    private static Table Sessions(Account account, string audience) => account.Table($"sessions/{audience}");

    private static int Number(IReadOnlyDictionary<string, string?> session, string field) =>
        int.Parse(session.GetValueOrDefault(field) ?? "0", CultureInfo.InvariantCulture);

    private static string Sum(IReadOnlyDictionary<string, string?> session, string field, int more) => MetaDialect.Text(Number(session, field) + more);
}
