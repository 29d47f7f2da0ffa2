using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Signing;

namespace ReverseEtl.Connectors.Webhook;

/// <summary>One object of a webhook: batches become signed requests.</summary>
internal sealed class WebhookDestination : IDestination
{
    private readonly WebhookOptions _options;
    private readonly DestinationRequest _request;
    private readonly HttpClient _client;
    private readonly HttpSender _sender;
    private readonly Redactor _redactor;
    private readonly StandardWebhookSignature? _signature;
    private readonly Uri _address;

    public WebhookDestination(WebhookOptions options, WebhookObject @object, DestinationRequest request, HttpClient client)
    {
        (_options, _request, _client) = (options, request, client);
        _sender = new HttpSender(client, options.Timeout, request.Time, request.Gate);
        _redactor = new Redactor(options.Secrets);
        _signature = options.Secret is { } secret ? new StandardWebhookSignature(secret) : null;
        _address = Address(options.Target ?? throw new InvalidOperationException("baseUrl of the sandbox was not set"), @object.Path);
        Descriptor = WebhookObject.Describe(options).Describe(request) with { Identifiers = @object.Identifiers };
    }

    /// <inheritdoc/>
    public DestinationDescriptor Descriptor { get; }

    /// <inheritdoc/>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => Reachability.CheckAsync(_address, cancellationToken, _options.PublicOnly);

    /// <inheritdoc/>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        using var body = ColumnarContent.Json(writer => WebhookBody.Write(writer, batch, _request));
        using var message = new HttpRequestMessage(HttpMethod.Post, _address);
        SetHeaders(message, batch.Id, body.Bytes.Span);
        var (answer, noAnswer) = await _sender.SendAsync(message, body, cancellationToken);
        return answer is null ? DeliveryReport.All(batch, noAnswer) : WebhookAnswer.Read(batch, answer, _redactor);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private void SetHeaders(HttpRequestMessage message, string id, ReadOnlySpan<byte> body)
    {
        foreach (var (name, value) in _options.Headers ?? new Dictionary<string, Core.Config.Secret>())
            message.Headers.TryAddWithoutValidation(name, value.Reveal());

        // The id is the same for every attempt, the timestamp is not: a receiver checks how old the request is, not the batch.
        var timestamp = _request.Time.GetUtcNow().ToUnixTimeSeconds();
        message.Headers.TryAddWithoutValidation("webhook-id", id);
        message.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        if (_signature is not null)
            message.Headers.TryAddWithoutValidation("webhook-signature", _signature.Sign(id, timestamp, body));
    }

    private static Uri Address(Uri target, string? path)
    {
        if (string.IsNullOrEmpty(path))
            return target;
        var address = new UriBuilder(target);
        address.Path = $"{address.Path.TrimEnd('/')}/{path.TrimStart('/')}";
        return address.Uri;
    }
}
