using System.Net;

namespace ReverseEtl.Http.Requests;

/// <summary>
/// The machine's proxy, but never for an address of this machine: on Linux the environment's proxy would be asked for those too, and
/// what is meant for the sandbox would leave the house.
/// </summary>
public sealed class DirectToThisMachine(IWebProxy proxy) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}
