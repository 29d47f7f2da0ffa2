using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Core.Testing;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Testing;

/// <summary>Makes tables of fixtures in DuckDB, which infers the types that they do not name.</summary>
internal sealed class FixtureTable(IProjectFiles files)
{
    /// <param name="connection">The database.</param>
    /// <param name="table">The table to make, quoted.</param>
    /// <param name="fixture">Its rows.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProjectException">DuckDB cannot read the rows.</exception>
    public async Task LoadAsync(DuckDBConnection connection, string table, Fixture fixture, CancellationToken cancellationToken)
    {
        var types = string.Join(", ", fixture.Types.Select(type => $"{DuckDbDialect.Text(type.Key)}: {DuckDbDialect.Text(type.Value)}"));
        var temporary = fixture.Csv is null ? Path.GetTempFileName() : null;
        try
        {
            if (temporary is null && files.Read(fixture.Csv!) is null)
                throw new ProjectException(fixture.At, $"there is no file {fixture.Csv} in the project's folder");
            if (temporary is not null)
                await File.WriteAllTextAsync(temporary, FixtureJson.Write(fixture.Rows), cancellationToken);
            await DuckDbSession.ExecuteAsync(connection, $"create table {table} as {Select(fixture, temporary, types)}", cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw new ProjectException(fixture.At, $"DuckDB cannot read these rows: {DuckDbErrors.Sentence(error.Message)}");
        }
        finally
        {
            if (temporary is not null)
                File.Delete(temporary);
        }
    }

    private string Select(Fixture fixture, string? temporary, string types)
    {
        if (temporary is null)
        {
            var path = DuckDbDialect.Text(Path.GetFullPath(fixture.Csv!, files.Folder));
            return $"select * from read_csv({path}, header = true{(types.Length > 0 ? $", types = {{{types}}}" : "")})";
        }

        if (fixture.Rows.Count == 0)
            return $"select {string.Join(", ", fixture.Types.Select(type => $"null::{type.Value} as {DuckDbDialect.Name(type.Key)}"))} limit 0";
        var columns = fixture.Rows.SelectMany(row => row.Entries.Select(entry => entry.Key)).Distinct(StringComparer.Ordinal);
        var select = string.Join(", ", columns.Select(column => fixture.Types.TryGetValue(column, out var type)
            ? $"{DuckDbDialect.Name(column)}::{type} as {DuckDbDialect.Name(column)}"
            : DuckDbDialect.Name(column)));
        return $"select {select} from read_json({DuckDbDialect.Text(temporary)}, format = 'array', sample_size = -1)";
    }
}
