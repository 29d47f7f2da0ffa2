using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>
/// Posts ready-made bodies and does nothing else: what the receiver and HTTP leave possible. A body is the first request of a sync as the
/// receiver had it; only the digits of its keys and its id are overwritten from request to request, so that the receiver has as much to do.
/// </summary>
internal sealed class BareLoop(Uri address, byte[] body, IReadOnlyList<int> keys, int keyDigits, int idAt)
{
    private const int IdDigits = 8;

    /// <param name="address">Where to post.</param>
    /// <param name="view">What the receiver tells of the rows that it has.</param>
    /// <param name="rows">Rows in a body.</param>
    public static BareLoop Create(Uri address, byte[] view, int rows)
    {
        using var document = JsonDocument.Parse(view);
        var body = new StringBuilder("""{"id":"bare-""");
        var idAt = body.Length;
        body.Append('0', IdDigits).Append('"').Append(""","sync":"bench","model":"customers","operation":"upsert","rows":[""");
        var keys = new List<int>();
        var digits = 0;
        foreach (var row in document.RootElement.GetProperty("rows").EnumerateArray().Take(rows))
        {
            body.Append(keys.Count == 0 ? "" : ",").Append("""{"key":""");
            keys.Add(body.Length);
            var key = row.GetProperty("key").GetRawText();
            digits = key.Length;
            body.Append(key).Append(""","change":"added","fields":""").Append(row.GetProperty("fields").GetRawText()).Append('}');
        }

        var bytes = Encoding.ASCII.GetBytes(body.Append("]}").ToString());
        return new BareLoop(address, bytes, keys, digits, idAt);
    }

    public async Task RunAsync(int rows, int concurrency, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(PostAllAsync, cancellationToken)));

        async Task PostAllAsync()
        {
            var mine = body.ToArray();
            for (var number = Interlocked.Increment(ref next); number < rows / keys.Count; number = Interlocked.Increment(ref next))
                await PostAsync(client, mine, number, cancellationToken);
        }
    }

    private async Task PostAsync(HttpClient client, byte[] mine, int number, CancellationToken cancellationToken)
    {
        var format = new System.Buffers.StandardFormat('D', (byte)keyDigits);
        for (var row = 0; row < keys.Count; row++)
            Utf8Formatter.TryFormat(DeliverProject.FirstId + ((long)number * keys.Count) + row, mine.AsSpan(keys[row]), out _, format);
        Utf8Formatter.TryFormat(number, mine.AsSpan(idAt), out _, new System.Buffers.StandardFormat('D', IdDigits));

        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(mine) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", Encoding.ASCII.GetString(mine.AsSpan(idAt - "bare-".Length, "bare-".Length + IdDigits)));
        request.Headers.Add("webhook-timestamp", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        using var answer = await client.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
