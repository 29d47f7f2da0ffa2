using System.Security.Authentication;
using Npgsql;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

/// <summary>What an error means, by its SQLSTATE.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// True where the same may succeed in a moment: the connection was lost or refused, the server restarts or has no connection left,
    /// two transactions were in each other's way.
    /// </summary>
    public static bool IsPassing(NpgsqlException error) => error is PostgresException known
        ? known.SqlState is "53300" or "25P03" or "25P04" or "57P01" or "57P02" or "57P03" or "57P05" || known.SqlState[..2] is "08" or "40"
        : error.InnerException is not AuthenticationException;

    /// <summary>What, where, and what to do.</summary>
    public static ControlStoreException Explain(string place, NpgsqlException error)
    {
        var state = (error as PostgresException)?.SqlState ?? "";
        var advice = state switch
        {
            "" when error.InnerException is AuthenticationException =>
                "the server's certificate was refused. Name its authority in state.rootCertificate, and the host as the certificate has it",
            "" => "the server cannot be reached. Check state.host, state.port and the network; a server without TLS needs sslMode: disable",
            "28P01" or "28000" => "the server does not let the role in. Correct state.user and state.password, or the server's pg_hba.conf",
            "3D000" => "there is no such database. Correct state.database, or create it",
            "42501" => "the role lacks a right. docs/projects.md has the statements that grant what is needed",
            "25006" => "this server takes no writes. Name the primary in state.host",
            "55P03" => "another session has kept a row locked for too long. End that session, then try again",
            "57014" => "the server ended the statement. Raise statement_timeout for the role",
            "53100" => "the server's disk is full. Free some space, then try again; the interrupted run is resumed",
            "42P01" or "42703" or "3F000" => "a table was changed or dropped by somebody else. Restore the schema from a backup",
            _ when IsPassing(error) => "the server had no place or no time for it, several times. Try again",
            _ => "PostgreSQL refused the statement. If the server is in order this is a bug; please report it with this message",
        };
        return new ControlStoreException($"control store {place}: {advice} ({Describe(error)}).", error);
    }

    private static string Describe(NpgsqlException error) => error is PostgresException known ? $"{known.MessageText}, {known.SqlState}"
        : error.InnerException is { } inner ? $"{error.Message}: {inner.Message}" : error.Message;
}
