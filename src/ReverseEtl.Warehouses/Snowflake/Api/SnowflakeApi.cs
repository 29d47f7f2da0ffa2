using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using RestEase;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>
/// Runs statements through an account's SQL API. Each is submitted asynchronously, so that its handle is known from the first answer on: it can
/// be cancelled, and a request that is sent again does not run it again.
/// </summary>
internal sealed class SnowflakeApi : IDisposable
{
    // Once the caller gives up, so long is waited for the handle of what was just submitted, and for its end.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JsonText.Encoder,
    };

    private readonly SnowflakeSettings _settings;
    private readonly Transmission _transmission;
    private readonly HttpClient _client;
    private readonly ISnowflakeSqlApi _api;

    /// <param name="settings">How to reach it.</param>
    public SnowflakeApi(SnowflakeSettings settings)
    {
        (_settings, _transmission) = (settings, new Transmission(settings));
        _client = HttpTransport.NewClient(settings.Auth);
        _client.BaseAddress = new Uri($"{settings.Root.ToString().TrimEnd('/')}/");
        _client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        _client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        _api = RestClient.For<ISnowflakeSqlApi>(_client);
    }

    /// <summary>How the account is reached.</summary>
    public SnowflakeSettings Settings => _settings;

    /// <summary>Runs a statement to its end; when the caller stops waiting, it is cancelled.</summary>
    /// <exception cref="SnowflakeException">It fails, or the account cannot be reached.</exception>
    public async Task<StatementResult> RunAsync(StatementRequest request, CancellationToken cancellationToken)
    {
        var submitted = await SubmitAsync(request, cancellationToken);
        if (submitted.Answer.StatementHandle is not { } handle || !submitted.IsRunning)
            return Over(submitted);
        try
        {
            return await WaitAsync(handle, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(handle);
            throw;
        }
    }

    /// <summary>The result of a statement that is over, or that one waits for.</summary>
    /// <exception cref="SnowflakeException">It failed, or the account cannot be reached.</exception>
    public async Task<StatementResult> WaitAsync(string handle, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 1.5 < LongestWait ? wait * 1.5 : LongestWait)
        {
            var reply = await _transmission.SendAsync((_, token) => _api.StatusAsync(handle, null, token), ReadAsync, cancellationToken);
            if (!reply.IsRunning)
                return Over(reply);
            await Task.Delay(wait, _settings.Time, cancellationToken);
        }
    }

    /// <summary>Opens a partition of a result, counted from 0.</summary>
    /// <exception cref="SnowflakeException">The result is not there any more, or the account cannot be reached.</exception>
    public Task<Stream> PartitionAsync(string handle, int partition, CancellationToken cancellationToken) => _transmission.SendAsync(
        (_, token) => _api.StatusAsync(handle, partition, token),
        async (response, token) => response.StatusCode is HttpStatusCode.OK
            ? await Transmission.BodyAsync(response, token)
            : throw Refusal(await ReadAsync(response, token)),
        cancellationToken);

    /// <summary>Ends a statement. That it is over already, or that nobody answers, is no error.</summary>
    public async Task CancelAsync(string handle)
    {
        using var limit = new CancellationTokenSource(Farewell, _settings.Time);
        try
        {
            (await _transmission.SendAsync((_, token) => _api.CancelAsync(handle, token), (response, _) => Task.FromResult(response), limit.Token)).Dispose();
        }
        catch (Exception lost) when (Transmission.IsLost(lost) || lost is SnowflakeException)
        {
            // The statement's own time limit ends it.
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<Reply> SubmitAsync(StatementRequest request, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        var body = JsonSerializer.SerializeToUtf8Bytes(request, Json);
        var reply = await _transmission.SendAsync(
            async (attempt, token) =>
            {
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                return await _api.SubmitAsync(id, "true", attempt > 1 ? "true" : null, content, token);
            },
            ReadAsync,
            cancellationToken,
            // Without the answer nobody knows what to cancel.
            grace: Farewell);
        if (cancellationToken.IsCancellationRequested && reply is { IsRunning: true, Answer.StatementHandle: { } handle })
            await CancelAsync(handle);
        cancellationToken.ThrowIfCancellationRequested();
        return reply;
    }

    private static async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            await using var stream = await Transmission.BodyAsync(response, cancellationToken);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, cancellationToken);
            var body = copy.ToArray();
            return new Reply(response.StatusCode, Parse(body), body);
        }
    }

    // A page of somebody on the way is no answer of this API.
    private static StatementAnswer Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<StatementAnswer>(body, Json) ?? new StatementAnswer();
        }
        catch (JsonException)
        {
            return new StatementAnswer();
        }
    }

    private StatementResult Over(Reply reply) => reply is { Status: HttpStatusCode.OK, Answer.StatementHandle: { } handle }
        ? new StatementResult(handle, reply.Answer, reply.Body)
        : throw Refusal(reply);

    private SnowflakeException Refusal(Reply reply) => SnowflakeErrors.Of(reply.Status, reply.Answer, new Redactor(_settings.Auth.Secrets), _settings.Root.Host);

    private sealed record Reply(HttpStatusCode Status, StatementAnswer Answer, byte[] Body)
    {
        public bool IsRunning => Status is HttpStatusCode.Accepted;
    }
}

/// <summary>The answer for a statement that succeeded.</summary>
/// <param name="Handle">The statement's handle, which is its query id.</param>
/// <param name="Answer">What is said of it.</param>
/// <param name="Body">The answer as a whole, with the rows of the first partition.</param>
internal sealed record StatementResult(string Handle, StatementAnswer Answer, byte[] Body)
{
    /// <summary>Its columns and partitions.</summary>
    public ResultMetadata Metadata { get; } = Answer.ResultSetMetaData ?? new ResultMetadata();
}
