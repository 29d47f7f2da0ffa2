using System.Text.Json.Serialization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>What a run of a sync would send. Counts are rows.</summary>
internal sealed record PlanResult
{
    public required string Sync { get; init; }

    public required string Model { get; init; }

    public required string Destination { get; init; }

    public required SyncMode Mode { get; init; }

    /// <summary>Rows that the destination was never told of.</summary>
    public required long Added { get; init; }

    /// <summary>Rows with another value in a mapped column.</summary>
    public required long Changed { get; init; }

    /// <summary>Rows that left the model.</summary>
    public required long Removed { get; init; }

    /// <summary>Rows that are as they were told and are sent again.</summary>
    public required long Resent { get; init; }

    /// <summary>Rows that cannot be sent, as their key is NULL or stands twice.</summary>
    public required long Quarantined { get; init; }

    /// <summary>Rejected rows that are not due to be tried again.</summary>
    public required long Waiting { get; init; }

    /// <summary>Rows left out, as nobody knows whether they arrived when they were last sent.</summary>
    public required long Unknown { get; init; }

    /// <summary>Requests that the changes take if nothing goes wrong.</summary>
    public required long Requests { get; init; }

    /// <summary>What the changes cost at the vendor.</summary>
    public required PlanPrice Price { get; init; }

    /// <summary>For a replacement: members that vanish.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Vanishing { get; init; }

    /// <summary>For a replacement: how many members the destination says that it has; null where it does not tell.</summary>
    public long? Members { get; init; }

    /// <summary>The guard that would stop the run, with its numbers.</summary>
    public required string? Guard { get; init; }

    /// <summary>The interrupted run that would be finished first.</summary>
    public required string? OpenRun { get; init; }

    /// <summary>What changed in the mapping and what it means.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>What the warehouse has on record of the plan.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warehouse { get; init; }

    /// <summary>Some rows of each kind.</summary>
    public required IReadOnlyList<PlanRow> Rows { get; init; }

    /// <summary>The kind of destination.</summary>
    [NotPrinted]
    public required string DestinationType { get; init; }

    /// <summary>Rows of the model.</summary>
    [NotPrinted]
    public required long ModelRows { get; init; }

    /// <summary>Rows that the destination was told of before.</summary>
    [NotPrinted]
    public required long SnapshotRows { get; init; }

    /// <summary>True where the destination is up to date.</summary>
    [JsonIgnore]
    public bool IsUnchanged => Added + Changed + Removed + Resent == 0 && Vanishing is null;

    /// <summary>A plan that was made.</summary>
    /// <param name="sync">The sync.</param>
    /// <param name="summary">Its counts.</param>
    /// <param name="price">What it costs.</param>
    /// <param name="records">What the warehouse has on record of it.</param>
    /// <param name="rows">Some rows of each kind.</param>
    public static PlanResult Of(Sync sync, PlanSummary summary, PlanPrice price, IReadOnlyList<string> records, IReadOnlyList<PlanRow> rows) => new()
    {
        Sync = sync.Name,
        Model = sync.Model.Name,
        Destination = sync.File.Destination,
        DestinationType = sync.Type.Type,
        Mode = sync.File.Mode,
        Added = summary.Added,
        Changed = summary.Changed,
        Removed = summary.Removed,
        Resent = summary.Resent,
        Quarantined = summary.Quarantined,
        Waiting = summary.Waiting,
        Unknown = summary.Held,
        ModelRows = summary.ModelRows,
        SnapshotRows = summary.SnapshotRows,
        Requests = price.Requests,
        Price = price,
        Vanishing = summary.IsReplacement ? summary.Vanishing : null,
        Members = summary.IsReplacement ? summary.Members : null,
        Guard = null,
        OpenRun = null,
        Notes = summary.Notes,
        Warehouse = records.Count > 0 ? records : null,
        Rows = rows,
    };
}

/// <summary>A row of a plan.</summary>
/// <param name="Kind">What the run would tell of it.</param>
/// <param name="Key">Its key: a value, or a list where it has several columns.</param>
/// <param name="Fields">What would be sent; of a removal, what the destination knows the row by.</param>
internal sealed record PlanRow(ChangeKind Kind, RawJson Key, RawJson Fields)
{
    /// <summary>Where a changed row is removed by what it was known by, and sent anew: what it was known by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RawJson? Removed { get; init; }

    /// <summary>Of a message: the text that would be sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    /// <summary>Of a message that has no text: why the run would refuse the row.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Refused { get; init; }

    /// <summary>A row of a batch.</summary>
    public static PlanRow Of(ChangeBatch batch, int row)
    {
        var isReplaced = batch.Kind(row) is ChangeKind.Replace;
        var fields = RawJson.Of(batch.Fields.Count > 0 ? batch.Fields : batch.Identifiers, row);
        return new PlanRow(isReplaced ? ChangeKind.Change : batch.Kind(row), RawJson.OfKey(batch.Key, row), fields)
        {
            Removed = isReplaced ? RawJson.Of(batch.Identifiers, row) : null,
        };
    }
}

/// <summary>Plans of several syncs.</summary>
/// <param name="Plans">Those that could be made.</param>
internal sealed record PlanList(IReadOnlyList<PlanResult> Plans)
{
    /// <summary>The syncs that could not be planned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SyncFailure>? Errors { get; init; }
}

/// <summary>Why something could not be done for a sync.</summary>
/// <param name="Sync">The sync.</param>
/// <param name="Error">What is wrong.</param>
internal sealed record SyncFailure(string Sync, string Error);
