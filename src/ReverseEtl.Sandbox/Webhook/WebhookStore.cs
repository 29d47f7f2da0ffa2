using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace ReverseEtl.Sandbox.Webhook;

/// <summary>Everything that webhooks received, by path.</summary>
internal sealed class WebhookStore : IDisposable
{
    private static readonly IReadOnlySet<string> Nothing = FrozenSet<string>.Empty;

    private readonly ConcurrentDictionary<string, WebhookTarget> _targets = new(StringComparer.Ordinal);
    private readonly RequestHistory _history;
    private readonly WebhookLog? _log;

    private WebhookStore(RequestHistory history, WebhookLog? log) => (_history, _log) = (history, log);

    /// <param name="folder">Where the log is; null for memory only.</param>
    /// <param name="history">Told of every request in the log.</param>
    /// <param name="cancellationToken">Stops reading the log.</param>
    public static async Task<WebhookStore> OpenAsync(string? folder, RequestHistory history, CancellationToken cancellationToken)
    {
        var store = new WebhookStore(history, folder is null ? null : WebhookLog.Open(folder));
        if (store._log is not null)
            await store._log.ReplayAsync(store.Replay, cancellationToken);
        return store;
    }

    public IReadOnlyList<WebhookTarget> Targets => [.. _targets.Values.OrderBy(target => target.Path, StringComparer.Ordinal)];

    public WebhookTarget Target(string path) => _targets.GetOrAdd(path, name => new WebhookTarget(name));

    public WebhookTarget? Find(string path) => _targets.GetValueOrDefault(path);

    /// <summary>Logs and applies a request.</summary>
    /// <returns>False for a repeat.</returns>
    public bool Apply(string path, WebhookRequest request, IReadOnlySet<string>? except, DateTimeOffset at) =>
        Target(path).Apply(request, except ?? Nothing, () => _log?.Append(at, path, except ?? Nothing, request.Body.Span));

    public void Clear()
    {
        _targets.Clear();
        _history.Clear();
        _log?.Clear();
    }

    public void Dispose() => _log?.Dispose();

    private void Replay(LoggedRequest logged)
    {
        var request = WebhookRequest.Parse(logged.Body);
        Target(logged.Path).Apply(request, logged.Except, () => { });
        var status = logged.Except.Count == 0 ? 200 : 207;
        _history.Add(new ReceivedRequest(logged.At, logged.Path, request.Id, request.Operation, request.Rows.Count, status, Repeat: false));
    }
}
