using ReverseEtl.Core.Config;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Core.Planning;

/// <summary>The rows of a sync: a query with its key and exactly the columns that the mapping uses.</summary>
public sealed record SyncQuery
{
    /// <summary>Selects <see cref="Key"/> and <see cref="Columns"/>, and maybe more.</summary>
    public required CompiledQuery Query { get; init; }

    /// <summary>The key columns.</summary>
    public required IReadOnlyList<ColumnInfo> Key { get; init; }

    /// <summary>The columns that fields are made of, each once, in the order of the mapping.</summary>
    public required IReadOnlyList<ColumnInfo> Columns { get; init; }

    /// <summary>How fields are made of columns.</summary>
    public required FieldMapper Mapper { get; init; }

    /// <summary>Everything besides the rows' own values that decides what the destination holds.</summary>
    public required SyncShape Shape { get; init; }

    /// <summary>All columns that could be mapped.</summary>
    public required IReadOnlyList<ColumnInfo> Available { get; init; }

    /// <summary>The query with some more of the <see cref="Available"/> columns.</summary>
    public required Func<IReadOnlyList<string>, CompiledQuery> Including { get; init; }

    /// <summary>Resolves a sync's columns. A segment may map any column of its profile, which is joined for it.</summary>
    /// <exception cref="ProjectException">A column is missing, or the warehouse refuses the model.</exception>
    public static async Task<SyncQuery> BuildAsync(Sync sync, IReadOnlyList<string> identifiers, IWarehouse warehouse,
        ModelCompiler compiler, CancellationToken cancellationToken)
    {
        var own = await warehouse.DescribeAsync(compiler.Compile(sync.Model), cancellationToken);
        var joined = sync.Profile is { } profile ? await warehouse.DescribeAsync(compiler.Compile(profile), cancellationToken) : [];
        var wanted = sync.Mapping.SelectMany(mapping => mapping.Columns).Distinct(StringComparer.Ordinal).ToList();

        var problems = new List<Problem>();
        var available = own.Concat(joined).DistinctBy(column => column.Name).ToList();
        var key = Resolve(sync.Model.Key, own, _ => sync.Model.At, "the key");
        var columns = Resolve(wanted, available, PlaceOf, "the map");
        if (problems.Count > 0)
            throw new ProjectException(problems);
        var mapper = new FieldMapper(sync.Mapping, sync.File.Null, columns, identifiers, sync.Spec, warehouse.KeepsSentForms);
        return new SyncQuery
        {
            Query = Compile(wanted),
            Key = key,
            Columns = columns,
            Mapper = mapper,
            Available = available,
            Including = more => Compile([.. wanted.Union(more)]),
            Shape = new SyncShape { Target = sync.Target, Key = key, Columns = columns, Fields = mapper.Fields, Identifiers = identifiers },
        };

        CompiledQuery Compile(IReadOnlyList<string> names)
        {
            var foreign = names.Where(name => Find(own, name) is null).ToList();
            return foreign.Count == 0 ? compiler.Compile(sync.Model) : JoinProfile(sync, foreign, compiler, warehouse.Dialect);
        }

        List<ColumnInfo> Resolve(IEnumerable<string> names, IReadOnlyList<ColumnInfo> from, Func<string, Position> place, string what)
        {
            var found = new List<ColumnInfo>();
            foreach (var name in names)
            {
                if (Find(from, name) is { } column)
                    found.Add(column);
                else
                    problems.Add(new Problem(place(name), $"{what} names the column \"{name}\", which {Where(sync)} has not{Nearest.Hint(name, from.Select(column => column.Name))}"));
            }

            return found;
        }

        Position PlaceOf(string column) => sync.Mapping.First(mapping => mapping.Columns.Contains(column)).At;
    }

    private static CompiledQuery JoinProfile(Sync sync, IReadOnlyList<string> foreign, ModelCompiler compiler, ISqlDialect dialect)
    {
        // A left join: a member that the profile does not know is sent with empty fields and seen, not dropped and missed.
        var select = string.Join(", ", foreign.Select(name => $"p.{dialect.Quote(name)}").Prepend("s.*"));
        var on = string.Join(" and ", sync.Model.Key.Select(name => $"s.{dialect.Quote(name)} = p.{dialect.Quote(name)}"));
        return compiler.Compile(
            $"select {select} from {compiler.Name(sync.Model)} s left join {compiler.Name(sync.Profile!)} p on {on}",
            sync.Model, sync.Profile!);
    }

    private static string Where(Sync sync) =>
        sync.Profile is { } profile ? $"neither {sync.Model.Name} nor its profile {profile.Name}" : $"the model {sync.Model.Name}";

    private static ColumnInfo? Find(IReadOnlyList<ColumnInfo> columns, string name) =>
        columns.FirstOrDefault(column => column.Name == name);
}
