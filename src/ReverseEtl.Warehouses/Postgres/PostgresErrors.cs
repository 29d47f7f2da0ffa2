using System.Security.Authentication;
using System.Text.RegularExpressions;
using Npgsql;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Warehouses.Postgres;

/// <summary>Turns PostgreSQL's errors into this project's: a wrong model with its place, or a warehouse that cannot be used.</summary>
internal static partial class PostgresErrors
{
    /// <param name="error">What the server or the driver said.</param>
    /// <param name="query">The query that it was said of; it begins on the statement's first line.</param>
    /// <param name="statement">The statement that was sent.</param>
    /// <param name="role">The role that is logged in.</param>
    public static Exception Translate(NpgsqlException error, CompiledQuery query, string statement, string? role)
    {
        if (error is not PostgresException known || !IsOfSql(known.SqlState))
            return Unusable(error);
        if (known.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            return new ProjectException(query.Root, Denied(known.MessageText, role));
        var at = known.Position > 0 ? query.Locate(LineOf(statement, known.Position)) : null;
        return new ProjectException(at ?? query.Root, $"the warehouse refuses the SQL: {Describe(known)}");
    }

    /// <summary>The same where no query is the matter.</summary>
    /// <param name="error">What the server, the driver or the network said.</param>
    /// <param name="server">The server, where it is not plain which one.</param>
    public static WarehouseException Unusable(Exception error, string? server = null)
    {
        var advice = (error as PostgresException)?.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "Correct user and password of the warehouse in cdp.config.json, or the server's pg_hba.conf",
            PostgresErrorCodes.InvalidCatalogName => "Correct the database of the warehouse in cdp.config.json",
            PostgresErrorCodes.InsufficientPrivilege => "GRANT what is missing to the role; cdp doctor --grants prints what it needs",
            PostgresErrorCodes.QueryCanceled => "Raise statementTimeout of the warehouse in cdp.config.json, or make the model cheaper",
            null when error.InnerException is AuthenticationException || error is AuthenticationException => "Name the authority of the server's certificate in rootCertificate, and the host as the certificate has it",
            null => "Check host, port and the network; a server without TLS needs sslMode: disable",
            _ => "Mend that, then try again",
        };
        return new WarehouseException($"PostgreSQL{(server is null ? "" : $" at {server}")}: {Describe(error)}. {advice}", error);
    }

    private static string Describe(Exception error) => error switch
    {
        PostgresException known => $"{known.MessageText}{(known.Hint is { } hint ? $"; {hint.TrimEnd('.')}" : "")} ({known.SqlState})",
        { InnerException: { } inner } => $"{error.Message}: {inner.Message}",
        _ => error.Message,
    };

    // What the query says and the data it meets, and that it would write; whatever else is of the server.
    private static bool IsOfSql(string state) =>
        state == PostgresErrorCodes.ReadOnlySqlTransaction || state[..2] is "42" or "22" or "0A" or "21" or "23" or "2F" or "38" or "39" or "3F" or "54" or "P0";

    private static string Denied(string message, string? role)
    {
        var to = role is null ? "the role" : PostgresDialect.Name(role);
        var advice = Permission().Match(message) is { Success: true } match
            ? match.Groups["kind"].Value switch
            {
                "schema" => $"GRANT USAGE ON SCHEMA {match.Groups["name"].Value} TO {to}",
                "function" => $"GRANT EXECUTE ON FUNCTION {match.Groups["name"].Value} TO {to}",
                "sequence" => $"GRANT SELECT ON SEQUENCE {match.Groups["name"].Value} TO {to}",
                _ => $"GRANT SELECT ON {match.Groups["name"].Value} TO {to}",
            }
            : $"GRANT what is missing to {to}";
        return $"the warehouse refuses the query: {message}. {advice}; cdp doctor --grants prints all that is needed";
    }

    private static int LineOf(string statement, int position)
    {
        // Positions count characters, and not UTF-16 words.
        var line = 1;
        foreach (var character in statement.EnumerateRunes())
        {
            if (--position <= 0)
                break;
            if (character.Value == '\n')
                line++;
        }

        return line;
    }

    [GeneratedRegex(@"^permission denied for (?<kind>\S+(?: view)?) (?<name>\S.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Permission();
}
