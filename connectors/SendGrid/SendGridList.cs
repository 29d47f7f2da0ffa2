using System.Text.RegularExpressions;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.SendGrid;

/// <summary>A list by its name.</summary>
internal sealed partial class SendGridList
{
    private readonly string _name;
    private readonly VendorApi<ISendGridApi> _api;
    private readonly NamedObject _list;

    public SendGridList(string name, bool create, DestinationRequest request, VendorApi<ISendGridApi> api)
    {
        (_name, _api) = (name, api);
        _list = new NamedObject(request.Memory, "list", name, FindAsync, create ? MakeAsync : null);
    }

    public ValueTask<string> IdAsync(CancellationToken cancellationToken) => _list.IdAsync(cancellationToken);

    public ValueTask CheckAsync(CancellationToken cancellationToken) => _list.CheckAsync(async (id, token) => await FindAsync(token) == id, cancellationToken);

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        string? page = null;
        do
        {
            var body = (await _api.AskAsync((sendGrid, token) => sendGrid.ListsAsync(page, token), cancellationToken)).Json() ?? default;
            if (body.Items("result").FirstOrDefault(list => list.Text("name") == _name).Text("id") is { } id)
                return id;
            page = Token().Match(body.Text("_metadata", "next") ?? "") is { Success: true } next ? Uri.UnescapeDataString(next.Groups[1].Value) : null;
        }
        while (page is not null);
        return null;
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var answer = await _api.AskAsync(new { Name = _name }, (sendGrid, body, token) => sendGrid.MakeListAsync(body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("SendGrid made the list and gave no id for it; run the sync again");
    }

    [GeneratedRegex("[?&]page_token=([^&]+)")]
    private static partial Regex Token();
}
