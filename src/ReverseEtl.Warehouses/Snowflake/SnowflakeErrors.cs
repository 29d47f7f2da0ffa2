using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Turns Snowflake's errors into this project's: a wrong model with its place, or a warehouse that cannot be used.</summary>
internal static partial class SnowflakeErrors
{
    /// <summary>What an answer other than a result says.</summary>
    public static SnowflakeException Of(HttpStatusCode status, StatementAnswer answer, Redactor redactor, string host)
    {
        var said = answer.Message is { Length: > 0 } message ? redactor.Clean(message) : $"{host} answered {(int)status} {status}";
        var place = Place().Match(answer.Message ?? "");
        return new SnowflakeException(said)
        {
            Code = answer.Code,
            State = answer.SqlState,
            QueryId = answer.StatementHandle,
            Line = place.Success ? Number(place.Groups[1]) : null,
            Position = place.Success ? Number(place.Groups[2]) : null,
            Transient = status is HttpStatusCode.InternalServerError,
        };
    }

    /// <param name="error">What Snowflake said.</param>
    /// <param name="query">The query that it was said of; it begins on the statement's first line.</param>
    public static Exception Translate(SnowflakeException error, CompiledQuery query)
    {
        if (!IsOfSql(error))
            return Unusable(error);
        var at = error.Line is { } line && query.Locate(line) is { } place ? place with { Column = error.Position!.Value + 1 } : query.Root;
        return new ProjectException(at, $"the warehouse refuses the SQL: {Sentence(error)}");
    }

    /// <summary>The same where no query is the matter.</summary>
    public static WarehouseException Unusable(SnowflakeException error)
    {
        var advice = error.Code switch
        {
            null => "Check account, baseUrl and the network",
            _ when error.Code.StartsWith("390", StringComparison.Ordinal) => "Correct account, user and credentials of the warehouse in cdp.config.json, and see that the user has the key or token in Snowflake",
            Codes.NoWarehouse or Codes.NoSuchObject => "Correct warehouse, role, database and schema in cdp.config.json; they are written as SHOW lists them, in upper case as a rule",
            Codes.TimedOut => "Raise statementTimeout of the warehouse in cdp.config.json, or make the model cheaper",
            _ => "Mend that, then try again",
        };
        return new WarehouseException($"Snowflake: {Sentence(error)}. {advice}", error);
    }

    /// <summary>True where what was refused is the text of a statement, before it ran.</summary>
    public static bool IsOfText(SnowflakeException error) => error.Message.StartsWith("SQL compilation error", StringComparison.Ordinal);

    /// <summary>True where a table, or the schema that it would be in, is not there, or not for this role.</summary>
    public static bool IsMissing(SnowflakeException error) => error.Code is Codes.NoSuchTable or Codes.NoSuchObject;

    /// <summary>True where the role lacks a privilege.</summary>
    public static bool IsRefused(SnowflakeException error) => error.Code is Codes.NoPrivilege;

    /// <summary>The message on one line, with Snowflake's code and the query's id.</summary>
    public static string Sentence(SnowflakeException error)
    {
        var text = error.Message.TrimEnd('.');
        var code = error.Code is { } given ? $" ({given})" : "";
        return error.QueryId is { } id ? $"{text}{code}, query {id}" : $"{text}{code}";
    }

    // What the query says and the data it meets; whatever else is of the account.
    private static bool IsOfSql(SnowflakeException error) =>
        error.Code is not (null or Codes.NoWarehouse or Codes.NoSuchObject or Codes.TimedOut) && error.SqlState is { Length: 5 } state
        && state[..2] is "42" or "22" or "0A" or "21" or "23" or "P0" or "02";

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"line (\d+),? (?:at )?position (-?\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    private static class Codes
    {
        public const string NoWarehouse = "000606";
        public const string NoSuchObject = "002043";
        public const string NoSuchTable = "002003";
        public const string NoPrivilege = "003001";
        public const string TimedOut = "000630";
    }
}
