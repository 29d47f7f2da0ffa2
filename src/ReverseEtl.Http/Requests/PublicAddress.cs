using System.Net;
using System.Net.Sockets;

namespace ReverseEtl.Http.Requests;

/// <summary>
/// Refuses to connect to this machine and to private networks. The address is looked at when the connection is made, not the name, as a
/// name may come to mean another address. Behind a proxy it is the proxy that is connected to, and the proxy's rules that hold.
/// </summary>
public static class PublicAddress
{
    /// <summary>True for an address that anybody can reach.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return false;
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
            return !address.IsIPv6LinkLocal && !address.IsIPv6SiteLocal && !address.IsIPv6UniqueLocal && !address.IsIPv6Multicast;
        return address.GetAddressBytes() is not ([0 or 10 or 127 or >= 224, ..] or [169, 254, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..]);
    }

    internal static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint;
        var isProxy = HttpTransport.Proxy.GetProxy(context.InitialRequestMessage.RequestUri!) is not null;
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancellationToken);
        var allowed = isProxy ? addresses : [.. addresses.Where(IsPublic)];
        if (allowed.Length == 0)
            throw new PrivateAddressException(host.Host);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, host.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static string Refused(string host) => $"{host} is an address of this machine or of a private network; set allowPrivate to true if that is meant";
}

/// <summary>A name stands for an address that may not be connected to.</summary>
internal sealed class PrivateAddressException(string host) : IOException(PublicAddress.Refused(host));
