using System.Reflection;

namespace ReverseEtl.Http.Requests;

/// <summary>The process's one connection pool.</summary>
public static class HttpTransport
{
    /// <summary>How long a connection may take to stand.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Which proxy stands before an address.</summary>
    internal static readonly DirectToThisMachine Proxy = new(HttpClient.DefaultProxy);

    private static readonly SocketsHttpHandler Handler = new()
    {
        Proxy = Proxy,
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
    public static HttpClient NewClient()
    {
        var client = new HttpClient(Handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", UserAgent);
        return client;
    }
}
