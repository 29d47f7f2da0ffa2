using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.ActiveCampaign;

/// <summary>What has to be asked before a request can name things by their numbers.</summary>
internal static class ActiveCampaignLookUps
{
    private const int PageRows = 100;

    /// <summary>The address that a row's contact is known by.</summary>
    public static string Email(ChangeBatch batch) =>
        (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).First(field => field.Name == ActiveCampaignContacts.EmailField.Name).Text(0)!;

    /// <summary>
    /// The number of the contact with an address; null where there is none. It is not remembered: who is deleted and comes back has another
    /// number, and a removal by the old one would leave them where they are.
    /// </summary>
    public static async ValueTask<long?> ContactAsync(this VendorApi<IActiveCampaignApi> api, string email, CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync((campaign, token) => campaign.FindContactAsync(email, token), cancellationToken);
        return answer.Json()?.Items("contacts").Where(contact => string.Equals(contact.Text("email"), email, StringComparison.OrdinalIgnoreCase)).Select(Id).FirstOrDefault();
    }

    /// <summary>All items of a listing that comes in pages of a hundred.</summary>
    public static async ValueTask<IReadOnlyList<JsonElement>> PagesAsync(this VendorApi<IActiveCampaignApi> api, string items,
        Func<IActiveCampaignApi, int, CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        var offset = 0;
        return await api.ItemsAsync(items, (campaign, _, token) => ask(campaign, offset, token),
            page => page.Items(items).Count() < PageRows ? null : $"{offset += PageRows}", cancellationToken).ToListAsync(cancellationToken);
    }

    /// <summary>The number of what is described; null where it has none.</summary>
    public static long? Id(JsonElement described) => (long?)described.Number("id");
}
