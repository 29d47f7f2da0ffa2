using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>Members of a static list. Who leaves it keeps every subscription: channels are never named.</summary>
internal sealed class IterableList(string list, IterableObject @object, DestinationRequest request, VendorApi<IIterableApi> api)
    : IterableRows(Describe(@object), @object, request, api)
{
    private readonly NamedObject _list = new(request.Memory, "list", list, token => FindAsync(list, api, token), @object.Create ? async token =>
    {
        var answer = await api.AskAsync(new { Name = list }, (iterable, body, cancelled) => iterable.MakeListAsync(body, cancelled), token);
        return answer.Json()?.Text("listId") ?? throw new DestinationException("Iterable made the list and gave no id for it; run the sync again");
    } : null);

    public static ObjectSpec Describe(IterableObject @object) => new()
    {
        Name = "list",
        Summary = $"Members of a static list, known by {@object.IdField}. Whoever is not there yet is made. Who leaves it stays subscribed to channels and messages.",
        Example = "{ list: VIP, create: true, id: email }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [IdField(@object)],
        MaxBatchRows = 1000,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override ValueTask LookAsync(CancellationToken cancellationToken) =>
        _list.CheckAsync(async (id, token) => await FindAsync(list, Api, token) == id, cancellationToken);

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var id = long.Parse(await _list.IdAsync(cancellationToken), CultureInfo.InvariantCulture);
        return await BulkAsync(batch, ("lists", batch.Operation is Operation.Remove ? "unsubscribe" : "subscribe"), "subscribers",
            (_, _) => { }, writer => writer.WriteNumber("listId", id), cancellationToken);
    }

    private static async ValueTask<string?> FindAsync(string name, VendorApi<IIterableApi> api, CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync((iterable, token) => iterable.ListsAsync(token), cancellationToken);
        var found = (answer.Json()?.Items("lists") ?? []).FirstOrDefault(one => one.Text("name") == name);
        return found.Text("listType") is not "Dynamic"
            ? found.Text("id")
            : throw new DestinationException($"the list \"{name}\" is a dynamic one, whose members Iterable chooses itself; name a static one") { IsUnreachable = false };
    }
}
