using ReverseEtl.Core.Planning;

namespace ReverseEtl.Conformance.Planner;

/// <summary>A row of the model.</summary>
internal sealed record ReferenceRow(int? Key, string? Name, string? Mail);

/// <summary>The plain diff in memory that planners are held against. The mail is what the destination knows a row by.</summary>
/// <param name="mode">The sync's mode: mirror, upsert or insert.</param>
internal sealed class ReferenceDiff(string mode)
{
    private readonly Dictionary<int, ReferenceRow> _told = [];

    /// <summary>The plan's rows: kind and key, fields, then the identifiers of a removal.</summary>
    public IEnumerable<string> Plan(ReferenceRow[] state)
    {
        var (once, keys) = Once(state);
        foreach (var row in once)
        {
            switch (KindOf(row))
            {
                case ChangeKind.Replace:
                    yield return $"Replace {row.Key}: {Text(row.Name)}, {Text(row.Mail)}, {Text(_told[row.Key!.Value].Mail)}";
                    break;
                case { } kind:
                    yield return $"{kind} {row.Key}: {Text(row.Name)}, {Text(row.Mail)}";
                    break;
            }
        }

        foreach (var gone in Gone(keys))
            yield return $"Remove {gone}: {Text(_told[gone].Mail)}";
    }

    /// <summary>The plan's counts.</summary>
    public PlanSummary Summarize(ReferenceRow[] state)
    {
        var (once, keys) = Once(state);
        var kinds = once.Select(KindOf).ToList();
        return new PlanSummary(
            kinds.Count(kind => kind is ChangeKind.Add),
            kinds.Count(kind => kind is ChangeKind.Change or ChangeKind.Replace),
            Gone(keys).Count(),
            state.Length - once.Count,
            once.Count,
            _told.Count)
        {
            Replaced = kinds.Count(kind => kind is ChangeKind.Replace),
            Notes = [],
            Drift = [],
        };
    }

    /// <summary>Everything that is planned was told.</summary>
    public void Tell(ReferenceRow[] state)
    {
        var (once, keys) = Once(state);
        foreach (var gone in Gone(keys).ToList())
            _told.Remove(gone);
        foreach (var row in once.Where(row => KindOf(row) is not null))
            _told[row.Key!.Value] = row;
    }

    private ChangeKind? KindOf(ReferenceRow row)
    {
        if (!_told.TryGetValue(row.Key!.Value, out var told))
            return ChangeKind.Add;
        if (mode == "insert" || told == row)
            return null;
        return mode == "mirror" && told.Mail is not null && told.Mail != row.Mail ? ChangeKind.Replace : ChangeKind.Change;
    }

    private IEnumerable<int> Gone(HashSet<int> keys) => mode == "mirror" ? _told.Keys.Where(key => !keys.Contains(key)) : [];

    private static (List<ReferenceRow> Once, HashSet<int> Keys) Once(ReferenceRow[] state)
    {
        var keyed = state.Where(row => row.Key is not null).ToList();
        return ([.. keyed.GroupBy(row => row.Key).Where(rows => rows.Count() == 1).Select(rows => rows.Single())], [.. keyed.Select(row => row.Key!.Value)]);
    }

    private static string Text(string? value) => value ?? "NULL";
}
