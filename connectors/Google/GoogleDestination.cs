using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Google;

/// <summary>What is sent to the Data Manager API. Google takes a request at once and works it off later; its status tells counts.</summary>
internal abstract class GoogleDestination<TApi>(ObjectSpec spec, GoogleOptions options, DestinationRequest request, VendorApi<TApi> api)
    : ApiDestination<TApi>(spec, request, api)
    where TApi : class, IGoogleDataManager
{
    private readonly StoredJob _requests = new(request.Memory, request.Time);

    /// <summary>The account that is written to.</summary>
    protected GoogleAccount Account { get; } = GoogleAccount.Of(options.Account)!;

    /// <summary>What a request says of where its rows go, and how they are written.</summary>
    /// <param name="product">The list or conversion action.</param>
    protected Dictionary<string, object> Head(string product) => new() { ["encoding"] = "HEX", ["destinations"] = Destinations(product) };

    /// <summary>Where rows go.</summary>
    protected object Destinations(string product) => new[]
    {
        new { OperatingAccount = Account, LoginAccount = GoogleAccount.Of(options.LoginAccount), LinkedAccount = GoogleAccount.Of(options.LinkedAccount), ProductDestinationId = product },
    };

    /// <summary>Sends a request, unless that was done before, and waits until Google has worked it off.</summary>
    protected async ValueTask<DeliveryReport> TakeAsync(
        ChangeBatch batch, ColumnarContent body, Func<TApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        using var disposed = body;
        return await _requests.DeliverAsync(batch, answer => answer.Text("requestId"),
            read => Api.SendAsync(batch, body, call, read, cancellationToken), (id, token) => StatusAsync(batch, id, token), cancellationToken);
    }

    private async ValueTask<DeliveryReport?> StatusAsync(ChangeBatch batch, string id, CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((google, token) => google.StatusAsync(id, token), cancellationToken);
        var body = answer.Json() ?? default;
        if (GoogleAnswers.Error(body)?.Code is "INVALID_ARGUMENT/INVALID_REQUEST_ID")
            return DeliveryReport.All(batch, RowOutcome.Retry("request_gone", $"Google does not know the request {id} any more"));
        Api.Taken(answer);
        var status = body.Items("requestStatusPerDestination").FirstOrDefault();
        var counts = GoogleAnswers.Counts(status);
        return status.Text("requestStatus") switch
        {
            "SUCCESS" or "PARTIAL_SUCCESS" => DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed).With(counts),
            "FAILED" when GoogleAnswers.AreThere(status) => DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed).With(counts),
            "FAILED" => DeliveryReport.All(batch, RowOutcome.Rejected(GoogleAnswers.Reason(status), "Google took none of the request's rows")).With(counts),
            _ => null,
        };
    }
}
