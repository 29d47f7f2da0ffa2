using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Mailchimp;

/// <summary>Mailchimp: members of an audience, and who of them has a tag.</summary>
public sealed class MailchimpDestinationType()
    : DestinationType<MailchimpOptions, MailchimpObject>("mailchimp", "Mailchimp: members of an audience, and who of them has a tag.")
{
    private const string NoDataCentre = "apiKey does not end in a data centre, as in ...-us21; copy the whole key from Mailchimp";

    // Under load there is also a 403 that no error of Mailchimp's stands in.
    private static readonly VendorErrors Errors = new()
    {
        Find = Find,
        Throttled = new HashSet<string> { "403" },
        // Who unsubscribed by themselves or was erased can only subscribe by themselves.
        Final = new HashSet<string> { "Member In Compliance State", "Forgotten Email Not Subscribed" },
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [MailchimpMembers.Describe(), MailchimpTag.Describe()];

    /// <inheritdoc/>
    protected override RateBudget? Rate(MailchimpOptions? options) => new(options?.RequestsPerSecond ?? MailchimpOptions.UsualRequests, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(MailchimpOptions? options, MailchimpObject @object) =>
        @object.Tag is null ? MailchimpMembers.Describe() : MailchimpTag.Describe();

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(MailchimpOptions options, MailchimpObject @object, DestinationRequest request)
    {
        if (options is { Root: null, Sandbox: false })
            yield return NoDataCentre;
        if (@object is { Create: true, Tag: null })
            yield return "object.create makes tags; make the audience in Mailchimp";
    }

    /// <inheritdoc/>
    protected override IDestination Open(MailchimpOptions options, MailchimpObject @object, DestinationRequest request)
    {
        var api = new VendorApi<IMailchimpApi>(
            new VendorSettings
            {
                Root = options.Root ?? throw new DestinationException(NoDataCentre),
                Auth = HeaderAuth.Basic("key", options.ApiKey),
                Errors = Errors,
            },
            request);
        return @object.Tag is { } tag ? new MailchimpTag(tag, @object, request, api) : new MailchimpMembers(@object, request, api);
    }

    private static VendorError? Find(JsonElement body) => body.Number("status") is not null && body.Text("title") is { } title
        ? new VendorError(title, string.Join("; ", body.Items("errors").Select(error => $"{error.Text("field")}: {error.Text("message")}").Prepend(body.Text("detail") ?? "")))
        : null;
}
