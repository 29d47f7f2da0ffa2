using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Members of a list, named by Klaviyo's own ids, which are looked up. Their consent stays as it is.</summary>
internal sealed class KlaviyoList(string list, KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : ApiDestination<IKlaviyoApi>(Describe(@object), request, api)
{
    // Values stand in the address of a look-up, which must not grow too long.
    private const int LookedUpAtOnce = 50;

    private readonly NamedObject _list = Named(list, @object, request, api);
    private readonly RecordIds _ids = new(request.Memory, "profiles", @object.IdField, LookedUpAtOnce, async (values, cancellationToken) =>
    {
        var filter = $"any({@object.IdField},[{string.Join(',', values.Select(Quoted))}])";
        var answer = await api.AskAsync((klaviyo, token) => klaviyo.ProfilesAsync(filter, @object.IdField, LookedUpAtOnce * 2, token), cancellationToken);
        // Klaviyo keeps addresses in lower case.
        var ids = new Dictionary<string, string>(@object.IdField == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var profile in answer.Json()?.Items("data") ?? [])
            ids[profile.Text("attributes", @object.IdField) ?? ""] = profile.Text("id") ?? "";
        return values.Where(ids.ContainsKey).ToDictionary(value => value, value => ids[value], StringComparer.Ordinal);
    });

    public static ObjectSpec Describe(KlaviyoObject @object) => new()
    {
        Name = "list",
        Summary = $"Members of a list, known by {@object.IdField}. They must be in Klaviyo already; their consent stays as it is.",
        Example = "{ list: VIP, create: true, id: email }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [KlaviyoJson.IdField(@object)],
        MaxBatchRows = 1000,
        LookUps = 1000 / LookedUpAtOnce,
        UnsafeToRepeat = [],
    };

    /// <summary>The list of a name.</summary>
    public static NamedObject Named(string name, KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api) => new(request.Memory, "list", name,
        token => FindAsync(name, api, token),
        @object.Create ? async token =>
        {
            using var body = KlaviyoJson.Body(new { type = "list", attributes = new { name } });
            var answer = await api.AskAsync((klaviyo, cancelled) => klaviyo.MakeListAsync(body, cancelled), token);
            return answer.Json()?.Text("data", "id") ?? throw new DestinationException("Klaviyo made the list and gave no id for it; run the sync again");
        } : null);

    /// <summary>The id of a list with just this name; null for none.</summary>
    public static async ValueTask<string?> FindAsync(string name, VendorApi<IKlaviyoApi> api, CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync((klaviyo, token) => klaviyo.ListsAsync($"equals(name,{Quoted(name)})", token), cancellationToken);
        return (answer.Json()?.Items("data") ?? []).Where(found => found.Text("attributes", "name") == name).Select(found => found.Text("id")).FirstOrDefault();
    }

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) =>
        _list.CheckAsync(async (id, token) => await FindAsync(list, Api, token) == id, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var id = await _list.IdAsync(cancellationToken);
        var accepted = DeliveryReport.All(batch, RowOutcome.Accepted);
        return await _ids.DeliverAsync(batch, (ids, gone) => Api.SendAsync(batch, KlaviyoJson.Body(ids.Select(profile => new { type = "profile", id = profile })),
            (klaviyo, body, token) => batch.Operation is Operation.Remove ? klaviyo.RemoveMembersAsync(id, body, token) : klaviyo.AddMembersAsync(id, body, token),
            answer =>
            {
                if (!NamesProfile(answer))
                    return null;
                // Which of several it is, comes out when each stands alone.
                if (ids.Count > 1)
                    return DeliveryReport.BatchRejected(batch, "not_found", "a profile that was known is not in Klaviyo any more");
                gone.Add(ids[0]);
                return accepted;
            },
            _ => accepted, cancellationToken), cancellationToken);
    }

    // The list itself may be what is not found.
    private static bool NamesProfile(HttpAnswer answer) =>
        (int)answer.Status == 404 && (answer.Json()?.Items("errors") ?? []).Any(error => error.Text("source", "pointer")?.StartsWith("/data/", StringComparison.Ordinal) is true);

    private static string Quoted(string value) => $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
