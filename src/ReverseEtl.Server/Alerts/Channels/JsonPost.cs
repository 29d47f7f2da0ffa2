using System.Net.Http.Headers;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>Posts a JSON document. The address may be a secret, so that no error names more of it than its host.</summary>
internal sealed class JsonPost(Uri address, IEnumerable<Secret> secrets, TimeProvider time)
{
    // An alert that hangs would keep others from their turn.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Redactor _redactor = new(secrets);

    /// <summary>A document as bytes.</summary>
    public static byte[] Document(Action<Utf8JsonWriter> properties)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JsonText.Encoder }))
        {
            writer.WriteStartObject();
            properties(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Posts it.</summary>
    /// <returns>Why it did not arrive; null where it did.</returns>
    public async Task<string?> SendAsync(byte[] body, Action<HttpRequestHeaders>? headers, CancellationToken cancellationToken)
    {
        using var client = HttpTransport.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        headers?.Invoke(request.Headers);
        using var limit = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var answer = await client.SendAsync(request, either.Token);
            return answer.IsSuccessStatusCode
                ? null
                : $"{address.Host} answered {(int)answer.StatusCode}: {_redactor.Clean(await answer.Content.ReadAsStringAsync(either.Token))}";
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return $"no answer from {address.Host}: {HttpFailure.Reason(error)}";
        }
    }
}
