using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Files;

/// <summary>Files in a folder: the current state of a model in one file, or one file of events a run.</summary>
public sealed class FileDestinationType() : DestinationType<FileOptions, FileObject>("file", "JSON Lines, CSV or Parquet files in a folder")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [FileDestination.Spec];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(FileOptions? options, FileObject @object) => FileDestination.Spec;

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(FileOptions options, FileObject @object, DestinationRequest request)
    {
        if (string.IsNullOrWhiteSpace(options.Path))
            yield return "the destination's \"path\" is empty; name a folder, such as out";
        if (FileName.Problem(@object.Name) is { } problem)
            yield return problem;
        if (@object.Format is not FileFormat.Jsonl && TwinsOf(request.Fields) is { } twins)
        {
            yield return $"the fields {twins} differ in case only, which columns of a {Lower(@object.Format)} file cannot; "
                + "rename one, or use format: jsonl";
        }

        if (@object.Format is not FileFormat.Jsonl && request.Fields.Contains(""))
            yield return $"a column of a {Lower(@object.Format)} file needs a name; name every field, or use format: jsonl";
    }

    /// <inheritdoc/>
    protected override IDestination Open(FileOptions options, FileObject @object, DestinationRequest request) =>
        new FileDestination(new FileLayout(options, @object, request), request);

    private static string? TwinsOf(IEnumerable<string> fields) => fields
        .GroupBy(field => field, StringComparer.OrdinalIgnoreCase)
        .Where(group => group.Count() > 1)
        .Select(group => string.Join(" and ", group))
        .FirstOrDefault();

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
