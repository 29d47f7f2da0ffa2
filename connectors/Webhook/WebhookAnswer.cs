using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Connectors.Webhook;

/// <summary>What a receiver's answer means for the rows of the request.</summary>
internal static class WebhookAnswer
{
    // A partial success that does not speak of a row is not a success of that row; nor is it certain that the row was not taken.
    private static readonly RowOutcome NotNamed =
        RowOutcome.Unknown(OutcomeCodes.NoResult, "the receiver answered 207 without a readable result for this row");

    /// <exception cref="DestinationException">The receiver cannot be used any more.</exception>
    public static DeliveryReport Read(ChangeBatch batch, HttpAnswer answer, Redactor redactor) => answer.Status switch
    {
        HttpStatusCode.MultiStatus => ReadResults(batch, answer, redactor),
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity =>
            DeliveryReport.BatchRejected(batch, CodeOf((int)answer.Status), answer.Describe(redactor)),
        HttpStatusCode.Gone => throw new DestinationException(
            $"{answer.Describe(redactor)}. By that it asks for no more requests: remove the destination, or set its new address")
        { IsUnreachable = false },
        _ => DeliveryReport.All(batch, HttpOutcome.Of(answer, redactor)),
    };

    private static DeliveryReport ReadResults(ChangeBatch batch, HttpAnswer answer, Redactor redactor)
    {
        var report = DeliveryReport.For(batch);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            foreach (var result in Property(document.RootElement, "results") is { ValueKind: JsonValueKind.Array } results
                ? results.EnumerateArray()
                : default)
            {
                if (Property(result, "key") is { } key && Property(result, "status") is { ValueKind: JsonValueKind.Number } number
                    && number.TryGetInt32(out var status))
                {
                    report.TrySet(KeyText(key), Outcome(result, status, answer.RetryAfter, redactor));
                }
            }
        }
        catch (JsonException)
        {
            // An answer that cannot be read names no row.
        }

        return report.BuildWithRest(NotNamed);
    }

    private static RowOutcome Outcome(JsonElement result, int status, TimeSpan? retryAfter, Redactor redactor)
    {
        if (status is >= 200 and < 300)
            return RowOutcome.Accepted;
        var code = redactor.Clean(TextOf(result, "code") ?? CodeOf(status));
        var message = redactor.Clean(TextOf(result, "message") ?? $"the receiver answered {status} for this row");
        return HttpOutcome.IsTransient(status)
            ? RowOutcome.Retry(code, message, retryAfter) with { MayHaveArrived = HttpOutcome.MayHaveArrived(status) }
            : RowOutcome.Rejected(code, message);
    }

    /// <summary>The key in the form of <see cref="RowKey"/>, however the receiver's JSON library spaces and escapes.</summary>
    private static string KeyText(JsonElement key)
    {
        if (key.ValueKind is JsonValueKind.String)
            return key.GetString()!;
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JsonText.Encoder }))
            key.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string? TextOf(JsonElement result, string name) =>
        Property(result, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string CodeOf(int status) => status.ToString(CultureInfo.InvariantCulture);
}
