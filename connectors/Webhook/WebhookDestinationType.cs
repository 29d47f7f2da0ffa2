using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Connectors.Webhook;

/// <summary>Posts changes as signed JSON to an address of the user's own.</summary>
public sealed class WebhookDestinationType()
    : DestinationType<WebhookOptions, WebhookObject>("webhook", "POST changes as signed JSON (Standard Webhooks) to an HTTP address.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [WebhookObject.Describe(new WebhookOptions { Type = "webhook" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(WebhookOptions? options, WebhookObject @object) =>
        options is null ? Objects[0] : WebhookObject.Describe(options);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(WebhookOptions options, WebhookObject @object, DestinationRequest request) =>
        WebhookCheck.Run(options, @object, request.Fields);

    /// <inheritdoc/>
    protected override IDestination Open(WebhookOptions options, WebhookObject @object, DestinationRequest request) =>
        new WebhookDestination(options, @object, request, HttpTransport.NewClient(publicOnly: options.PublicOnly));
}
