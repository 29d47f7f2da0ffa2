using ReverseEtl.Core.Planning;

namespace ReverseEtl.Conformance.Planner;

/// <summary>A warehouse of a test's own, which is empty at first, and the planner under test over it.</summary>
public interface IPlannerHarness : IDisposable
{
    /// <summary>A folder of the test's own.</summary>
    string Folder { get; }

    /// <summary>The schema that tables without a name before them are made in.</summary>
    string Schema { get; }

    /// <summary>What the planner keeps of syncs, by name.</summary>
    IReadOnlyList<string> Kept { get; }

    /// <summary>What the warehouse can do, where not all can.</summary>
    PlannerAbilities Abilities { get; }

    /// <summary>Runs SQL in the warehouse, as its owner does between runs; statements are separated by "; ".</summary>
    void Execute(string sql);

    /// <summary>Replaces the rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">Values of the .NET types of <see cref="SuiteType"/>; null is NULL.</param>
    void Fill(string table, IReadOnlyList<IReadOnlyList<object?>> rows);

    /// <summary>A query that gives numbered rows.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Its columns, in terms of <c>i</c>, which counts from 0 and has 64 bits.</param>
    string Numbered(int rows, string columns);

    /// <summary>A name as SQL has it, whatever characters it has.</summary>
    string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text as a literal.</summary>
    string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The name of a type.</summary>
    string TypeOf(SuiteType type);

    /// <summary>Connects, as a run does when it starts.</summary>
    Task<OpenPlanner> OpenAsync();
}

/// <summary>A planner whose plans can be lost.</summary>
public interface ILosingHarness : IPlannerHarness
{
    /// <summary>Loses the rows of the plan that a dead run left behind.</summary>
    void LosePlan();
}

/// <summary>A planner that is ready, with its warehouse.</summary>
/// <param name="Warehouse">The warehouse.</param>
/// <param name="Planner">The planner.</param>
/// <param name="History">Reads the history of a sync.</param>
public sealed record OpenPlanner(IWarehouse Warehouse, ISyncPlanner Planner, Func<string, ISyncHistory> History) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Warehouse.DisposeAsync();
}

/// <summary>What a warehouse can do, where not all can.</summary>
/// <param name="AllTypes">A table with a column of every type that the warehouse has.</param>
/// <param name="IsWrittenWhileRead">True where others can write while a plan is made.</param>
/// <param name="TellsCaseApart">True where two columns may have names that differ in case only.</param>
public sealed record PlannerAbilities(TypedTable AllTypes, bool IsWrittenWhileRead, bool TellsCaseApart);

/// <summary>A table of numbered rows.</summary>
/// <param name="SetUp">SQL to run before it is made, or null.</param>
/// <param name="Key">The names of its key columns: of all types that are no key by their canonical text alone.</param>
/// <param name="Columns">All columns by name, in terms of <c>i</c>.</param>
public sealed record TypedTable(string? SetUp, IReadOnlyList<string> Key, IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>The columns that are no key.</summary>
    public IEnumerable<string> Mapped => Columns.Keys.Except(Key);

    /// <summary>What a select of it begins with.</summary>
    public string Select => string.Join(", ", Columns.Select(column => $"{column.Value} as {column.Key}"));
}

/// <summary>Types that every warehouse has, under some name.</summary>
public enum SuiteType
{
    /// <summary><see cref="string"/>.</summary>
    Text,

    /// <summary><see cref="int"/>.</summary>
    Integer,

    /// <summary><see cref="long"/>.</summary>
    BigInt,

    /// <summary><see cref="decimal"/>, with 18 digits, four of them after the point.</summary>
    Decimal,

    /// <summary><see cref="double"/>.</summary>
    Double,

    /// <summary><see cref="bool"/>.</summary>
    Boolean,

    /// <summary><see cref="DateTimeOffset"/> in UTC, to the microsecond.</summary>
    TimestampTz,

    /// <summary><see cref="DateOnly"/>.</summary>
    Date,

    /// <summary>An array of <see cref="byte"/>.</summary>
    Bytes,
}
