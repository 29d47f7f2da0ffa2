using System.Globalization;
using ReverseEtl.DuckDb;
using ReverseEtl.Warehouses.DuckDb;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// The files of a sync's history: <c>2026-11-22/RUN.parquet</c> for the runs of the latest day, <c>2026-11-21.parquet</c> for a day
/// that is over. They are only ever replaced whole, so that reading needs no lock.
/// </summary>
internal sealed class HistoryFolder(string path)
{
    public const string Extension = ".parquet";
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>The history that lies beside a folder of snapshots.</summary>
    public static HistoryFolder Beside(string snapshot, string sync) => In(Path.GetDirectoryName(Path.GetDirectoryName(snapshot)!)!, sync);

    /// <summary>A sync's history in a work folder.</summary>
    public static HistoryFolder In(string workFolder, string sync) => new(Path.Combine(workFolder, "history", sync));

    /// <summary>All days, the first first.</summary>
    public IReadOnlyList<HistoryDay> Days()
    {
        if (!Directory.Exists(path))
            return [];
        return [.. Directory.EnumerateFileSystemEntries(path)
            .Select(entry => DayOf(Path.GetFileName(entry))).OfType<DateOnly>().Distinct().Order()
            .Select(DayAt)];
    }

    /// <summary>Writes the file of a run by a query, in place of any that it wrote before.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task WriteAsync(DuckDBConnection connection, string query, string runId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(at.UtcDateTime);
        var file = Path.Combine(DayAt(today).Folder, $"{runId}{Extension}");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await CopyAsync(connection, query, file, cancellationToken);
        }
        catch (DuckDBException error)
        {
            // Not the warehouse's failure: the run stays open, and the next one writes its history and advances.
            throw new IOException($"the history {file} cannot be written: {DuckDbErrors.Sentence(error.Message)}", error);
        }

        // The run was interrupted on an earlier day, before it advanced.
        foreach (var earlier in Days().Where(day => day.Date != today && Directory.Exists(day.Folder)))
            File.Delete(Path.Combine(earlier.Folder, $"{runId}{Extension}"));
    }

    /// <summary>A query into a file that is whole or not there.</summary>
    public static async Task CopyAsync(DuckDBConnection connection, string query, string file, CancellationToken cancellationToken)
    {
        var unfinished = $"{file}.tmp";
        await DuckDbSession.ExecuteAsync(connection, $"copy ({query}) to {DuckDbDialect.Text(unfinished)} (format parquet, compression zstd, use_tmp_file false)", cancellationToken);
        using (var handle = File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite))
            RandomAccess.FlushToDisk(handle);
        File.Move(unfinished, file, overwrite: true);
    }

    private static DateOnly? DayOf(string name)
    {
        var text = name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length] : name;
        return DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }

    private HistoryDay DayAt(DateOnly day)
    {
        var name = Path.Combine(path, day.ToString(DayFormat, CultureInfo.InvariantCulture));
        return new HistoryDay(day, name, $"{name}{Extension}");
    }
}

/// <summary>A day of a sync's history.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Folder">The folder of a file for each run; gone once the day is merged.</param>
/// <param name="Merged">The file of the whole day, once it is merged.</param>
internal sealed record HistoryDay(DateOnly Date, string Folder, string Merged)
{
    /// <summary>
    /// The files to read. A merge that was interrupted leaves runs both in the day's file and in one of their own, and a clock that was
    /// put back adds runs to a day that was merged: so the day's file says which runs it has.
    /// </summary>
    public async Task<IReadOnlyList<string>> FilesAsync(DuckDBConnection connection, CancellationToken cancellationToken)
    {
        List<string> runs = Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, $"*{HistoryFolder.Extension}").Order(StringComparer.Ordinal)] : [];
        if (!File.Exists(Merged))
            return runs;
        if (runs.Count == 0)
            return [Merged];
        var merged = new HashSet<string>(StringComparer.Ordinal);
        await using var command = new DuckDBCommand($"select distinct run_id from {Read([Merged])}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            merged.Add(reader.GetString(0));
        return [Merged, .. runs.Where(run => !merged.Contains(Path.GetFileNameWithoutExtension(run)))];
    }

    /// <summary>Files as a table; columns that a file has not are NULL.</summary>
    public static string Read(IReadOnlyList<string> files) =>
        $"read_parquet([{string.Join(", ", files.Select(DuckDbDialect.Text))}], union_by_name = true)";

    /// <summary>Puts the day's runs into one file, by key: a single row is then found without reading the whole.</summary>
    public async Task MergeAsync(DuckDBConnection connection, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
            return;
        var files = await FilesAsync(connection, cancellationToken);
        if (files.Any(file => file != Merged))
            await HistoryFolder.CopyAsync(connection, $"select * from {Read(files)} order by key, \"at\", run_id, seq", Merged, cancellationToken);
        Directory.Delete(Folder, recursive: true);
    }
}
