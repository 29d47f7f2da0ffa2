using System.Globalization;
using System.Text;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.InWarehouse;

/// <summary>
/// The names of what is kept of a sync, in the schema <see cref="Schema"/>. Two projects or environments may share a database: a digest
/// of all three names keeps them apart, whatever becomes of the words before it.
/// </summary>
internal sealed class SyncTables
{
    /// <summary>The planner's schema. Nothing is written outside of it.</summary>
    public const string Schema = "cdp_planner";

    // With the longest suffix no more than the 63 bytes that PostgreSQL allows.
    private const int MostWords = 38;
    private const int DigestLength = 8;

    private readonly IPlannerDialect _sql;
    private readonly string _base;

    public SyncTables(IPlannerDialect sql, PlannerScope scope, string sync)
    {
        _sql = sql;
        string[] names = [scope.Project, scope.Environment ?? "", sync];
        Id = Core.Planning.Digest.Of(string.Join('\0', names));
        _base = $"{Words(string.Join('_', names.Where(name => name.Length > 0)))}_{Id[..DigestLength]}";
        (Fence, Meta, Snapshot, Held, Refused, Answers, History, Told, Doubled, Staged) =
            (Table("fence"), Table("meta"), Table("snapshot"), Table("held"), Table("refused"), Table("answers"), Table("history"), Table("told"), Table("doubled"), Table("staged"));
    }

    /// <summary>SHA-256 of project, environment and sync.</summary>
    public string Id { get; }

    /// <summary>Who may write, where the warehouse has no locks that last.</summary>
    public string Fence { get; }

    /// <summary>What the others say of themselves, by name.</summary>
    public string Meta { get; }

    /// <summary>The rows that the destination was told of.</summary>
    public string Snapshot { get; }

    /// <summary>Rows whose fate is unknown.</summary>
    public string Held { get; }

    /// <summary>Rows that were refused.</summary>
    public string Refused { get; }

    /// <summary>The answers to a run's rows that were not accepted.</summary>
    public string Answers { get; }

    /// <summary>What was told, row by row.</summary>
    public string History { get; }

    /// <summary>The columns that a run told.</summary>
    public string Told { get; }

    /// <summary>Keys that the model has more than once; there while a plan is made.</summary>
    public string Doubled { get; }

    /// <summary>The rows of a saved plan; there while it is read.</summary>
    public string Staged { get; }

    /// <summary>The name of the index on the snapshot's keys.</summary>
    public string KeyIndex => _sql.Name($"{_base}_key");

    /// <summary>The plan of a run.</summary>
    public string PlanOf(string runId) => Table($"plan_{Core.Planning.Digest.Of(runId)[..DigestLength]}");

    private string Table(string suffix) => $"{_sql.Name(Schema)}.{_sql.Name($"{_base}_{suffix}")}";

    private static string Words(string names)
    {
        var words = new StringBuilder();
        foreach (var letter in names.ToLower(CultureInfo.InvariantCulture))
        {
            if (words.Length == MostWords)
                break;
            words.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        return words.ToString();
    }
}
