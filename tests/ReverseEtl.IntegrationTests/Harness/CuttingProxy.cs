using System.Net;
using System.Net.Sockets;

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>
/// A network between a program and a PostgreSQL server without TLS, that fails at the worst moment: when the program asks for the next
/// commit, the request or its answer is lost, and the connection with it.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly (string Host, int Port) _server;
    private readonly Task _accepting;
    private int _next;

    public CuttingProxy(string host, int port)
    {
        _server = (host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    private enum Loss
    {
        None,
        Request,
        Answer,
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>Loses the next commit: its answer, so that it is committed and nobody knows; or its request.</summary>
    public void CutNextCommit(bool answer) => Volatile.Write(ref _next, (int)(answer ? Loss.Answer : Loss.Request));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _accepting;
        _closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_closing.Token)));
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient program)
    {
        using var server = new TcpClient();
        using (program)
        {
            await server.ConnectAsync(_server.Host, _server.Port, _closing.Token);
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            var loss = Loss.None;
            await Task.WhenAny(
                PumpAsync(program, server, chunk => (loss = LossOf(chunk)) is Loss.Request, cut.Token),
                PumpAsync(server, program, _ => loss is Loss.Answer, cut.Token));
            await cut.CancelAsync();
        }
    }

    private Loss LossOf(ReadOnlyMemory<byte> chunk)
    {
        if (chunk.Span.IndexOf("COMMIT"u8) < 0)
            return Loss.None;
        var loss = (Loss)Interlocked.Exchange(ref _next, (int)Loss.None);
        if (loss is not Loss.None)
            Cuts++;
        return loss;
    }

    /// <summary>Passes bytes on until one side ends, or some of them are to be lost.</summary>
    private static async Task PumpAsync(TcpClient from, TcpClient to, Func<ReadOnlyMemory<byte>, bool> isLost, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        try
        {
            int read;
            while ((read = await from.GetStream().ReadAsync(buffer, cancellationToken)) > 0 && !isLost(buffer.AsMemory(0, read)))
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
        }
    }
}
