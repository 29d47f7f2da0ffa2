using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.Server.Alerts;

/// <summary>
/// The incidents in the control store, one entry for each sync and trigger. Telling takes its time and other workers go on meanwhile, so that
/// each is read again whenever it is changed.
/// </summary>
internal sealed class IncidentLog(IControlStore store)
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

    /// <summary>All that are open, or over and not told so.</summary>
    public async Task<IReadOnlyList<Incident>> ListAsync(CancellationToken cancellationToken)
    {
        var stored = await store.RecallAllAsync(Name, cancellationToken);
        return [.. stored.Values.Select(Parse).OrderBy(incident => incident.OpenedAt).ThenBy(incident => incident.Key, StringComparer.Ordinal)];
    }

    /// <summary>One of them, or null.</summary>
    public async Task<Incident?> FindAsync(string key, CancellationToken cancellationToken) =>
        (await store.RecallAsync(Name, [key], cancellationToken)).TryGetValue(key, out var stored) ? Parse(stored) : null;

    /// <summary>Writes one, or forgets it where nobody need hear of it any more.</summary>
    public Task SaveAsync(Incident incident, DateTimeOffset now, CancellationToken cancellationToken) => store.RememberAsync(
        Name, new Dictionary<string, string?> { [incident.Key] = incident.IsOver(now) ? null : JsonSerializer.Serialize(incident, Format) }, cancellationToken);

    private static Incident Parse(string text) => JsonSerializer.Deserialize<Incident>(text, Format)!;
}
