using System.Net;
using System.Net.Sockets;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Requests;

/// <summary>Finds a destination that is down before anything is sent, without sending it anything.</summary>
public static class Reachability
{
    /// <summary>Connects to the host, or to the proxy that stands before it, and hangs up.</summary>
    /// <exception cref="DestinationException">No connection.</exception>
    public static async ValueTask CheckAsync(Uri address, CancellationToken cancellationToken, bool publicOnly = false)
    {
        var peer = HttpTransport.Proxy.GetProxy(address) ?? address;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(HttpTransport.ConnectTimeout);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (publicOnly && peer == address && !(await Dns.GetHostAddressesAsync(peer.IdnHost, limit.Token)).Any(PublicAddress.IsPublic))
                throw new DestinationException($"{PublicAddress.Refused(peer.IdnHost)}; nothing was sent") { IsUnreachable = false };
            await socket.ConnectAsync(peer.IdnHost, peer.Port, limit.Token);
        }
        catch (SocketException failure)
        {
            throw Unreachable(peer, failure.SocketErrorCode.ToString());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(peer, $"no connection within {HttpTransport.ConnectTimeout.TotalSeconds:0} s");
        }
    }

    private static DestinationException Unreachable(Uri peer, string reason) =>
        new($"no connection to {peer.IdnHost}:{peer.Port}: {reason}. Check the address and the network; nothing was sent");
}
