using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Core.Dbt;

/// <summary>Reads the manifest that a project names.</summary>
internal static class DbtManifestReader
{
    private const string Schema = "/manifest/v12.json";
    private static readonly Position At = new(ProjectLoader.ConfigFile, Path: "dbt.manifest");

    /// <summary>What the manifest has; nothing where it cannot be used, which is a problem.</summary>
    public static IRelations Read(DbtOptions? options, IProjectFiles files, TimeProvider time, List<Problem> problems)
    {
        if (options is null)
            return NoRelations.Instance;
        var manifest = Parse(options, files, out var problem);
        problem ??= manifest is null ? null : Check(manifest, options, time);
        if (problem is not null)
            problems.Add(new Problem(At, problem));
        return manifest is null ? NoRelations.Instance : new DbtRelations(manifest, options.Manifest, files.Read);
    }

    private static DbtManifest? Parse(DbtOptions options, IProjectFiles files, out string? problem)
    {
        problem = null;
        if (files.Read(options.Manifest) is not { } text)
        {
            problem = $"there is no {options.Manifest}; run dbt build (or dbt parse) in the dbt project, or correct the path";
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize(text, DbtJson.Default.DbtManifest) is { Metadata.SchemaVersion: not null } manifest)
                return manifest;
            problem = $"{options.Manifest} is no manifest of dbt; it is the file manifest.json in dbt's folder target";
        }
        catch (JsonException error)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"{options.Manifest} is no JSON (line {error.LineNumber + 1}): it may have been cut short; run dbt parse");
        }

        return null;
    }

    private static string? Check(DbtManifest manifest, DbtOptions options, TimeProvider time)
    {
        var version = manifest.Metadata!.SchemaVersion!;
        if (!version.EndsWith(Schema, StringComparison.Ordinal))
            return $"{options.Manifest} is written in {version[(version.LastIndexOf('/') + 1)..]}, and only v12 is read, which dbt writes since 1.8; run dbt parse with such a version";
        if (options.MaxAge is { } most && manifest.Metadata.GeneratedAt is { } made && time.GetUtcNow() - made > most)
            return string.Create(CultureInfo.InvariantCulture, $"{options.Manifest} is stale: dbt wrote it at {made.UtcDateTime:u}, and maxAge allows {most.TotalHours:0.#} hours; run dbt build (or dbt parse)");
        return null;
    }
}
