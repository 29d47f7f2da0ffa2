using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>Makes a warehouse file from scripts, so that a sample or a test begins with one command.</summary>
internal static class DuckDbBootstrap
{
    // A service runs several syncs at once, and each may be the first.
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Makes the file unless it exists. It appears under its name only when all scripts have run.</summary>
    /// <exception cref="WarehouseException">The file is not there and there is no script, or a script fails.</exception>
    public static async Task EnsureAsync(DuckDbWarehouse warehouse, Action begins, CancellationToken cancellationToken)
    {
        if (File.Exists(warehouse.File))
            return;
        if (warehouse.Options.Bootstrap.Count == 0)
            throw new WarehouseException($"there is no file {warehouse.Options.Path}; make it, or name scripts that make it under \"warehouse.bootstrap\"");
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (File.Exists(warehouse.File))
                return;
            begins();
            await MakeAsync(warehouse, cancellationToken);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static async Task MakeAsync(DuckDbWarehouse warehouse, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(warehouse.File)!);
        var unfinished = $"{warehouse.File}.{Environment.ProcessId}.tmp";
        File.Delete(unfinished);
        try
        {
            await using (var connection = new DuckDBConnection($"Data Source={unfinished}"))
            {
                await connection.OpenAsync(cancellationToken);
                foreach (var script in warehouse.Options.Bootstrap)
                    await RunAsync(connection, warehouse, script, cancellationToken);
                await DuckDbSession.ExecuteAsync(connection, "checkpoint", cancellationToken);
            }

            // Another process may have been first: both made the same.
            File.Move(unfinished, warehouse.File, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
            File.Delete($"{unfinished}.wal");
        }
    }

    private static async Task RunAsync(DuckDBConnection connection, DuckDbWarehouse warehouse, string script, CancellationToken cancellationToken)
    {
        var path = Path.Combine(warehouse.Folder, script);
        if (!File.Exists(path))
            throw new WarehouseException($"warehouse.bootstrap names {script}, which is not there");
        try
        {
            await DuckDbSession.ExecuteAsync(connection, await File.ReadAllTextAsync(path, cancellationToken), cancellationToken);
        }
        catch (DuckDBException error)
        {
            throw new WarehouseException($"{script}: {error.Message}", error);
        }
    }
}
