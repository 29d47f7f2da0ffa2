using System.Buffers;
using Npgsql;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;

namespace ReverseEtl.Connectors.Postgres;

/// <summary>Brings a batch of texts into the table: one transaction, so that all of its rows arrive or none.</summary>
internal sealed class PostgresTable(NpgsqlConnection connection, PostgresSql sql, TimeSpan lockTimeout, DestinationDescriptor descriptor) : IDestination
{
    private const int ChunkBytes = 64 * 1024;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\\\n\r\t"u8);

    public DestinationDescriptor Descriptor => descriptor;

    public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PostgresSql.RunAsync(connection, sql.Staging(batch, lockTimeout), cancellationToken);
        await CopyAsync(PostgresSql.ColumnsOf(batch), batch.Count, cancellationToken);
        await PostgresSql.RunAsync(connection, sql.Apply(batch), cancellationToken);
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (NpgsqlException lost) when (lost is not PostgresException { InvariantSeverity: "ERROR" })
        {
            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.ConnectionLost, $"no answer to COMMIT: {PostgresErrors.Describe(lost)}"));
        }

        return DeliveryReport.All(batch, RowOutcome.Accepted);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task CopyAsync(IReadOnlyList<FieldColumn> columns, int rows, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginTextImportAsync(PostgresSql.Copy(columns), cancellationToken);
        var chunk = new ArrayBufferWriter<byte>(ChunkBytes);
        for (var row = 0; row < rows; row++)
        {
            Append(chunk, columns, row);
            if (chunk.WrittenCount < ChunkBytes && row < rows - 1)
                continue;
            await copy.BaseStream.WriteAsync(chunk.WrittenMemory, cancellationToken);
            chunk.ResetWrittenCount();
        }
    }

    private static void Append(ArrayBufferWriter<byte> line, IReadOnlyList<FieldColumn> columns, int row)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (i > 0)
                line.Write("\t"u8);
            if (columns[i].IsNull(row))
                line.Write("\\N"u8);
            else
                Append(line, columns[i].Utf8(row));
        }

        line.Write("\n"u8);
    }

    private static void Append(ArrayBufferWriter<byte> line, ReadOnlySpan<byte> text)
    {
        for (var special = text.IndexOfAny(Escaped); special >= 0; special = text.IndexOfAny(Escaped))
        {
            line.Write(text[..special]);
            line.Write(text[special] switch { (byte)'\n' => "\\n"u8, (byte)'\r' => "\\r"u8, (byte)'\t' => "\\t"u8, _ => "\\\\"u8 });
            text = text[(special + 1)..];
        }

        line.Write(text);
    }
}
