using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>Tables of an operational PostgreSQL database, version 13 and later.</summary>
public sealed class PostgresDestinationType()
    : DestinationType<PostgresOptions, PostgresObject>("postgres", "Tables in a PostgreSQL database: rows kept up to date, or events.")
{
    // One transaction: large enough that the round trips do not count, small enough that its locks are short.
    private const int BatchRows = 10_000;
    private const int BatchBytes = 16 * 1024 * 1024;

    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } =
        [Spec(new PostgresObject { Table = "customers", Id = ["customer_id"] }), Spec(new PostgresObject { Table = "events" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(PostgresOptions? options, PostgresObject @object) => Spec(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(PostgresOptions options, PostgresObject @object, DestinationRequest request)
    {
        if (options.ConnectionString is null && (options.Host is null || options.Database is null || options.User is null))
            yield return "say where the database is: host, database and user, or connectionString";
        else if (!IsReadable(options))
            yield return "the connection cannot be read: check sslMode and connectionString, which is Host=...;Database=...;Username=...;Password=...";
        if (options.RootCertificate is { } pem && !File.Exists(Path.Combine(request.ProjectFolder, pem)))
            yield return $"rootCertificate: there is no file {pem} (from the project's folder)";
        if (options.ConnectTimeout <= TimeSpan.Zero || options.Timeout <= TimeSpan.Zero || options.LockTimeout <= TimeSpan.Zero)
            yield return "connectTimeout, timeout and lockTimeout must be above zero";
        if (@object.Id.Count == 0 && request.Mode is not SyncMode.Append)
            yield return "object.id is missing: name the columns of the table that rows are told apart by";
        if (@object.Id.Count > 0 && (request.Mode is SyncMode.Append || @object.EventId is not null))
            yield return "object.id is for rows and not for events: leave it out for mode append, or use mode insert, which sends a row once by its id";
        if (@object.EventId is { } filled && request.Fields.Contains(filled))
            yield return $"{filled} is filled by the connector (object.event_id): take it off the map";
        if (PostgresSql.Archives(request) && request.Fields.Contains(@object.ArchivedAt))
            yield return $"{@object.ArchivedAt} is filled by the connector (on_removed: archive): take it off the map, or name another column in object.archived_at";
    }

    /// <inheritdoc/>
    protected override IDestination Open(PostgresOptions options, PostgresObject @object, DestinationRequest request) =>
        new PostgresDestination(options, @object, Spec(@object), request);

    private static ObjectSpec Spec(PostgresObject @object)
    {
        var isEvents = @object.Id.Count == 0;
        return new ObjectSpec
        {
            Name = isEvents ? "events" : "rows",
            Summary = isEvents ? "A table that rows are only added to." : "A table whose rows are found by their id columns.",
            Example = isEvents ? "{ table: events, event_id: cdp_id, create: true }" : "{ schema: public, table: customers, id: [customer_id], create: true }",
            Modes = isEvents ? [SyncMode.Append] : [SyncMode.Upsert, SyncMode.Update, SyncMode.Insert, SyncMode.Mirror, SyncMode.Delete],
            Removals = [Removal.Delete, Removal.Clear, Removal.Archive],
            Fields = [.. @object.Id.Select(name => new FieldSpec(name, "a column of object.id") { Required = true, Identifies = true })],
            OtherFields = true,
            MaxBatchRows = BatchRows,
            MaxBatchBytes = BatchBytes,
            UnsafeToRepeat = isEvents && @object.EventId is null ? [SyncMode.Append] : [],
            PartialUpdates = true,
            Reports = Reporting.PerRequest,
        };
    }

    private static bool IsReadable(PostgresOptions options)
    {
        try
        {
            return options.Connection("").Host is { Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
