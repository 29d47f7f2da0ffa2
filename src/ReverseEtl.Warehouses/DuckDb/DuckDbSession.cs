using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>
/// An instance of DuckDB in memory with the user's file attached for reading only, and as the default, so that models name their
/// tables plainly and nothing that this project runs can change them.
/// </summary>
internal static class DuckDbSession
{
    /// <exception cref="WarehouseException">The file is not there, is locked, or is no database.</exception>
    public static async Task<DuckDBConnection> OpenAsync(DuckDbWarehouse warehouse, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(warehouse.TempFolder, warehouse.Options.MemoryLimit, cancellationToken);
        try
        {
            await ExecuteAsync(connection, $"attach {DuckDbDialect.Text(warehouse.File)} as cdp_warehouse (read_only); use cdp_warehouse", cancellationToken);
            return connection;
        }
        catch (DuckDBException error)
        {
            await connection.DisposeAsync();
            throw new WarehouseException($"the warehouse {warehouse.Options.Path} cannot be opened: {DuckDbErrors.Sentence(error.Message)}", error);
        }
    }

    /// <summary>An instance without a warehouse.</summary>
    /// <param name="tempFolder">Where it may spill to.</param>
    /// <param name="memoryLimit">The memory that it may use, or null for most of the machine's.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WarehouseException">The limit is none.</exception>
    public static async Task<DuckDBConnection> OpenAsync(string tempFolder, string? memoryLimit, CancellationToken cancellationToken)
    {
        var connection = new DuckDBConnection("Data Source=:memory:");
        try
        {
            await connection.OpenAsync(cancellationToken);
            Directory.CreateDirectory(tempFolder);
            await ExecuteAsync(connection, $"set temp_directory = {DuckDbDialect.Text(tempFolder)}; set timezone = 'UTC'; set streaming_buffer_size = '32MB'", cancellationToken);
            if (memoryLimit is not null)
                await ExecuteAsync(connection, $"set memory_limit = {DuckDbDialect.Text(memoryLimit)}", cancellationToken);
            return connection;
        }
        catch (DuckDBException error)
        {
            await connection.DisposeAsync();
            throw new WarehouseException($"DuckDB cannot be started: {DuckDbErrors.Sentence(error.Message)}", error);
        }
    }

    public static async Task<int> ExecuteAsync(DuckDBConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new DuckDBCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
