using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>
/// How uploads fared. A session that replaces begins with request number 1, takes each number once, and ends with its last request or
/// after 90 minutes: what it had staged is then dropped.
/// </summary>
internal static class MetaSessions
{
    private const string Uploading = "uploading";
    private const int InvalidUpload = 1870147;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(90);

    /// <summary>Why a session does not take a request; null where it does.</summary>
    public static VendorAnswer? Refuse(VendorCall call, JsonElement asked)
    {
        var (audience, id) = (call.Part("node"), asked.Get("session_id")!.Value.AsText()!);
        if (Sessions(call.Account, audience).Get(id) is not { } session)
        {
            return asked.Get("batch_seq")!.Value.AsText() == "1"
                ? null
                : MetaDialect.Error(2650, "Failed to update the custom audience: the first batch_seq was not detected", InvalidUpload);
        }

        var began = DateTimeOffset.FromUnixTimeSeconds(long.Parse(session["start_time"]!, CultureInfo.InvariantCulture));
        if (call.Now - began <= Window)
            return session["stage"] == Uploading ? null : MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) The session has got its last batch");
        MetaMembers.Staged(call.Account, audience, id).Clear();
        return MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) The session has ended, as 90 minutes are over");
    }

    /// <summary>Counts a request; false where the session has had one of this number.</summary>
    public static bool Count(VendorCall call, string audience, string id, string? number, int received, int invalid)
    {
        var sessions = Sessions(call.Account, audience);
        var before = sessions.Get(id) ?? Record.Empty;
        var isReplace = call.Path.EndsWith("usersreplace", StringComparison.Ordinal);
        var numbers = before.GetValueOrDefault("numbers") ?? " ";
        if (isReplace && numbers.Contains($" {number} ", StringComparison.Ordinal))
            return false;
        sessions.Set(id, Record.Of(
            ("num_received", Sum(before, "num_received", received)),
            ("num_invalid_entries", Sum(before, "num_invalid_entries", invalid)),
            ("numbers", $"{numbers}{number} "),
            ("stage", isReplace ? Uploading : "done"),
            ("start_time", before.GetValueOrDefault("start_time") ?? MetaDialect.Text(call.Now.ToUnixTimeSeconds()))));
        return true;
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
