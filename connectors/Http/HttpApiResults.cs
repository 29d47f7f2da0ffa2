using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>Reads what an answer tells of each row, from where the sync says that it stands.</summary>
internal sealed class ResultsReader(HttpApiObject @object, ChangeBatch batch, Redactor redactor)
{
    private static readonly RowOutcome NotNamed = RowOutcome.Unknown(OutcomeCodes.NoResult, "the answer has no result for this row");

    private readonly RowFields _rows = new(batch);
    private readonly RowOutcome?[] _outcomes = new RowOutcome?[batch.Count];
    private bool _isClear = true;

    /// <summary>The outcomes of a request that was taken.</summary>
    public DeliveryReport Read(HttpAnswer answer)
    {
        var places = @object.Results.Where(place => place.Status.Count == 0 || place.Status.Contains((int)answer.Status)).ToList();
        if (places.Count == 0)
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        foreach (var place in places)
            Read(place, JsonPath.Find(answer.Json() ?? default, place.At) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : []);

        var report = DeliveryReport.For(batch);
        for (var row = 0; row < batch.Count; row++)
        {
            if (_outcomes[row] is { } outcome)
                report.Set(row, outcome);
        }

        // A refusal of nobody knows whom is one of these rows.
        return report.BuildWithRest(_isClear && places.Exists(place => place.OthersAccepted) ? RowOutcome.Accepted : NotNamed);
    }

    private void Read(HttpApiResults place, IReadOnlyList<JsonElement> items)
    {
        var rows = place.Index is null ? RowsBy(place) : null;
        // Shorter or longer than the request, the list has another order than its.
        if (place.Index is "true" && items.Count != batch.Count)
            return;
        for (var at = 0; at < items.Count; at++)
        {
            var meant = rows is null ? At(place, items[at], at) : [.. Names(place, items[at]).SelectMany(name => rows[name])];
            var outcome = Outcome(place, items[at]);
            _isClear &= meant.Length > 0 || outcome.IsAccepted;
            foreach (var row in meant.Where(row => _outcomes[row] is not { IsAccepted: false }))
                _outcomes[row] = outcome;
        }
    }

    private ILookup<string, int> RowsBy(HttpApiResults place)
    {
        var field = place.Field ?? @object.Identifiers.FirstOrDefault(RowFields.Key);
        return Enumerable.Range(0, batch.Count).ToLookup(row => _rows.Text(field, row) ?? "", StringComparer.Ordinal);
    }

    private int[] At(HttpApiResults place, JsonElement item, int at)
    {
        var row = place.Index is "true" ? at : int.TryParse(JsonPath.Text(item, place.Index), CultureInfo.InvariantCulture, out var said) ? said : -1;
        return row >= 0 && row < batch.Count ? [row] : [];
    }

    // Some name a list of rows.
    private static IEnumerable<string> Names(HttpApiResults place, JsonElement item) => JsonPath.Find(item, place.Key!) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(name => JsonPath.Text(name) ?? ""),
        { } one => [JsonPath.Text(one) ?? ""],
        null => [],
    };

    private RowOutcome Outcome(HttpApiResults place, JsonElement item)
    {
        var (error, code) = (JsonPath.Text(item, place.Error), JsonPath.Text(item, place.Code));
        var isTaken = (place.Ok, JsonPath.Text(item, place.Ok)) switch
        {
            (null, _) => error is null && !place.OthersAccepted,
            (_, "true") => true,
            (_, var said) => said is ['2', _, _],
        };
        if (isTaken)
            return RowOutcome.Accepted;
        var (shown, message) = (redactor.Clean(code ?? "refused"), redactor.Clean(error ?? "the answer says that this row was not taken"));
        return code is not null && @object.Throttle.Code.Contains(code) ? RowOutcome.Retry(shown, message) : RowOutcome.Rejected(shown, message);
    }
}

/// <summary>The ways through JSON that a sync gives, as <c>data.items</c> or <c>errors.0.code</c>.</summary>
internal static class JsonPath
{
    /// <summary>What stands there, or null.</summary>
    public static JsonElement? Find(JsonElement element, string path)
    {
        foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var member))
                element = member;
            else if (element.ValueKind is JsonValueKind.Array && int.TryParse(name, CultureInfo.InvariantCulture, out var at) && at >= 0 && at < element.GetArrayLength())
                element = element[at];
            else
                return null;
        }

        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }

    /// <summary>The text at a place; null where there is none, and where what is there is empty.</summary>
    public static string? Text(JsonElement element, string? path) => path is not null && Find(element, path) is { } value ? Text(value) : null;

    /// <summary>The text of a value; null where it is empty.</summary>
    public static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        JsonValueKind.Array => value.GetArrayLength() > 0 ? value.GetRawText() : null,
        JsonValueKind.Object => value.EnumerateObject().Any() ? value.GetRawText() : null,
        _ => value.GetRawText(),
    };
}
