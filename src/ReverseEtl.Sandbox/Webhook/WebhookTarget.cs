using System.Text.Json;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>What one path has received.</summary>
internal sealed class WebhookTarget(string path)
{
    private const int LatestRows = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<RawJson, RawJson> _rows = [];
    private readonly Dictionary<RawJson, RawJson> _removed = [];
    private readonly Dictionary<RawJson, (long Count, RawJson Fields)> _events = [];
    private readonly Dictionary<string, HashSet<RawJson>> _partlyApplied = new(StringComparer.Ordinal);
    private readonly HashSet<string> _applied = new(StringComparer.Ordinal);
    private readonly Queue<LatestRow> _latest = new();
    private long _requests;
    private long _repeats;
    private long _eventCount;

    public string Path => path;

    /// <summary>Applies a request once: rows that were applied under the same id before are left alone.</summary>
    /// <param name="request">The request.</param>
    /// <param name="except">Keys, as text, of rows to leave out.</param>
    /// <param name="beforeApplying">Runs first, unless everything was applied before.</param>
    /// <returns>False for a repeat.</returns>
    public bool Apply(WebhookRequest request, IReadOnlySet<string> except, Action beforeApplying)
    {
        lock (_gate)
        {
            _requests++;
            if (_applied.Contains(request.Id))
            {
                _repeats++;
                return false;
            }

            beforeApplying();
            if (except.Count == 0 && !_partlyApplied.ContainsKey(request.Id))
                ApplyAll(request);
            else
                ApplyPart(request, except);
            return true;
        }
    }

    /// <summary>Counts a request that was not applied.</summary>
    public void Refuse()
    {
        lock (_gate)
            _requests++;
    }

    public WebhookSummary Summary()
    {
        lock (_gate)
            return new WebhookSummary(path, _rows.Count, _removed.Count, _eventCount, _requests, _repeats);
    }

    public WebhookView View(int limit)
    {
        lock (_gate)
        {
            return new WebhookView(
                Summary(),
                [.. _rows.Take(limit).Select(row => new WebhookRow($"{row.Key}", $"{row.Value}"))],
                [.. _removed.Take(limit).Select(row => new WebhookRow($"{row.Key}", $"{row.Value}"))],
                [.. _events.Take(limit).Select(row => new WebhookEvent($"{row.Key}", row.Value.Count, $"{row.Value.Fields}"))]);
        }
    }

    /// <summary>The last rows of the last requests, newest first.</summary>
    public IReadOnlyList<LatestRow> Latest()
    {
        lock (_gate)
            return [.. _latest.Reverse()];
    }

    private void ApplyAll(WebhookRequest request)
    {
        foreach (var row in request.Rows)
            ApplyRow(request, row);
        Remember(request.Operation, request.Rows);
        _applied.Add(request.Id);
    }

    private void ApplyPart(WebhookRequest request, IReadOnlySet<string> except)
    {
        if (!_partlyApplied.TryGetValue(request.Id, out var applied))
            _partlyApplied.Add(request.Id, applied = []);
        RequestRow[] now = [.. request.Rows.Where(row => !except.Contains(row.Key.Text) && applied.Add(row.Key))];
        foreach (var row in now)
            ApplyRow(request, row);
        Remember(request.Operation, now);
        if (applied.Count < request.Rows.Count)
            return;
        _partlyApplied.Remove(request.Id);
        _applied.Add(request.Id);
    }

    // Keys are taken out before they are set: a dictionary keeps the key it has, and by it the body that the key came in.
    private void ApplyRow(WebhookRequest request, RequestRow row)
    {
        switch (request.Operation)
        {
            case "append":
                var known = _events.Remove(row.Key, out var before) ? before.Count : 0;
                _events[row.Key] = (known + 1, row.Content);
                _eventCount++;
                break;
            case "remove" when request.OnRemoved == "clear":
                if (_rows.Remove(row.Key, out var kept))
                    _rows[row.Key] = FieldMerge.Merge(kept, Nulls(request.Clear));
                break;
            case "remove":
                _rows.Remove(row.Key);
                _removed.Remove(row.Key);
                _removed[row.Key] = row.Content;
                break;
            default:
                _rows[row.Key] = _rows.Remove(row.Key, out var current) ? FieldMerge.Merge(current, row.Content) : row.Content;
                _removed.Remove(row.Key);
                break;
        }
    }

    private static RawJson Nulls(IReadOnlyList<string> fields) =>
        new(JsonSerializer.SerializeToUtf8Bytes(fields.ToDictionary(name => name, _ => (string?)null)));

    private void Remember(string operation, IReadOnlyList<RequestRow> rows)
    {
        for (var row = Math.Max(0, rows.Count - LatestRows); row < rows.Count; row++)
        {
            if (_latest.Count == LatestRows)
                _latest.Dequeue();
            _latest.Enqueue(new LatestRow(operation, rows[row].Key.Text, $"{rows[row].Content}"));
        }
    }
}

/// <summary>A row for people to look at.</summary>
internal sealed record LatestRow(string Operation, string Key, string Content);
