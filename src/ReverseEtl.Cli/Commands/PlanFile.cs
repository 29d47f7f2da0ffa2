using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Cli.Commands;

/// <summary>
/// Saved plans in one file: a ZIP archive with <c>manifest.json</c> and the rows of each sync as <c>SYNC.parquet</c>. It holds personal data, as what it sends
/// does. Nothing in it tells when or where it was written.
/// </summary>
internal static class PlanFile
{
    private const int Version = 1;
    private const string ManifestName = "manifest.json";

    // The earliest that the format knows.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes plans whose rows lie in a folder as <c>SYNC.parquet</c>.</summary>
    public static async Task WriteAsync(string path, IReadOnlyList<SavedPlan> plans, string folder, CancellationToken cancellationToken)
    {
        // Beside its place and then moved there: whoever applies it never meets half of one.
        var unfinished = $"{path}.tmp";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await using (var archive = await ZipFile.OpenAsync(unfinished, ZipArchiveMode.Create, cancellationToken))
        {
            await using (var manifest = await AddAsync(archive, ManifestName, CompressionLevel.Optimal, cancellationToken))
                await JsonSerializer.SerializeAsync(manifest, new PlanManifest(Version, plans), PlanFileJson.Default.PlanManifest, cancellationToken);
            foreach (var plan in plans)
            {
                await using var rows = File.OpenRead(RowsOf(folder, plan.Sync));
                await using var entry = await AddAsync(archive, $"{plan.Sync}.parquet", CompressionLevel.NoCompression, cancellationToken);
                await rows.CopyToAsync(entry, cancellationToken);
            }
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads plans and puts their rows into a folder.</summary>
    /// <exception cref="ProjectException">It is no plan, or it was changed.</exception>
    public static async Task<IReadOnlyList<SavedPlan>> ReadAsync(string path, string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw Wrong(path, "there is no such file; cdp plan --out FILE writes one");
        try
        {
            await using var archive = await ZipFile.OpenReadAsync(path, cancellationToken);
            var manifest = await ReadManifestAsync(archive, cancellationToken);
            if (manifest is null)
                throw Wrong(path, "this is no plan; cdp plan --out FILE writes one");
            if (manifest.Version != Version)
                throw Wrong(path, $"the plan is of version {manifest.Version}, this program knows version {Version}; plan again");
            foreach (var plan in manifest.Plans)
            {
                var rows = RowsOf(folder, plan.Sync);
                await (archive.GetEntry($"{plan.Sync}.parquet") ?? throw Wrong(path, $"the rows of {plan.Sync} are missing; plan again"))
                    .ExtractToFileAsync(rows, overwrite: true, cancellationToken);
                await using var stream = File.OpenRead(rows);
                if (await Digest.OfAsync(stream, cancellationToken) != plan.Rows)
                    throw Wrong(path, $"the rows of {plan.Sync} are not those that were planned; plan again");
            }

            return manifest.Plans;
        }
        catch (Exception error) when (error is InvalidDataException or JsonException)
        {
            throw Wrong(path, "this is no plan, or it was damaged; plan again");
        }
    }

    /// <summary>Where the rows of a sync lie in a folder.</summary>
    public static string RowsOf(string folder, string sync) => Path.Combine(folder, $"{sync}.parquet");

    private static async Task<Stream> AddAsync(ZipArchive archive, string name, CompressionLevel level, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(name, level);
        entry.LastWriteTime = NoTime;
        return await entry.OpenAsync(cancellationToken);
    }

    private static async Task<PlanManifest?> ReadManifestAsync(ZipArchive archive, CancellationToken cancellationToken)
    {
        if (archive.GetEntry(ManifestName) is not { } entry)
            return null;
        await using var stream = await entry.OpenAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(stream, PlanFileJson.Default.PlanManifest, cancellationToken);
    }

    private static ProjectException Wrong(string path, string message) => new(new Position(path), message);
}

/// <summary>What a file of plans says of itself.</summary>
/// <param name="Version">The version of the format.</param>
/// <param name="Plans">Its plans, by sync.</param>
internal sealed record PlanManifest(int Version, IReadOnlyList<SavedPlan> Plans);

[JsonSerializable(typeof(PlanManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class PlanFileJson : JsonSerializerContext;
