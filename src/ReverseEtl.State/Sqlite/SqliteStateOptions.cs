using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.State.Sqlite;

/// <summary>The control store in a SQLite file: for one machine.</summary>
public sealed record SqliteStateOptions : StateOptions
{
    /// <summary>The value of <c>type</c>.</summary>
    public const string TypeName = "sqlite";

    [Description("The file, from the project's folder; an environment has its own, in a folder of its name beside it.")]
    public string Path { get; init; } = ".cdp/control.db";
}
