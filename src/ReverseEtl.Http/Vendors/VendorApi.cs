using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using RestEase;

namespace ReverseEtl.Http.Vendors;

/// <summary>How to reach a vendor.</summary>
public sealed record VendorSettings
{
    /// <summary>Where its API begins.</summary>
    public required Uri Root { get; init; }

    /// <summary>Who is asking.</summary>
    public required IRequestAuth Auth { get; init; }

    /// <summary>How it says no.</summary>
    public required VendorErrors Errors { get; init; }

    /// <summary>Where it says how much of its budget is left.</summary>
    public QuotaHeaders? Quota { get; init; }

    /// <summary>How long to wait for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Headers of every request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes of a body at the most; null for no limit.</summary>
    public int? MaxBodyBytes { get; init; }
}

/// <summary>
/// A vendor's API: an interface with RestEase's attributes whose methods return <see cref="HttpResponseMessage"/>, called within the
/// account's budget, signed, in limited time, with every failure as a value.
/// </summary>
/// <typeparam name="TApi">The interface; <see cref="AllowAnyStatusCodeAttribute"/> stands on it.</typeparam>
public sealed class VendorApi<TApi> : IDisposable
    where TApi : class
{
    private readonly VendorSettings _settings;
    private readonly HttpClient _client;
    private readonly HttpSender _sender;
    private readonly TApi _api;

    /// <param name="settings">How to reach it.</param>
    /// <param name="request">What the connector was opened for.</param>
    public VendorApi(VendorSettings settings, DestinationRequest request)
    {
        _settings = settings;
        _client = HttpTransport.NewClient(settings.Auth);
        _client.BaseAddress = new Uri($"{settings.Root.ToString().TrimEnd('/')}/");
        foreach (var (name, value) in settings.Headers)
            _client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        _sender = new HttpSender(_client, settings.Timeout, request.Time, request.Gate, settings.Quota);
        _api = RestClient.For<TApi>(_client);
    }

    /// <summary>Makes the vendor's words fit to be shown.</summary>
    public Redactor Redactor => new(_settings.Auth.Secrets);

    /// <summary>Checks that somebody listens there.</summary>
    /// <exception cref="DestinationException">No connection.</exception>
    public ValueTask ReachAsync(CancellationToken cancellationToken) => Reachability.CheckAsync(_client.BaseAddress!, cancellationToken);

    /// <summary>Sends the rows of a batch in one request.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="body">The request's body, which is disposed.</param>
    /// <param name="call">Makes the request.</param>
    /// <param name="read">Reads the answer of a vendor that took the request. What it cannot read has no outcome.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, ColumnarContent body,
        Func<TApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, Func<HttpAnswer, DeliveryReport> read, CancellationToken cancellationToken) =>
        SendAsync(batch, body, call, _ => null, read, cancellationToken);

    /// <summary>The same, for requests of which some refusals mean something else: what is to be removed is not there.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="body">The request's body, which is disposed; null where the address says it all, in a request that may be repeated.</param>
    /// <param name="call">Makes the request.</param>
    /// <param name="first">Reads any answer; null leaves it to the vendor's errors and to <paramref name="read"/>.</param>
    /// <param name="read">Reads the answer of a vendor that took the request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, ColumnarContent? body,
        Func<TApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, Func<HttpAnswer, DeliveryReport?> first, Func<HttpAnswer, DeliveryReport> read,
        CancellationToken cancellationToken)
    {
        using (body)
        {
            if (body?.Bytes.Length > _settings.MaxBodyBytes)
                return DeliveryReport.BatchRejected(batch, OutcomeCodes.TooLarge, $"the request would have {body.Bytes.Length:N0} bytes, {_settings.MaxBodyBytes:N0} are allowed");
            var (answer, noAnswer) = await _sender.SendAsync(_client.BaseAddress!, token => call(_api, body!, token), body, cancellationToken);
            if (answer is null)
                return DeliveryReport.All(batch, noAnswer);
            if (first(answer) is { } known)
                return known;
            return _settings.Errors.Refusal(answer, Redactor) switch
            {
                null => IsReadable(answer) ? read(answer) : DeliveryReport.All(batch, Unreadable(answer)),
                { Kind: OutcomeKind.Rejected } refusal => DeliveryReport.BatchRejected(batch, refusal),
                { } later => DeliveryReport.All(batch, later),
            };
        }
    }

    /// <summary>The same for a vendor that has no more to tell than that it took the rows, or by 404 that what they are about is not there.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="body">The request's body, as above.</param>
    /// <param name="call">Makes the request.</param>
    /// <param name="notThere">What becomes of the rows after a 404.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, ColumnarContent? body,
        Func<TApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, RowOutcome notThere, CancellationToken cancellationToken) => SendAsync(
        batch, body, call, answer => (int)answer.Status == 404 ? DeliveryReport.All(batch, notThere) : null, _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);

    /// <summary>Asks the vendor something that no row hangs on: a look-up, a job's state, making an object that is found again by name.</summary>
    /// <exception cref="NotNowException">No answer, or one that asks to come back later.</exception>
    /// <exception cref="DestinationException">The vendor refuses.</exception>
    public async ValueTask<HttpAnswer> AskAsync(Func<TApi, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken) =>
        Taken(await TryAskAsync(call, cancellationToken));

    /// <summary>The same, with a JSON body.</summary>
    /// <param name="body">See <see cref="ColumnarContent.Json(object)"/>.</param>
    /// <param name="call">Makes the request.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async ValueTask<HttpAnswer> AskAsync(object body, Func<TApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        using var content = ColumnarContent.Json(body);
        return await AskAsync((api, token) => call(api, content, token), cancellationToken);
    }

    /// <summary>The answer, where the vendor did what it was asked for.</summary>
    /// <exception cref="NotNowException">It asks to come back later.</exception>
    /// <exception cref="DestinationException">It refuses.</exception>
    public HttpAnswer Taken(HttpAnswer answer) => _settings.Errors.Refusal(answer, Redactor) switch
    {
        null => answer,
        { Kind: OutcomeKind.Rejected } refusal => throw new DestinationException($"{refusal.Message}. Nothing more was sent") { IsUnreachable = false },
        { } later => throw new NotNowException(later),
    };

    /// <summary>The same where the caller reads refusals itself.</summary>
    /// <exception cref="NotNowException">No answer.</exception>
    public async ValueTask<HttpAnswer> TryAskAsync(Func<TApi, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        var (answer, noAnswer) = await _sender.SendAsync(_client.BaseAddress!, token => call(_api, token), null, cancellationToken);
        return answer ?? throw new NotNowException(noAnswer);
    }

    /// <summary>The same for something that may not be there: null where the vendor answers 404.</summary>
    /// <exception cref="NotNowException">No answer, or one that asks to come back later.</exception>
    /// <exception cref="DestinationException">The vendor refuses.</exception>
    public async ValueTask<HttpAnswer?> FindAsync(Func<TApi, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        var answer = await TryAskAsync(call, cancellationToken);
        return answer.Status is HttpStatusCode.NotFound ? null : Taken(answer);
    }

    /// <summary>The items of a list that the vendor gives page by page; a page is asked for when its first item is.</summary>
    /// <param name="list">Where a page has its items.</param>
    /// <param name="call">Asks for the page at a cursor, which is null for the first one.</param>
    /// <param name="next">The cursor of the page after this one; null or empty after the last one.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="NotNowException">No answer, or one that asks to come back later.</exception>
    /// <exception cref="DestinationException">The vendor refuses.</exception>
    public async IAsyncEnumerable<JsonElement> ItemsAsync(string list, Func<TApi, string?, CancellationToken, Task<HttpResponseMessage>> call,
        Func<JsonElement, string?> next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var at = cursor;
            var page = (await AskAsync((api, token) => call(api, at, token), cancellationToken)).Json() ?? default;
            foreach (var item in page.Items(list))
                yield return item;
            cursor = next(page);
        }
        while (cursor is { Length: > 0 });
    }

    /// <summary>A file that the vendor has put to an address of its own, which is signed already: asked for without credentials.</summary>
    /// <returns>The file as text; null where it cannot be had.</returns>
    public async ValueTask<string?> DownloadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = HttpTransport.NewClient();
        var (answer, _) = await _sender.SendAsync(address, token => client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, token), null, cancellationToken);
        return answer is { Status: HttpStatusCode.OK } ? Encoding.UTF8.GetString(answer.Body.Span) : null;
    }

    // A page of somebody on the way says nothing of the rows.
    private static bool IsReadable(HttpAnswer answer) => answer.Body.IsEmpty || answer.Json() is not null;

    private RowOutcome Unreadable(HttpAnswer answer) => RowOutcome.Unknown(OutcomeCodes.Unreadable, $"{answer.Describe(Redactor)}: no answer of this API");

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}

/// <summary>
/// A request besides those with rows was not answered, or put off. Nothing of the batch at hand was sent for it, so
/// <see cref="ApiDestination{TApi}"/> tells the kit to try the batch again.
/// </summary>
public sealed class NotNowException(RowOutcome outcome) : Exception(outcome.Message)
{
    /// <summary>A retry.</summary>
    public RowOutcome Outcome => outcome;
}
