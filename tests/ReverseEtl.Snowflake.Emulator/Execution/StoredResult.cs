using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>A result on disk, cut into partitions: the first as JSON, the others gzipped. However large it is, little of it is in memory.</summary>
internal sealed class StoredResult
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder;

    private StoredResult(string folder, IReadOnlyList<WireColumn> columns) => (_folder, Columns) = (folder, columns);

    public IReadOnlyList<WireColumn> Columns { get; }

    /// <summary>Rows and bytes of each partition; one at least.</summary>
    public List<(long Rows, long Bytes, long Zipped)> Partitions { get; } = [];

    /// <summary>Rows that a statement inserted, updated and deleted; null where it is a query.</summary>
    public (long Inserted, long Updated, long Deleted)? Changed { get; init; }

    public static StoredResult OfRow(string folder, IReadOnlyList<WireColumn> columns, IReadOnlyList<string?> row, (long Inserted, long Updated, long Deleted)? changed = null) =>
        Write(folder, columns, [row], int.MaxValue, changed);

    public static StoredResult Write(string folder, IReadOnlyList<WireColumn> columns, IEnumerable<IReadOnlyList<string?>> rows, int rowsPerPartition, (long, long, long)? changed = null)
    {
        var result = new StoredResult(folder, columns) { Changed = changed };
        using var all = rows.GetEnumerator();
        var more = all.MoveNext();
        do
            more = result.WritePartition(all, more, rowsPerPartition);
        while (more);
        return result;
    }

    /// <summary>A partition's bytes: <c>[[...]]</c> for the first, gzipped <c>{"data":[[...]]}</c> for others.</summary>
    public Stream Open(int partition) => File.OpenRead(PathOf(partition));

    private bool WritePartition(IEnumerator<IReadOnlyList<string?>> rows, bool more, int most)
    {
        var index = Partitions.Count;
        long count = 0, bytes = 0;
        using (var file = File.Create(PathOf(index)))
        using (var zipped = index == 0 ? (Stream)file : new GZipStream(file, CompressionLevel.Fastest))
        using (var json = new Utf8JsonWriter(zipped, Relaxed))
        {
            if (index > 0)
            {
                json.WriteStartObject();
                json.WritePropertyName("data");
            }

            json.WriteStartArray();
            for (; more && count < most; count++, more = rows.MoveNext())
            {
                json.WriteStartArray();
                foreach (var cell in rows.Current)
                    json.WriteStringValue(cell);
                json.WriteEndArray();
                if (json.BytesPending > 64 * 1024)
                    json.Flush();
            }

            json.WriteEndArray();
            if (index > 0)
                json.WriteEndObject();
            json.Flush();
            bytes = json.BytesCommitted;
        }

        Partitions.Add((count, bytes, new FileInfo(PathOf(index)).Length));
        return more;
    }

    private string PathOf(int partition) => Path.Combine(_folder, $"{partition}");
}
