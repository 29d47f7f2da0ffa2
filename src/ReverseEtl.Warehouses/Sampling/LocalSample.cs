using System.Globalization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Sampling;

/// <summary>
/// A bounded sample of what models read, with personal data masked, in a DuckDB in memory: what was fetched is gone with it.
/// </summary>
public sealed class LocalSample : IAsyncDisposable
{
    private readonly SampleMask _mask = new();
    private readonly SortedSet<string> _masked = new(StringComparer.Ordinal);
    private readonly List<SampledSource> _sources = [];

    private LocalSample(DuckDBConnection connection) => Connection = connection;

    internal DuckDBConnection Connection { get; }

    /// <summary>What was fetched.</summary>
    public IReadOnlyList<SampledSource> Sources => _sources;

    /// <summary>Columns of which values were masked.</summary>
    public IReadOnlyCollection<string> Masked => _masked;

    /// <summary>Fetches some rows of everything that a model reads.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="models">The project's models.</param>
    /// <param name="compiler">Compiles them for the warehouse.</param>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows of each source at the most.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProjectException">A source cannot be read.</exception>
    public static async Task<LocalSample> FetchAsync(IWarehouse warehouse, ModelGraph models, ModelCompiler compiler, Model model, int rows, CancellationToken cancellationToken)
    {
        var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync(cancellationToken);
        await DuckDbSession.ExecuteAsync(connection, "set timezone = 'UTC'", cancellationToken);
        var sample = new LocalSample(connection);
        foreach (var source in SourcesOf(warehouse.Dialect, models, model))
        {
            try
            {
                var query = compiler.Compile(string.Create(CultureInfo.InvariantCulture, $"select * from {source.Name} limit {rows}"));
                await sample.LoadAsync(source, await warehouse.PreviewAsync(query, new PreviewOptions(rows, null, []), cancellationToken), rows, cancellationToken);
            }
            catch (ProjectException error)
            {
                throw new ProjectException(source.At, $"{source.Name} cannot be sampled: {error.Problems[0].Message}");
            }
        }

        return sample;
    }

    /// <summary>Rows of a model, made of the sample.</summary>
    /// <param name="query">The model, compiled for the sample by <see cref="SampleDialect"/>.</param>
    /// <param name="dialect">The dialect that it is written in.</param>
    /// <param name="options">What to show; the condition is DuckDB's SQL.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProjectException">The model cannot be translated, or does not run on the sample.</exception>
    public async Task<Preview> PreviewAsync(CompiledQuery query, string dialect, PreviewOptions options, CancellationToken cancellationToken)
    {
        var translated = query.Rewritten(await SqlTranslator.ToDuckDbAsync(query, dialect, cancellationToken));
        var warehouse = DuckDbWarehouse.Over(Connection);
        try
        {
            return await warehouse.PreviewAsync(translated, options, cancellationToken);
        }
        catch (ProjectException error) when (error.Problems[0].Where == query.Root)
        {
            throw new ProjectException(query.Root, $"translated to DuckDB's SQL: {error.Problems[0].Message}; preview it in the warehouse, without --local");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static IEnumerable<Source> SourcesOf(ISqlDialect dialect, ModelGraph models, Model model) => models.Closure(model)
        .SelectMany(read => models.RelationsOf(read)
            .Select(relation => new Source(relation.At.At, dialect.Relation(relation.Relation), relation.Relation.Schema, relation.Relation.Table))
            .Concat(read.Template.Parts.OfType<SourcePart>().Where(part => models.Relations.Source(part) is null)
                .Select(part => new Source(part.At, dialect.Source(part.Schema, part.Table), part.Schema, part.Table))))
        .DistinctBy(source => source.Name);

    private async Task LoadAsync(Source source, Preview preview, int most, CancellationToken cancellationToken)
    {
        var (schema, table) = (DuckDbDialect.Name(source.Schema), $"{DuckDbDialect.Name(source.Schema)}.{DuckDbDialect.Name(source.Table)}");
        var texts = preview.Columns.Select((column, i) => $"c{i} varchar");
        await DuckDbSession.ExecuteAsync(Connection, $"create schema if not exists {schema}; create or replace temp table cdp_rows ({string.Join(", ", texts)})", cancellationToken);
        Append(source, preview);
        var columns = preview.Columns.Select((column, i) => $"{SampleTypes.FromText($"c{i}", column.Type)} as {DuckDbDialect.Name(column.Name)}");
        await DuckDbSession.ExecuteAsync(Connection, $"create table {table} as select {string.Join(", ", columns)} from temp.cdp_rows", cancellationToken);
        _sources.Add(new SampledSource($"{source.Schema}.{source.Table}", preview.Rows, preview.Rows == most));
        foreach (var column in preview.Columns)
            column.Dispose();
    }

    private void Append(Source source, Preview preview)
    {
        using var appender = Connection.CreateAppender("temp", "main", "cdp_rows");
        for (var row = 0; row < preview.Rows; row++)
        {
            var written = appender.CreateRow();
            foreach (var column in preview.Columns)
            {
                var value = column.Text(row);
                var shown = value is null ? null : _mask.Of(column.Name, column.Type, value);
                if (shown != value)
                    _masked.Add($"{source.Table}.{column.Name}");
                written.AppendValue(shown);
            }

            written.EndRow();
        }
    }

    private sealed record Source(Position At, string Name, string Schema, string Table);
}

/// <summary>A warehouse's dialect, with tables under the names that they have in a sample.</summary>
public sealed class SampleDialect(ISqlDialect dialect) : ISqlDialect
{
    /// <inheritdoc/>
    public string Type => dialect.Type;

    /// <inheritdoc/>
    public string Quote(string name) => dialect.Quote(name);

    /// <inheritdoc/>
    public string Source(string schema, string table) => $"{Quote(schema)}.{Quote(table)}";

    /// <inheritdoc/>
    public string Relation(Relation relation) => Source(relation.Schema, relation.Table);

    /// <inheritdoc/>
    public string Instant(DateTimeOffset instant) => dialect.Instant(instant);
}

/// <summary>A source of a sample.</summary>
/// <param name="Name">Schema and table.</param>
/// <param name="Rows">Rows that were fetched.</param>
/// <param name="IsCut">True where there may be more.</param>
public sealed record SampledSource(string Name, int Rows, bool IsCut);
