using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>A list by its name.</summary>
internal static class SendGridList
{
    public static NamedObject Named(string name, bool create, DestinationRequest request, VendorApi<ISendGridApi> api) => new(
        request.Memory, "list", name, token => FindAsync(name, api, token), create ? token => MakeAsync(name, api, token) : null);

    private static ValueTask<string?> FindAsync(string name, VendorApi<ISendGridApi> api, CancellationToken cancellationToken) => api
        .ItemsAsync("result", (sendGrid, page, token) => sendGrid.ListsAsync(page, token), body => body.Parameter("page_token", "_metadata", "next"), cancellationToken)
        .Where(list => list.Text("name") == name).Select(list => list.Text("id")).FirstOrDefaultAsync(cancellationToken);

    private static async ValueTask<string> MakeAsync(string name, VendorApi<ISendGridApi> api, CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync(new { Name = name }, (sendGrid, body, token) => sendGrid.MakeListAsync(body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("SendGrid made the list and gave no id for it; run the sync again");
    }
}
