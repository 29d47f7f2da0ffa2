using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>Rows, as the requests that a sync describes.</summary>
internal sealed class HttpApiRows(HttpApiOptions options, HttpApiObject @object, DestinationRequest request, VendorApi<IHttpApi> api)
    : ApiDestination<IHttpApi>(@object.Describe(options), request, api)
{
    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (options.Check is not { } check)
            return;
        var (path, query) = Split(check);
        await Api.AskAsync((http, token) => http.GetAsync(path, query, token), cancellationToken);
    }

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var made = @object.For(batch.Operation)!;
        var rows = new RowFields(batch, @object.NullAsEmpty);
        if (made.Path.Fields.FirstOrDefault(field => !IsPart(rows.Text(field, 0))) is { } missing)
        {
            return ValueTask.FromResult(DeliveryReport.All(batch, RowOutcome.Rejected(OutcomeCodes.InvalidValue,
                $"{missing} must have a value that can stand in a path; NULL, empty text and dots cannot")));
        }

        var (path, query) = Split(made.Path.Render(field => Uri.EscapeDataString(rows.Text(field, 0)!)));
        return Api.SendAsync(batch, Body(made, rows), (http, body, token) => made.Method switch
        {
            "PUT" => http.PutAsync(path, query, body, token),
            "PATCH" => http.PatchAsync(path, query, body, token),
            "DELETE" => http.DeleteAsync(path, query, body, token),
            _ => http.PostAsync(path, query, body, token),
        }, answer => Missing(made, batch, answer), answer => new ResultsReader(@object, batch, Api.Redactor).Read(answer), cancellationToken);
    }

    // Where the path names the row, 404 is about the row and not about the API.
    private DeliveryReport? Missing(HttpApiRequest made, ChangeBatch batch, HttpAnswer answer)
    {
        if (!made.Path.Fields.Any() || (int)answer.Status is not (404 or 410))
            return null;
        return DeliveryReport.All(batch, batch.Operation is Operation.Remove ? RowOutcome.Accepted : RowOutcome.Rejected($"{(int)answer.Status}", answer.Describe(Api.Redactor)));
    }

    private static ColumnarContent Body(HttpApiRequest made, RowFields rows)
    {
        if (made.Body is { } template)
            return ColumnarContent.Json(writer => template.Write(writer, rows));
        var nothing = ColumnarContent.Nothing();
        // Some refuse an empty text that says to be JSON.
        nothing.Headers.ContentType = null;
        return nothing;
    }

    // A path with "" or ".." in it names something else: the whole list, say.
    private static bool IsPart(string? value) => value is not (null or "" or "." or "..");

    private static (string Path, string Query) Split(string address)
    {
        var parts = address.TrimStart('/').Split('?', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : "");
    }
}
