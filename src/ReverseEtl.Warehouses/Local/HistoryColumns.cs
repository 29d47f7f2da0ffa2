using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Local;

/// <summary>What the columns of a history's files have in common.</summary>
internal static class HistoryColumns
{
    /// <summary>Before the names of the model's columns, so that they are not taken for the history's own.</summary>
    public const string Prefix = "c_";

    /// <summary>A kind of change in words.</summary>
    public static string Kind(string column) =>
        $"case {column} {string.Join(' ', Enum.GetValues<ChangeKind>().Select(kind => $"when {(int)kind} then '{kind.ToString().ToLowerInvariant()}'"))} end";
}
