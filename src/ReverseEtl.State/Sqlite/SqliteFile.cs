using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Core.State;
using static SQLitePCL.raw;

namespace ReverseEtl.State.Sqlite;

/// <summary>Opens the file, and says in words what is wrong with it.</summary>
internal static class SqliteFile
{
    private const int BusySeconds = 30;

    /// <summary>SQLITE_FCNTL_HAS_MOVED, which the .NET binding has no name for.</summary>
    private const int HasMoved = 20;

    /// <summary>WAL: readers and the writer do not stop each other. FULL: a commit is on disk before it returns.</summary>
    private static readonly string Settings = $"""
        pragma busy_timeout = {BusySeconds * 1000};
        pragma journal_mode = wal;
        pragma synchronous = full;
        """;

    /// <summary>A connection to a file of this program's schema version; folder, file and tables are created as needed.</summary>
    public static SqliteConnection Open(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // No pool: closing must let go of the file.
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = BusySeconds,
            }.ConnectionString);
            connection.Open();
            connection.Execute(Settings);
            Schema.Migrate(connection, path);
            return connection;
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            throw exception switch
            {
                SqliteException sqlite => Explain(path, sqlite),
                IOException or UnauthorizedAccessException => new ControlStoreException(
                    $"control store {path}: its folder cannot be created ({exception.Message}). Check state.path.", exception),
                _ => exception,
            };
        }
    }

    /// <summary>
    /// Refuses to write to a file that no longer is where it was: the system would let the writes succeed, and nobody would find them.
    /// </summary>
    public static void RefuseMoved(SqliteConnection connection, string path)
    {
        // Where an open file cannot be moved SQLite does not know the question.
        if (FileControl(connection.Handle!.DangerousGetHandle(), 0, HasMoved, out var moved) == SQLITE_OK && moved != 0)
            throw new ControlStoreException(
                $"control store {path}: the file was moved, replaced or deleted while it was in use; nothing more is written or sent. "
                + "Put it back, then try again; without it the next run knows nothing of what this one has sent.");
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    private static extern int FileControl(nint connection, nint database, int operation, out int answer);

    /// <summary>What, where, and what to do.</summary>
    public static ControlStoreException Explain(string path, SqliteException exception)
    {
        var advice = exception.SqliteErrorCode switch
        {
            SQLITE_CORRUPT or SQLITE_NOTADB =>
                "the file is damaged or is not a control store. Restore it from a backup; or move it and its -wal and -shm files "
                + "away to start anew, without history and without the memory of an interrupted run",
            SQLITE_BUSY or SQLITE_LOCKED =>
                $"another process has kept it locked for more than {BusySeconds} seconds. End that process, then try again",
            SQLITE_FULL => "the disk is full. Free some space, then try again; the interrupted run is resumed",
            SQLITE_CANTOPEN or SQLITE_READONLY or SQLITE_PERM =>
                "the file cannot be opened for writing. Check state.path, and the rights on the file and its folder",
            SQLITE_IOERR => "the disk failed. Check the disk, then try again; the interrupted run is resumed",
            _ => "SQLite refused the command. This is a bug; please report it with this message",
        };
        return new ControlStoreException($"control store {path}: {advice} ({exception.Message}).", exception);
    }
}
