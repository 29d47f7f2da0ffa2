using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.ActiveCampaign;

/// <summary>ActiveCampaign: contacts, and who is subscribed to a list.</summary>
public sealed class ActiveCampaignDestinationType()
    : DestinationType<ActiveCampaignOptions, ActiveCampaignObject>("activecampaign", "ActiveCampaign: contacts, subscribers of lists.")
{
    // A message alone, as 403 and 404 have it, is quoted by the kit.
    private static readonly VendorErrors Errors = new()
    {
        Find = VendorErrors.FirstOf("errors", error => new VendorError(
            error.Text("code") ?? "", $"{error.Text("title")} {error.Text("detail")} {error.Text("source", "pointer")}")),
    };

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [ActiveCampaignContacts.Describe(), ActiveCampaignList.Describe()];

    /// <inheritdoc/>
    protected override RateBudget? Rate(ActiveCampaignOptions? options) => new(options?.RequestsPerSecond ?? ActiveCampaignOptions.UsualRequests, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    protected override ObjectSpec Describe(ActiveCampaignOptions? options, ActiveCampaignObject @object) =>
        @object.List is null ? ActiveCampaignContacts.Describe() : ActiveCampaignList.Describe();

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(ActiveCampaignOptions options, ActiveCampaignObject @object, DestinationRequest request)
    {
        if (@object.List is null && (@object.Create || @object.Resubscribe))
            yield return "object.create and object.resubscribe are about lists; name one as object.list, or leave them out";
        if (@object.Create && (options.SenderUrl is null || options.SenderReminder is null))
            yield return "object.create makes a list, and ActiveCampaign makes none without its sender: add senderUrl and senderReminder to the destination";
        if (options.Url.AbsolutePath != "/")
            yield return $"url is the account's address without a path: {options.Url.GetLeftPart(UriPartial.Authority)}";
        if (options.RequestsPerSecond < 1)
            yield return "requestsPerSecond must be 1 or more";
    }

    /// <inheritdoc/>
    protected override IDestination Open(ActiveCampaignOptions options, ActiveCampaignObject @object, DestinationRequest request)
    {
        var api = new VendorApi<IActiveCampaignApi>(
            new VendorSettings { Root = options.BaseUrl ?? options.Url, Auth = new HeaderAuth("Api-Token", options.Token), Errors = Errors }, request);
        return @object.List is { } list ? new ActiveCampaignList(list, options, @object, request, api) : new ActiveCampaignContacts(request, api);
    }
}
