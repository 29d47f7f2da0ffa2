using System.Reflection;
using ReverseEtl.Http.Auth;

namespace ReverseEtl.Http.Requests;

/// <summary>The process's connection pools: one for any address, one for public addresses only.</summary>
public static class HttpTransport
{
    /// <summary>How long a connection may take to stand.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Which proxy stands before an address.</summary>
    internal static readonly DirectToThisMachine Proxy = new(HttpClient.DefaultProxy);

    private static readonly SocketsHttpHandler Anywhere = NewHandler(null);

    private static readonly SocketsHttpHandler PublicOnly = NewHandler(PublicAddress.ConnectAsync);

    private static SocketsHttpHandler NewHandler(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect) => new()
    {
        Proxy = Proxy,
        ConnectCallback = connect,
        // A redirect would carry rows and credentials to an address that nobody configured.
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectTimeout,
        // Otherwise a pool that is never idle would never see a change in DNS.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static readonly string UserAgent =
        $"reverse-etl/{typeof(HttpTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]}";

    /// <summary>A client over the shared pool. It has no time limit of its own: <see cref="HttpSender"/> keeps it.</summary>
    /// <param name="auth">Who is asking; null where requests say so themselves.</param>
    /// <param name="publicOnly">True where addresses of this machine and of private networks are refused.</param>
    public static HttpClient NewClient(IRequestAuth? auth = null, bool publicOnly = false)
    {
        HttpMessageHandler handler = publicOnly ? PublicOnly : Anywhere;
        if (auth is not null)
            handler = new AuthHandler(auth, handler);
        var client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
        return client;
    }
}
