using System.ComponentModel;

namespace ReverseEtl.Core.Config;

/// <summary>What every destination's entry in cdp.config.json has.</summary>
public abstract record DestinationOptions
{
    [Description("The kind of destination.")]
    public required string Type { get; init; }

    [Description("Syncs that cdp serve lets run to it at once, over all workers.")]
    public int ConcurrentSyncs { get; init; } = 2;
}

/// <summary>What every destination that speaks HTTP has besides.</summary>
public abstract record HttpDestinationOptions : DestinationOptions
{
    [Description("Another address than the vendor's own: a proxy, a regional host, a test server.")]
    public Uri? BaseUrl { get; init; }

    [Description("Send to the local emulator of this vendor instead of the vendor.")]
    public bool Sandbox { get; init; }
}
