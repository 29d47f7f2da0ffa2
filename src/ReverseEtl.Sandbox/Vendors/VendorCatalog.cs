using ReverseEtl.Sandbox.ActiveCampaign;
using ReverseEtl.Sandbox.Braze;
using ReverseEtl.Sandbox.CustomerIo;
using ReverseEtl.Sandbox.Google;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Intercom;
using ReverseEtl.Sandbox.Iterable;
using ReverseEtl.Sandbox.Klaviyo;
using ReverseEtl.Sandbox.Mailchimp;
using ReverseEtl.Sandbox.Meta;
using ReverseEtl.Sandbox.MetaConversions;
using ReverseEtl.Sandbox.Salesforce;
using ReverseEtl.Sandbox.SendGrid;
using ReverseEtl.Sandbox.Slack;
using ReverseEtl.Sandbox.Twilio;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>The vendors that there are stand-ins of.</summary>
internal static class VendorCatalog
{
    public static IReadOnlyList<IVendorEmulator> All() =>
    [
        new HubSpotEmulator(),
        new MetaEmulator(),
        new MetaConversionsEmulator(),
        new GoogleEmulator(),
        new GoogleConversionsEmulator(),
        new CustomerIoEmulator(),
        new SlackEmulator(),
        new SalesforceEmulator(),
        new BrazeEmulator(),
        new IntercomEmulator(),
        new TwilioEmulator(),
        new ActiveCampaignEmulator(),
        new KlaviyoEmulator(),
        new IterableEmulator(),
        new MailchimpEmulator(),
        new SendGridEmulator(),
    ];
}
