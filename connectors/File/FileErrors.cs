using ReverseEtl.Core.Delivery;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Connectors.Files;

/// <summary>Turns what the file system and DuckDB say into what a user can act on.</summary>
internal static class FileErrors
{
    private const int LinuxNoSpace = 28;
    private const int WindowsHandleDiskFull = 39;
    private const int WindowsDiskFull = 112;

    // The file system's words for a set-up that no later try mends; DuckDB passes them on as text only.
    private static readonly string[] SetUp =
    [
        "Permission denied", "Operation not permitted", "Read-only file system", "Not a directory", "Is a directory", "already exists",
    ];

    /// <summary>The error to throw, or null where the exception is no matter of files.</summary>
    /// <param name="error">What was caught.</param>
    /// <param name="path">What was worked on.</param>
    public static DestinationException? Explain(Exception error, string path)
    {
        if (!IsOfFiles(error))
            return null;
        if (IsDiskFull(error))
            return new DestinationException($"there is no space left to write {path}; free some and run again: what was delivered is kept", error);
        if (error.Message.Contains("Could not set lock", StringComparison.Ordinal))
            return new DestinationException($"another process has {path} open; wait for it to end, then run again", error);
        if (error.Message.Contains("not a valid DuckDB database", StringComparison.Ordinal))
            return new DestinationException($"{path} is damaged: {error.Message} {StartOver(path)}", error) { IsUnreachable = false };
        if (IsSetUp(error))
        {
            var hint = "Give the user that runs cdp the right to write there, or change the destination's path";
            return new DestinationException($"cannot write {path}: {error.Message} {hint}", error) { IsUnreachable = false };
        }

        return new DestinationException($"cannot write {path}: {error.Message} Run again when this is mended: what was delivered is kept", error);
    }

    /// <summary>How to begin anew with a staging file that is lost.</summary>
    public static string StartOver(string stageFile) =>
        $"Move it and the published file away, then run `cdp run {Path.GetFileNameWithoutExtension(stageFile)} --full`, which sends every row again";

    private static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException || error is DuckDBException
    {
        ErrorType: DuckDBErrorType.IO or DuckDBErrorType.Permission or DuckDBErrorType.OutOfMemory or DuckDBErrorType.Fatal
            or DuckDBErrorType.Transaction or DuckDBErrorType.Serialization,
    };

    private static bool IsSetUp(Exception error) => error is UnauthorizedAccessException or DirectoryNotFoundException or PathTooLongException
        || SetUp.Any(text => error.Message.Contains(text, StringComparison.Ordinal));

    private static bool IsDiskFull(Exception error) =>
        (error is IOException && (error.HResult & 0xFFFF) is LinuxNoSpace or WindowsHandleDiskFull or WindowsDiskFull)
        || error.Message.Contains("No space left", StringComparison.Ordinal)
        || error.Message.Contains("max_temp_directory_size", StringComparison.Ordinal);
}
