using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Messages;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.TwilioSms;

/// <summary>Twilio: text messages.</summary>
public sealed class TwilioSmsDestinationType() : DestinationType<TwilioOptions, TwilioObject>("twilio-sms", "Twilio: a text message (SMS) for each new row.")
{
    private static readonly Uri Vendor = new("https://api.twilio.com");

    // 21610 opted out, 21211 and 21217 no number, 21614 no mobile; 21611 the sender's queue is full. The others are about the account or
    // the sender, which every message has in common.
    private static readonly VendorErrors Errors = new()
    {
        Find = body => body.Number("code") is { } code && body.Text("message") is { } message ? new VendorError(code.ToString(CultureInfo.InvariantCulture), message) : null,
        Throttled = new HashSet<string> { "20429", "21611" },
        Doubtful = new HashSet<string> { "20500" },
        Final = new HashSet<string> { "21610", "21211", "21217", "21614" },
        Unusable = new HashSet<string> { "20003", "20005", "20008", "20404", "21212", "21603", "21606", "21659", "21660", "21701", "21703", "21705" },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [TwilioMessages.Describe(null)];

    /// <inheritdoc/>
    protected override RateBudget? Rate(TwilioOptions? options) => new(options?.MessagesPerSecond ?? TwilioOptions.UsualMessages, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(TwilioOptions? options, TwilioObject @object) => TwilioMessages.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(TwilioOptions options, TwilioObject @object, DestinationRequest request)
    {
        foreach (var wrong in MessageText.Check(@object.Template, request))
            yield return wrong;
        if (@object is { From: null, MessagingServiceSid: null } or { From: not null, MessagingServiceSid: not null })
            yield return "object needs a sender: either from (a number of the account) or messagingServiceSid";
        if (options.MessagesPerSecond < 1)
            yield return "messagesPerSecond must be 1 or more";
    }

    /// <inheritdoc/>
    protected override IDestination Open(TwilioOptions options, TwilioObject @object, DestinationRequest request) => new TwilioMessages(options.AccountSid, @object, request,
        new VendorApi<ITwilioApi>(
            new VendorSettings
            {
                Root = options.BaseUrl ?? Vendor,
                Auth = HeaderAuth.Basic(options.ApiKeySid ?? options.AccountSid, options.AuthToken),
                Errors = Errors,
            },
            request));
}
