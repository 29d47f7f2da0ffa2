using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ReverseEtl.Tests.Webhook;

/// <summary>A receiver that shows the bytes it got and answers with the bytes it is given, for what a real server would not do.</summary>
internal sealed class RawReceiver : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawReceiver()
    {
        _listener.Start();
        Url = new Uri($"http://{_listener.LocalEndpoint}/");
    }

    public Uri Url { get; }

    /// <summary>Answers one webhook and hangs up.</summary>
    /// <returns>The request.</returns>
    public async Task<string> AnswerAsync(string answer)
    {
        using var client = await _listener.AcceptTcpClientAsync(WebhookHarness.None);
        var stream = client.GetStream();
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().EndsWith("]}", StringComparison.Ordinal))
            request.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, WebhookHarness.None)));
        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), WebhookHarness.None);
        return request.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
