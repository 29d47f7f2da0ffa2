using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>Adds, removes and replaces the users of an audience.</summary>
internal static class MetaUsers
{
    private const int MostSamples = 5;

    private sealed record Upload(Account Account, string Audience, string Session, List<IReadOnlyDictionary<string, string?>> Valid, VendorAnswer Answer);

    public static VendorAnswer Add(VendorCall call) => Receive(call, upload =>
    {
        foreach (var record in upload.Valid)
            MetaMembers.Of(upload.Account, upload.Audience).Add(record);
        return upload.Answer;
    });

    public static VendorAnswer Remove(VendorCall call) => Receive(call, upload =>
    {
        foreach (var record in upload.Valid)
            MetaMembers.Of(upload.Account, upload.Audience).Remove(record);
        return upload.Answer;
    });

    /// <summary>One batch of all the users there shall be: they take the others' place with the session's last batch.</summary>
    public static VendorAnswer Replace(VendorCall call)
    {
        if (new MetaParameters(call).Structure("session") is not { ValueKind: JsonValueKind.Object } session
            || session.Get("session_id") is null || session.Get("batch_seq") is null || session.Get("last_batch_flag") is null)
            return MetaDialect.Error(MetaDialect.InvalidParameter, "(#100) The parameter session with session_id, batch_seq and last_batch_flag is required");
        if (MetaSessions.Refuse(call, session) is { } refusal)
            return refusal;
        return Receive(call, upload =>
        {
            var staged = MetaMembers.Staged(upload.Account, upload.Audience, upload.Session);
            foreach (var record in upload.Valid)
                staged.Add(record);
            if (session.Get("last_batch_flag") is not { ValueKind: JsonValueKind.True })
                return upload.Answer;
            var users = MetaMembers.Of(upload.Account, upload.Audience);
            users.Clear();
            foreach (var record in staged.Records.Values)
                users.Add(record);
            staged.Clear();
            MetaSessions.Finish(upload.Account, upload.Audience, upload.Session);
            return upload.Answer;
        });
    }

    private static VendorAnswer Receive(VendorCall call, Func<Upload, VendorAnswer> apply)
    {
        var id = call.Part("node");
        if (MetaAudiences.Refuse(call, id) is { } refusal)
            return refusal;
        var parameters = new MetaParameters(call);
        var (rows, wrong) = UserRows.Read(parameters);
        if (rows is null)
            return MetaDialect.Error(MetaDialect.InvalidParameter, wrong!);

        var valid = new List<IReadOnlyDictionary<string, string?>>();
        var samples = new Dictionary<string, string>();
        for (var row = 0; row < rows.Data.Count; row++)
        {
            var (record, reason) = call.Refused.Contains(row) ? (null, call.RefusalMessage) : rows.Entry(row);
            if (record is not null)
                valid.Add(record);
            else if (samples.Count < MostSamples)
                samples[rows.Data[row].GetRawText()] = reason;
        }

        var session = parameters.Structure("session")?.Get("session_id")?.AsText()
            ?? call.Account.NextId("session", 5000).ToString(CultureInfo.InvariantCulture);
        var invalid = rows.Data.Count - valid.Count;
        var answer = VendorAnswer.Json(200, new
        {
            audience_id = id,
            session_id = session,
            num_received = rows.Data.Count,
            num_invalid_entries = invalid,
            invalid_entry_samples = samples,
        });
        return MetaSessions.Count(call, id, session, parameters.Structure("session")?.Get("batch_seq")?.AsText(), rows.Data.Count, invalid)
            ? apply(new Upload(call.Account, id, session, valid, answer))
            : answer;
    }
}
