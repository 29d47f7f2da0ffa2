namespace ReverseEtl.DuckDb;

/// <summary>Where the C API gives a message only (open, prepare, append), its type is the words in front of " Error: ".</summary>
internal static class ErrorTypes
{
    internal static DuckDBErrorType Of(string message) => message.IndexOf(" Error: ", StringComparison.Ordinal) is > 0 and var end
        ? message[..end] switch
        {
            "TransactionContext" => DuckDBErrorType.Transaction,
            "Extension Autoloading" => DuckDBErrorType.Autoload,
            var words when Enum.TryParse<DuckDBErrorType>(words.Replace(" ", "", StringComparison.Ordinal), ignoreCase: true, out var type) => type,
            _ => DuckDBErrorType.Invalid,
        }
        : DuckDBErrorType.Invalid;
}
