using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>What a request says of the session that it belongs to.</summary>
/// <param name="Id">The session: a number of ours, the same for all requests of a replacement.</param>
/// <param name="Number">Which request it is, from 1 on. One that is repeated keeps its number.</param>
/// <param name="IsLast">True for the one after which the others go.</param>
/// <param name="Rows">How many rows there are in all.</param>
internal sealed record MetaTurn(long Id, long Number, bool IsLast, long Rows);

/// <summary>
/// The sessions that replacements are made in. Meta begins one with request number 1, and gives it 90 minutes; so requests go out one after
/// the other, and none after that time.
/// </summary>
internal sealed class MetaSession(DestinationRequest request)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(85);

    private readonly ReplacementNote _note = new(request.Memory, request.Sync);
    private (string Run, State State)? _known;

    /// <summary>A session's number, by the run that replaces: unique in the ad account.</summary>
    public static long IdOf(Replacement replacement) => (long)(RowHash.Seed(replacement.RunId) >> 1);

    /// <summary>Sends a batch as the session's next request, or under the number that it had before.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellationToken">Cancels what was not sent yet.</param>
    public ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, Func<MetaTurn, ValueTask<DeliveryReport>> send, CancellationToken cancellationToken) =>
        _note.InTurnAsync(() => TakeTurnAsync(batch, batch.Replacement!, send, cancellationToken), cancellationToken);

    /// <summary>True where a session takes no request any more, or nothing is known of it.</summary>
    public async ValueTask<bool> IsOverAsync(Replacement replacement, CancellationToken cancellationToken) =>
        await StateAsync(replacement, cancellationToken) is not { } state || IsOver(state);

    private async ValueTask<DeliveryReport> TakeTurnAsync(
        ChangeBatch batch, Replacement replacement, Func<MetaTurn, ValueTask<DeliveryReport>> send, CancellationToken cancellationToken)
    {
        if (await StateAsync(replacement, cancellationToken) is not { } state)
            return ReplacementNote.Ended(batch, "nothing is known of its session");
        if (IsOver(state))
            return ReplacementNote.Ended(batch, "Meta's session lasts 90 minutes, and they are over");
        if (!state.Numbers.TryGetValue(batch.Id, out var number))
            state.Numbers[batch.Id] = number = ++state.Last;
        await _note.WriteAsync(replacement, JsonSerializer.Serialize(state));
        var report = await send(new MetaTurn(IdOf(replacement), number, replacement.Closing is not null, replacement.Rows));
        state.Settle(batch.Id, number, report);
        return report;
    }

    private bool IsOver(State state) => request.Time.GetUtcNow() - state.Began > Window;

    private async ValueTask<State?> StateAsync(Replacement replacement, CancellationToken cancellationToken)
    {
        if (_known is { } known && known.Run == replacement.RunId)
            return known.State;
        var noted = await _note.FindAsync(replacement, cancellationToken);
        if (noted is null && replacement.Closing is not null)
            return null;
        var state = noted is null ? new State { Began = request.Time.GetUtcNow() } : JsonSerializer.Deserialize<State>(noted)!;
        _known = (replacement.RunId, state);
        return state;
    }

    /// <summary>How far a session is.</summary>
    private sealed record State
    {
        public required DateTimeOffset Began { get; init; }

        /// <summary>The last number that was given.</summary>
        public long Last { get; set; }

        /// <summary>The numbers of batches that may be repeated.</summary>
        public Dictionary<string, long> Numbers { get; init; } = [];

        /// <summary>A batch that was answered is not repeated; where Meta did not take it, its number is free again.</summary>
        public void Settle(string id, long number, DeliveryReport report)
        {
            if (report[0] is { Kind: OutcomeKind.Unknown } or { MayHaveArrived: true })
                return;
            Numbers.Remove(id);
            if (!report.AllAccepted && number == Last)
                Last--;
        }
    }
}
