using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>Where a sync's files are.</summary>
internal sealed class FileLayout(FileOptions options, FileObject @object, DestinationRequest request)
{
    /// <summary>The destination's folder.</summary>
    public string Root { get; } = Path.GetFullPath(Path.Combine(request.ProjectFolder, options.Path));

    /// <summary>The folder of the syncs' staging files: beside what they publish, so that one backup or one move takes both.</summary>
    public string Staging => Path.Combine(Root, ".staging");

    /// <summary>The sync's staging file.</summary>
    public string StageFile => Path.Combine(Staging, $"{request.Sync}.duckdb");

    /// <summary>How rows are written.</summary>
    public FileFormat Format => @object.Format;

    /// <summary>The one file of a sync that keeps state, from <see cref="Root"/>.</summary>
    public string StateFile => @object.Name + Extension;

    private string Extension => @object.Format switch
    {
        FileFormat.Csv => ".csv",
        FileFormat.Parquet => ".parquet",
        _ => ".jsonl",
    };

    /// <summary>The file of a run's events, from <see cref="Root"/>.</summary>
    /// <param name="number">1, or more where the run needs another file.</param>
    public string EventFile(int number)
    {
        var name = FileName.Of(request.RunId);
        return $"{@object.Name}/{name}{(number == 1 ? "" : $"-{number}")}{Extension}";
    }

    /// <summary>The full path of a published file.</summary>
    public string Full(string file) => Path.Combine(Root, file);
}
