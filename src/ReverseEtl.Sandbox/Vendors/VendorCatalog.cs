using ReverseEtl.Sandbox.CustomerIo;
using ReverseEtl.Sandbox.Google;
using ReverseEtl.Sandbox.HubSpot;
using ReverseEtl.Sandbox.Meta;
using ReverseEtl.Sandbox.Salesforce;
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
        new GoogleEmulator(),
        new CustomerIoEmulator(),
        new SlackEmulator(),
        new SalesforceEmulator(),
        new TwilioEmulator(),
    ];
}
