using System.ComponentModel;

namespace ReverseEtl.Connectors.Files;

/// <summary>The <c>object</c> of a sync to a <c>file</c> destination.</summary>
public sealed record FileObject
{
    [Description("The file's name without its extension (mode append: the folder's name). May have folders: crm/customers.")]
    public required string Name { get; init; }

    [Description("jsonl, csv or parquet; jsonl unless given.")]
    public FileFormat Format { get; init; } = FileFormat.Jsonl;
}

/// <summary>How rows are written.</summary>
public enum FileFormat
{
    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>RFC 4180, with a header.</summary>
    Csv,

    /// <summary>Apache Parquet.</summary>
    Parquet,
}
