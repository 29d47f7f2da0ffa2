using System.Text;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>Turns models into one query: everything a model reads becomes a common table expression before it.</summary>
public sealed class ModelCompiler(ModelGraph graph, ISqlDialect dialect, IReadOnlyDictionary<string, string> vars, DateTimeOffset asOf)
{
    /// <summary>Tables that stand in for models, by the model's name, or for sources, as schema.table: the fixtures of a test.</summary>
    public IReadOnlyDictionary<string, string> StandIns { get; init; } = new Dictionary<string, string>();

    /// <summary>A query that selects everything from a model.</summary>
    public CompiledQuery Compile(Model model) => Compile($"select * from {Name(model)}", model);

    /// <summary>A query with some models at hand, each under its <see cref="Name"/>.</summary>
    /// <param name="select">The closing SELECT.</param>
    /// <param name="models">What it reads.</param>
    public CompiledQuery Compile(string select, params IEnumerable<Model> models)
    {
        var sql = new StringBuilder();
        var places = new List<ModelPlace>();
        var line = 1;
        foreach (var model in graph.Closure(StandIns.ContainsKey, models))
        {
            Append($"{(places.Count == 0 ? "with" : ",")} {Name(model)} as (\n");
            var first = line;
            Append(Render(model));
            places.Add(new ModelPlace(first, line, model.SqlFile));
            Append("\n)\n");
        }

        Append(select);
        return new CompiledQuery(sql.ToString(), places);

        void Append(string text)
        {
            sql.Append(text);
            line += text.AsSpan().Count('\n');
        }
    }

    /// <summary>The name of a model inside a compiled query; prefixed, so that a model's own CTEs cannot hide another model.</summary>
    public string Name(Model model) => dialect.Quote($"cdp_{model.Name}");

    /// <summary>Variables that models name and nobody gives a value.</summary>
    public static IEnumerable<Problem> CheckVars(IEnumerable<Model> models, IReadOnlyDictionary<string, string> vars) =>
        from model in models
        from part in model.Template.Parts.OfType<VarPart>()
        where part.Default is null && !vars.ContainsKey(part.Name)
        select new Problem(part.At, $"the variable \"{part.Name}\" has no value; give it one under \"vars\" in cdp.config.json, or a default here{Nearest.Hint(part.Name, vars.Keys)}");

    private string Render(Model model)
    {
        var text = new StringBuilder();
        foreach (var part in model.Template.Parts)
        {
            text.Append(part switch
            {
                TextPart sql => sql.Text,
                RefPart reference => StandIns.GetValueOrDefault(reference.Model)
                    ?? (graph.Find(reference) is { } read ? Name(read) : dialect.Relation(graph.Relations.Ref(reference)!)),
                SourcePart source when StandIns.GetValueOrDefault($"{source.Schema}.{source.Table}") is { } fixture => fixture,
                SourcePart source => graph.Relations.Source(source) is { } relation ? dialect.Relation(relation) : dialect.Source(source.Schema, source.Table),
                VarPart variable => vars.GetValueOrDefault(variable.Name) ?? variable.Default,
                AsOfPart => dialect.Instant(asOf),
                _ => throw new InvalidOperationException($"no rendering for {part.GetType().Name}"),
            });
        }

        return text.ToString();
    }
}

/// <summary>The lines of a compiled query that a model's file takes up.</summary>
internal sealed record ModelPlace(int FirstLine, int LastLine, string File);

/// <summary>A query, and which of its lines came from which model.</summary>
public sealed class CompiledQuery
{
    private readonly IReadOnlyList<ModelPlace> _places;

    internal CompiledQuery(string sql, IReadOnlyList<ModelPlace> places) => (Sql, _places) = (sql, places);

    /// <summary>The model that the query is about, for errors that name no line.</summary>
    public Position Root => _places is [.., var last] ? new(last.File) : new("the query");

    /// <summary>One SELECT, with its common table expressions.</summary>
    public string Sql { get; }

    /// <summary>The rows for which a condition on the query's columns holds. The lines stay where they are.</summary>
    public CompiledQuery Where(string condition) => new($"select * from ({Sql}\n) cdp_rows where {condition}", _places);

    /// <summary>The same rows, as somebody else's SQL reads them. Its lines are no model's.</summary>
    public CompiledQuery ReadBy(string sql) => new(sql, _places);

    /// <summary>The same query in other words: its lines are no model's.</summary>
    public CompiledQuery Rewritten(string sql) => new(sql, [_places[^1] with { FirstLine = 0, LastLine = -1 }]);

    /// <summary>The model's file and line for a line of <see cref="Sql"/>, counted from one; null where the line is not a model's.</summary>
    public Position? Locate(int line) =>
        _places.FirstOrDefault(place => line >= place.FirstLine && line <= place.LastLine) is { } found
            ? new Position(found.File, line - found.FirstLine + 1, 1)
            : null;
}
