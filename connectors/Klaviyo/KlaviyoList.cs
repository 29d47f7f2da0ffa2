using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>Members of a list, named by Klaviyo's own ids, which are looked up. Their consent stays as it is.</summary>
internal sealed class KlaviyoList(KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : KlaviyoDestination(Describe(@object), @object, request, api)
{
    // Values stand in the address of a look-up, which must not grow too long.
    private const int LookedUpAtOnce = 50;

    private readonly RecordIds _ids = new(request.Memory, "profiles", @object.IdField, LookedUpAtOnce, async (values, cancellationToken) =>
    {
        var filter = $"any({@object.IdField},[{string.Join(',', values.Select(KlaviyoResource.Quoted))}])";
        var answer = await api.AskAsync((klaviyo, token) => klaviyo.ProfilesAsync(filter, @object.IdField, LookedUpAtOnce * 2, token), cancellationToken);
        var found = (answer.Json()?.Items("data") ?? []).Select(profile => (profile.Text("attributes", @object.IdField), profile.Text("id")));
        // Klaviyo keeps addresses in lower case.
        return RecordIds.Match(values, found, @object.IdField == "email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    });

    public static ObjectSpec Describe(KlaviyoObject @object) => Describe(@object, "list",
        $"Members of a list, known by {@object.IdField}. They must be in Klaviyo already; their consent stays as it is.", "{ list: VIP, create: true, id: email }",
        [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete]) with { LookUps = 1000 / LookedUpAtOnce };

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = await Named!.IdAsync(cancellationToken);
        return await _ids.DeliverAsync(batch, "id", rows => Api.SendAsync(
            rows, KlaviyoResource.Body(Enumerable.Range(0, rows.Count).Select(ColumnOf(rows, "id").Text).Distinct().Select(id => new { type = "profile", id })),
            (klaviyo, body, token) => batch.Operation is Operation.Remove ? klaviyo.RemoveMembersAsync(list, body, token) : klaviyo.AddMembersAsync(list, body, token),
            answer => NamesProfile(answer) ? Lost(rows) : null, _ => DeliveryReport.All(rows, RowOutcome.Accepted), cancellationToken), RecordIds.IsGone, cancellationToken);
    }

    // Which of several it is, comes out when each stands alone.
    private static DeliveryReport Lost(ChangeBatch rows) => rows.Count == 1 ? DeliveryReport.All(rows, RecordIds.Gone)
        : DeliveryReport.BatchRejected(rows, "not_found", "a profile that was known is not in Klaviyo any more");

    // The list itself may be what is not found.
    private static bool NamesProfile(HttpAnswer answer) =>
        (int)answer.Status == 404 && (answer.Json()?.Items("errors") ?? []).Any(error => error.Text("source", "pointer")?.StartsWith("/data/", StringComparison.Ordinal) is true);
}
