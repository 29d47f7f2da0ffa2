using System.Text.RegularExpressions;
using ReverseEtl.DuckDb;

namespace ReverseEtl.Snowflake.Emulator.Execution;

/// <summary>DuckDB's errors as Snowflake's, with the place in the statement that was submitted.</summary>
internal static partial class DuckDbErrors
{
    public static async Task<EmulatedError> OfAsync(DuckDBException error, string sql, Translator translator)
    {
        var said = WireNames.Decode(error.Message);
        if (Column().Match(said) is { Success: true } column)
        {
            var name = column.Groups[1].Value;
            var place = await translator.LocateAsync(sql, name, CancellationToken.None);
            return EmulatedError.Compilation($" error line {place.Line ?? 1} at position {place.Position ?? 0}\ninvalid identifier '{name}'", "000904");
        }

        if (Table().Match(said) is { Success: true } table)
            return EmulatedError.Compilation($"\nObject '{table.Groups[1].Value}' does not exist or not authorized.", "002003", "42S02");
        if (Function().Match(said) is { Success: true } function)
            return EmulatedError.Compilation($"\nUnknown function {function.Groups[1].Value.ToUpperInvariant()}", "002140", "42601");
        var line = said.Split('\n')[0];
        return error.ErrorType switch
        {
            DuckDBErrorType.Interrupt => EmulatedError.Cancelled,
            DuckDBErrorType.Catalog when said.Contains("already exists", StringComparison.Ordinal) => EmulatedError.Compilation($"\nObject already exists: {line}", "002002", "42710"),
            DuckDBErrorType.Conversion => new EmulatedError("100038", "22018", line),
            DuckDBErrorType.OutOfRange => new EmulatedError("100046", "22003", line),
            DuckDBErrorType.Constraint => new EmulatedError("100072", "22000", line),
            DuckDBErrorType.Binder or DuckDBErrorType.Parser or DuckDBErrorType.Catalog => EmulatedError.Compilation($"\n{line}"),
            _ => new EmulatedError("000603", "XX000", line),
        };
    }

    [GeneratedRegex("(?:Referenced (?:column|table) |does not have a column named )\"(.+?)\"")]
    private static partial Regex Column();

    [GeneratedRegex("Table with name (.+?) does not exist|(?:schema|Schema with name) (.+?) does not exist")]
    private static partial Regex Table();

    [GeneratedRegex("Function with name (.+?) does not exist")]
    private static partial Regex Function();
}
