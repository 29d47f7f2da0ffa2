using ReverseEtl.Core.Config;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>Addresses that are secrets.</summary>
internal static class Addresses
{
    /// <summary>What is wrong with an address, without quoting it.</summary>
    public static string? Problem(string name, Secret address) =>
        Uri.TryCreate(address.Reveal(), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? null : $"{name} must be an http or https address";
}
