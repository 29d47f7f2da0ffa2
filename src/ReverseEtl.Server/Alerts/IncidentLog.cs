using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Alerts;

/// <summary>The incidents in the control store, one entry for each sync and trigger.</summary>
internal sealed class IncidentLog
{
    /// <summary>What they are kept under.</summary>
    public const string Name = ":incidents";

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JsonText.Encoder,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly IControlStore _store;
    private readonly Dictionary<string, Incident> _incidents;

    private IncidentLog(IControlStore store, Dictionary<string, Incident> incidents) => (_store, _incidents) = (store, incidents);

    /// <summary>All that are open, or over and not told so.</summary>
    public IReadOnlyList<Incident> All => [.. _incidents.Values.OrderBy(incident => incident.OpenedAt).ThenBy(incident => incident.Key, StringComparer.Ordinal)];

    /// <summary>Reads them.</summary>
    public static async Task<IncidentLog> ReadAsync(IControlStore store, CancellationToken cancellationToken)
    {
        var stored = await store.RecallAllAsync(Name, cancellationToken);
        return new IncidentLog(store, stored.ToDictionary(pair => pair.Key, pair => Parse(pair.Value), StringComparer.Ordinal));
    }

    /// <summary>The one of a sync and trigger, or null.</summary>
    public Incident? Find(string sync, AlertTrigger trigger) => _incidents.GetValueOrDefault(Incident.KeyOf(sync, trigger));

    /// <summary>Writes one, or forgets it where nobody need hear of it any more.</summary>
    public async Task SaveAsync(Incident incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isOver = incident.IsOver(now);
        await _store.RememberAsync(
            Name, new Dictionary<string, string?> { [incident.Key] = isOver ? null : JsonSerializer.Serialize(incident, Format) }, cancellationToken);
        if (isOver)
            _incidents.Remove(incident.Key);
        else
            _incidents[incident.Key] = incident;
    }

    /// <summary>Forgets one that nobody need hear of any more.</summary>
    public async Task ForgetIfOverAsync(Incident incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (incident.IsOver(now))
            await SaveAsync(incident, now, cancellationToken);
    }

    /// <summary>Changes one as it is now in the store: while a channel was told another worker may have seen the sync recover.</summary>
    public async Task UpdateAsync(string key, Func<Incident, Incident> change, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((await _store.RecallAsync(Name, [key], cancellationToken)).TryGetValue(key, out var stored))
            await SaveAsync(change(Parse(stored)), now, cancellationToken);
    }

    private static Incident Parse(string text) => JsonSerializer.Deserialize<Incident>(text, Format)!;
}
