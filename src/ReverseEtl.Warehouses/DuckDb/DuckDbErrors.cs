using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Warehouses.DuckDb;

/// <summary>Turns DuckDB's errors into this project's: a wrong model with its place, or a warehouse that cannot be used.</summary>
internal static partial class DuckDbErrors
{
    /// <param name="error">What DuckDB said.</param>
    /// <param name="query">The query that it was said of; it begins on the statement's first line.</param>
    public static Exception Translate(DuckDBException error, CompiledQuery query)
    {
        if (IsOfStorage(error))
            return new WarehouseException(FirstLine(error.Message), error);
        var match = Line().Match(error.Message);
        var at = match.Success
            ? query.Locate(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            : null;
        return new ProjectException(at ?? query.Root, $"the warehouse refuses the SQL: {Sentence(error.Message)}");
    }

    /// <summary>True where files or memory are the matter, and not the SQL. A full disk shows as a transaction that fails to commit.</summary>
    public static bool IsOfStorage(DuckDBException error) =>
        error.ErrorType is DuckDBErrorType.IO or DuckDBErrorType.OutOfMemory or DuckDBErrorType.Transaction or DuckDBErrorType.Fatal or DuckDBErrorType.Internal;

    /// <summary>The message without the excerpt of the statement, which people have before them already.</summary>
    public static string Sentence(string message)
    {
        var excerpt = Line().Match(message);
        var text = excerpt.Success ? message[..excerpt.Index] : message;
        return string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    private static string FirstLine(string message) => message.Split('\n')[0];

    [GeneratedRegex(@"^LINE (\d+):", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Line();
}
