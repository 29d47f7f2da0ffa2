using System.ComponentModel;
using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;

namespace ReverseEtl.Core.Syncs;

/// <summary>One YAML file under <c>models/syncs/</c>.</summary>
public sealed record SyncFile
{
    [Description("The sync's name.")]
    public required string Sync { get; init; }

    [Description("The model whose rows are sent: a segment, profile, event or table.")]
    public required string Model { get; init; }

    [Description("The destination in cdp.config.json.")]
    public required string Destination { get; init; }

    [Description("What to write to at the destination; see the destination's docs.")]
    public MapNode? Object { get; init; }

    [Description("upsert, update, insert, mirror, append or delete.")]
    public required SyncMode Mode { get; init; }

    [Description("In a mirror, what becomes of rows that left the model: remove, delete, archive or clear, as the destination can; its own way when left out.")]
    public Removal? OnRemoved { get; init; }

    [Description("The destination's fields and where their values come from.")]
    public required IReadOnlyDictionary<string, FieldMapping> Map { get; init; }

    [Description("What NULL does to a field: clear it (the default) or skip it.")]
    public NullHandling Null { get; init; }

    [Description("Of changed rows, all fields or the changed ones only; as the destination's object usually has it when left out.")]
    public SentFields? Fields { get; init; }

    [Description("Limits that stop a run before the first request.")]
    public Guards Guards { get; init; } = new();

    [Description("When rejected rows are tried again: after a minute, then twice as long each time up to a day, when left out.")]
    public RetryRule Retry { get; init; } = new();

    [Description("When the scheduler runs it; by hand only when left out.")]
    public Schedule? Schedule { get; init; }

    [Description("When somebody is told and who, where it differs from alerts.default in cdp.config.json: { not_fresh: 2h }; or off.")]
    public SyncAlertRules? Alerts { get; init; }

    [Description("Who answers for the sync.")]
    public string? Owner { get; init; }

    [Description("What the sync is for, for people.")]
    public string? Description { get; init; }
}

/// <summary>What a changed row is sent with.</summary>
public enum SentFields
{
    /// <summary>All fields, changed or not.</summary>
    All,

    /// <summary>The fields that changed, and those that the destination knows the row by. What people wrote into the others stays.</summary>
    Changed,
}
