using System.Globalization;
using Npgsql;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Shaping;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>One table. Values are brought to its columns' types, which are only known once connected.</summary>
internal sealed class PostgresDestination(PostgresOptions options, PostgresObject @object, ObjectSpec spec, DestinationRequest request) : IDestination
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(options.Connection(request.ProjectFolder));
    private IReadOnlyList<PostgresColumn>? _columns;

    public DestinationDescriptor Descriptor { get; } = spec.Describe(request);

    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            var catalog = await PostgresCatalog.ReadAsync(connection, @object, cancellationToken);
            if (catalog.Problems(@object, request).ToList() is { Count: > 0 } problems)
                throw new DestinationException(string.Join("; ", problems)) { IsUnreachable = false };
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.Unusable(error);
        }
    }

    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var connected = false;
        using var eventId = EventIds(batch);
        var named = eventId is null ? batch : batch.With([.. batch.Fields, eventId], batch.Identifiers);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            connected = true;
            if ((_columns ??= await ColumnsAsync(connection, named, cancellationToken)) is not { } columns)
                return DeliveryReport.All(batch, RowOutcome.Accepted);
            var shapes = spec with { Fields = [.. columns.Select(column => new FieldSpec(column.Name, "") { Rule = column })] };
            var table = new PostgresTable(connection, new PostgresSql(@object, request, columns), options.LockTimeout, Descriptor);
            return await ShapedDestination.Wrap(table, shapes, request).DeliverAsync(named, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            return PostgresErrors.Report(batch, error, connected);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>The table's columns, after it was made if need be; null where it is yet to be made and the batch has no rows for it.</summary>
    private async Task<IReadOnlyList<PostgresColumn>?> ColumnsAsync(NpgsqlConnection connection, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var catalog = await PostgresCatalog.ReadAsync(connection, @object, cancellationToken);
        if (catalog.Columns is not null || !@object.Create)
            return catalog.Columns ?? [];
        if (batch.Operation is Operation.Remove or Operation.Update)
            return null;
        // After a change of the mapping a batch may have some fields only; the table would lack the others for good.
        if (request.Fields.Except(batch.Fields.Select(field => field.Name)).Any())
            throw new DestinationException($"the table {PostgresSql.Table(@object)} is gone: run the sync with --full, which makes it anew") { IsUnreachable = false };
        await PostgresSql.RunAsync(connection, [PostgresSql.Create(@object, request, batch.Fields)], cancellationToken);
        return (await PostgresCatalog.ReadAsync(connection, @object, cancellationToken)).Columns;
    }

    private FieldColumn? EventIds(ChangeBatch batch)
    {
        if (@object.EventId is null)
            return null;
        using var ids = new FieldColumnBuilder(@object.EventId, FieldType.Text);
        foreach (var number in batch.Seq)
            ids.AppendText(string.Create(CultureInfo.InvariantCulture, $"{batch.Id}-{number}"));
        return ids.Build();
    }
}
