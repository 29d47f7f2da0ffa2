namespace ReverseEtl.Core.Delivery.Objects;

/// <summary>
/// One object that a destination offers: contacts, an audience, messages. The one declaration from which checks of a sync, batching, the
/// shaping of values, the docs and suggested mappings are made.
/// </summary>
public sealed record ObjectSpec
{
    /// <summary>The object's name, as docs have it.</summary>
    public required string Name { get; init; }

    /// <summary>One line for people.</summary>
    public required string Summary { get; init; }

    /// <summary>How a sync names it: the YAML of its <c>object</c>.</summary>
    public required string Example { get; init; }

    /// <summary>The modes that make sense.</summary>
    public required IReadOnlyList<SyncMode> Modes { get; init; }

    /// <summary>What can become of rows that left the model of a mirror; the first where a sync does not say.</summary>
    public IReadOnlyList<Removal> Removals { get; init; } = [Removal.Remove];

    /// <summary>The fields that are known by name.</summary>
    public IReadOnlyList<FieldSpec> Fields { get; init; } = [];

    /// <summary>True where fields of other names may be mapped too, as the vendor's users name their own.</summary>
    public bool OtherFields { get; init; }

    /// <summary>Where it matters who a row is: fields of which at least one must be mapped.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>The field with the row's country, which phone numbers are read by; null where there is none.</summary>
    public string? CountryField { get; init; }

    /// <summary>The country of rows that name none, ISO 3166 with two letters; null where the sync gives none.</summary>
    public string? Country { get; init; }

    /// <summary>Rows per request at the most.</summary>
    public required int MaxBatchRows { get; init; }

    /// <summary>Rows per request with removals, where those take another number. See <see cref="DestinationDescriptor.MaxRemovalRows"/>.</summary>
    public int? MaxRemovalRows { get; init; }

    /// <summary>Bytes of text per request at the most; null for no limit. See <see cref="DestinationDescriptor.MaxBatchBytes"/>.</summary>
    public int? MaxBatchBytes { get; init; }

    /// <summary>Requests in flight at the most.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>What the vendor allows in a period; null where it names nothing.</summary>
    public RateBudget? Rate { get; init; }

    /// <summary>What the vendor allows an account in all, besides <see cref="Rate"/>: mostly in a day; null where it names nothing.</summary>
    public RateBudget? Quota { get; init; }

    /// <summary>Requests for a batch at the most besides the one with its rows: what has to be looked up, a job that is asked for.</summary>
    public int LookUps { get; init; }

    /// <summary>The same for a batch with removals, where those take another number.</summary>
    public int? RemovalLookUps { get; init; }

    /// <summary>What the vendor bills by, where that is not requests; null for nothing.</summary>
    public Charge? Charge { get; init; }

    /// <summary>For messages: the text that a row of a shaped batch becomes, or null where it gives none; for looks that send nothing.</summary>
    public Func<ChangeBatch, int, string?>? Text { get; init; }

    /// <summary>For messages to people: who they are.</summary>
    public RecipientSpec? Recipient { get; init; }

    /// <summary>The modes in which sending the same batch twice does harm; empty where it never does.</summary>
    public required IReadOnlyList<SyncMode> UnsafeToRepeat { get; init; }

    /// <summary>True where a record keeps what an upsert does not name.</summary>
    public bool PartialUpdates { get; init; }

    /// <summary>Whether changed rows go with the fields that changed only.</summary>
    public ChangedFields ChangedFields { get; init; }

    /// <summary>True where what the object holds can be replaced as a whole, in a mirror. It stands repeats then.</summary>
    public bool Replaces { get; init; }

    /// <summary>What the vendor tells of a request's rows.</summary>
    public Reporting Reports { get; init; } = Reporting.PerRow;

    /// <summary>True for a field without which the other fields of a row say nothing.</summary>
    public bool IsAlwaysSent(string name) => Field(name) is { Identifies: true } or { Required: true } || OneOf.Contains(name) || name == CountryField;

    /// <summary>A known field by its name.</summary>
    public FieldSpec? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <summary>Requests besides the one with its rows, at the most, for a batch that asks for an operation.</summary>
    public int LookUpsFor(Operation operation) => operation is Operation.Remove ? RemovalLookUps ?? LookUps : LookUps;

    /// <summary>What the runner needs to know, for a sync.</summary>
    public DestinationDescriptor Describe(DestinationRequest request) => new()
    {
        Modes = Modes.ToHashSet(),
        MaxBatchRows = MaxBatchRows,
        MaxRemovalRows = MaxRemovalRows,
        MaxBatchBytes = MaxBatchBytes,
        Concurrency = Concurrency,
        Rate = Rate,
        ReplaySafe = !UnsafeToRepeat.Contains(request.Mode),
        PartialUpdates = PartialUpdates,
        Replaces = Replaces && request.Mode.Removes(),
        Identifiers = [.. request.Fields.Where(name => Field(name) is { Identifies: true } || name == CountryField)],
    };
}

/// <summary>A field of an object.</summary>
/// <param name="Name">The vendor's name.</param>
/// <param name="Description">What it is, in a few words.</param>
public sealed record FieldSpec(string Name, string Description)
{
    /// <summary>How a value is checked and shaped before it is sent; null sends it as it is.</summary>
    public IFieldRule? Rule { get; init; }

    /// <summary>True where every sync must map it, and every row must have a value in it; of the fields of <see cref="ObjectSpec.OneOf"/> it needs one.</summary>
    public bool Required { get; init; }

    /// <summary>True where the vendor knows a row by it, so that a removal needs it.</summary>
    public bool Identifies { get; init; }

    /// <summary>Names that columns with this content usually have, besides the field's own; for suggested mappings.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>What a vendor bills by.</summary>
/// <param name="Unit">In the plural: <c>data points</c>.</param>
/// <param name="Count">How many of them a shaped batch costs.</param>
public sealed record Charge(string Unit, Func<ChangeBatch, long> Count);

/// <summary>Who a message goes to.</summary>
/// <param name="Field">The field that they are known by.</param>
/// <param name="TimeZoneField">The field with their time zone, a name of IANA, which limits of messages go by; null where there is none.</param>
public sealed record RecipientSpec(string Field, string? TimeZoneField);

/// <summary>Whether the changed rows of an object can go without the fields that are as they were told.</summary>
public enum ChangedFields
{
    /// <summary>They cannot: a request has the same fields for all of its rows, or sets what it does not name.</summary>
    Never,

    /// <summary>They can, where a sync asks for it.</summary>
    OnRequest,

    /// <summary>They do, unless a sync asks for all fields: the vendor counts, or charges for, each field that it is sent.</summary>
    Usually,
}

/// <summary>What a vendor tells of the rows of a request.</summary>
public enum Reporting
{
    /// <summary>What became of each row.</summary>
    PerRow,

    /// <summary>Whether it took the request; one that it refuses is cut until the bad row stands alone.</summary>
    PerRequest,

    /// <summary>How many rows it took, not which: they are accepted without being attributed.</summary>
    Counts,
}
