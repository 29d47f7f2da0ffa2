using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;
using FileOptions = ReverseEtl.Connectors.Files.FileOptions;

namespace ReverseEtl.Tests.Files;

/// <summary>A project's folder with one sync to a file destination, which is opened anew for every run.</summary>
internal sealed class FileTarget(SyncMode mode, FileFormat format = FileFormat.Jsonl) : IDisposable
{
    private static readonly FileDestinationType Kind = new();

    public string Folder { get; } = Directory.CreateTempSubdirectory("cdp-file-").FullName;

    public string Path { get; init; } = "out";

    public string Name { get; set; } = "customers";

    public string Sync { get; set; } = "customers_to_files";

    public IReadOnlyList<string> Fields { get; set; } = ["name"];

    public string Root => System.IO.Path.Combine(Folder, Path);

    public string StageFile => System.IO.Path.Combine(Root, ".staging", $"{Sync}.duckdb");

    public string File => System.IO.Path.Combine(Root, Name + format switch { FileFormat.Csv => ".csv", FileFormat.Parquet => ".parquet", _ => ".jsonl" });

    public DestinationRequest Request(string runId = "") => new()
    {
        Options = new FileOptions { Type = "file", Path = Path },
        Object = new FileObject { Name = Name, Format = format },
        Sync = Sync,
        Model = "customers",
        Mode = mode,
        Key = ["key"],
        Fields = Fields,
        ProjectFolder = Folder,
        RunId = runId,
    };

    public IEnumerable<string> Problems() => Kind.Check(Request());

    public IDestination Open(string runId = "run-1") => Kind.Open(Request(runId));

    /// <summary>One whole run, as the runner makes it.</summary>
    public async Task RunAsync(string runId, params ChangeBatch[] batches)
    {
        await using var destination = Open(runId);
        await destination.CheckAsync(Stop);
        await SendAsync(destination, batches);
        await destination.CompleteAsync(Stop);
    }

    /// <summary>A run that dies before it completes.</summary>
    public async Task CrashAsync(string runId, params ChangeBatch[] batches)
    {
        await using var destination = Open(runId);
        await destination.CheckAsync(Stop);
        await SendAsync(destination, batches);
    }

    public static async Task SendAsync(IDestination destination, params ChangeBatch[] batches)
    {
        foreach (var batch in batches)
        {
            using (batch)
            {
                var report = await destination.DeliverAsync(batch, Stop);
                Assert.Equal(batch.Count, report.Count);
                Assert.True(report.AllAccepted);
            }
        }
    }

    public string Read() => System.IO.File.ReadAllText(File);

    /// <summary>Published files from the destination's folder, without staging.</summary>
    public string[] Files() =>
    [
        .. Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.StartsWith(".staging", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A query's rows, values joined by | and NULL as NULL.</summary>
    public static string[] Query(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = new DuckDBCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : reader.GetString(i))));
        return [.. rows];
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
