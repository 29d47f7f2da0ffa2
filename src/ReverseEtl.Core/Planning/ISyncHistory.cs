using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.Core.Planning;

/// <summary>Reads what a sync's destination was told.</summary>
public interface ISyncHistory
{
    /// <summary>The latest entries, newest first.</summary>
    /// <param name="key">Only those of this row; null for all.</param>
    /// <param name="limit">At most so many; null for all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<HistoryEntry>> ListAsync(string? key, int? limit, CancellationToken cancellationToken);

    /// <summary>What one run told, by the rows' numbers, so much at a time.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">Only rows with higher numbers.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<HistoryEntry>> OfRunAsync(RunRecord run, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The rows that were in the destination at an instant: their latest accepted entry is no removal.</summary>
    /// <param name="asOf">The instant, inclusive.</param>
    /// <param name="key">Only this row; null for all.</param>
    /// <param name="limit">Keys to return.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<HistoryMembers> MembersAsync(DateTimeOffset asOf, string? key, int limit, CancellationToken cancellationToken);

    /// <summary>The model's columns as they were sent with an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="types">The columns to read, with their types; null for all that there are, as they are kept.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<IReadOnlyList<FieldColumn>> SentAsync(HistoryEntry entry, IReadOnlyList<ColumnInfo>? types, CancellationToken cancellationToken);
}
