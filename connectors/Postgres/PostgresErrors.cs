using System.Security.Authentication;
using Npgsql;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>What an error means, by its SQLSTATE.</summary>
internal static class PostgresErrors
{
    /// <summary>What became of a batch whose transaction was not committed.</summary>
    /// <exception cref="DestinationException">No other batch can fare better.</exception>
    public static DeliveryReport Report(ChangeBatch batch, NpgsqlException error, bool connected) => error switch
    {
        PostgresException known when IsOfRow(known.SqlState) => DeliveryReport.BatchRejected(batch, known.SqlState, Describe(known)),
        PostgresException known when !IsPassing(known.SqlState) => throw Unusable(error),
        PostgresException known => DeliveryReport.All(batch, RowOutcome.Retry(known.SqlState, Describe(known))),
        { InnerException: AuthenticationException } => throw Unusable(error),
        _ => DeliveryReport.All(batch, RowOutcome.Retry(
            !connected ? OutcomeCodes.Unreachable : error.InnerException is TimeoutException ? OutcomeCodes.TimedOut : OutcomeCodes.ConnectionLost, Describe(error))),
    };

    /// <summary>The same where nothing more can be done.</summary>
    public static DestinationException Unusable(NpgsqlException error)
    {
        var state = (error as PostgresException)?.SqlState ?? "";
        var advice = state switch
        {
            "28P01" or "28000" => "Correct user and password in cdp.config.json, or the server's pg_hba.conf",
            "3D000" => "Correct the database in cdp.config.json",
            "3F000" or "42P01" => "Correct object.schema and object.table, or set create: true",
            "42703" => "Add the column to the table, or take it off the map",
            "42501" => "GRANT what is missing to the role",
            "25006" => "Name the primary as host: this server takes no writes",
            "" when error.InnerException is AuthenticationException => "Name the authority of the server's certificate in rootCertificate, and the host as the certificate has it",
            "" => "Check host, port and the network; a server without TLS needs sslMode: disable",
            _ => "Mend that, then run the sync again",
        };
        return new DestinationException($"PostgreSQL: {Describe(error)}. {advice}", error)
        {
            IsUnreachable = state is "25006" || (state.Length == 0 ? error.InnerException is not AuthenticationException : IsPassing(state)),
        };
    }

    /// <summary>What the server says, with the place. Values stand in it only where the server itself quotes one.</summary>
    public static string Describe(NpgsqlException error)
    {
        if (error is not PostgresException known)
            return error.InnerException is { } inner ? $"{error.Message}: {inner.Message}" : error.Message;
        string?[] place = [known.SqlState, known.ColumnName, known.ConstraintName, known.Where?.Split('\n')[^1].Split(':')[0]];
        return $"{known.MessageText} ({string.Join(", ", place.Where(word => !string.IsNullOrEmpty(word)))})";
    }

    // Data, constraints, a view's condition, what a trigger raises, a value too large for an index.
    private static bool IsOfRow(string state) => state is "44000" or "54000" || state[..2] is "22" or "23" or "P0";

    // Connections, deadlocks and lost races, resources, somebody's intervention, locks, the operating system.
    private static bool IsPassing(string state) => state is "55P03" or "25P03" or "25P04" || state[..2] is "08" or "40" or "53" or "57" or "58";
}
