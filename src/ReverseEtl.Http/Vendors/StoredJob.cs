using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// A batch that a vendor takes as a job and finishes later. The job's id is remembered by the batch's id before the job is waited for, so
/// that a run which is interrupted asks for the job's end instead of uploading again.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="time">The clock.</param>
public sealed class StoredJob(IDestinationMemory memory, TimeProvider time)
{
    /// <summary>How long to wait for a job's end.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The first wait between two looks; it grows by half each time.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two looks.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Begins a batch's job, unless an earlier attempt did, remembers it, and waits for its end.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="idOf">The job's id in the answer of a vendor that took the request.</param>
    /// <param name="send">Sends the request, and has that answer read by what it is given.</param>
    /// <param name="look">Gives what became of the job with an id, or null while it goes on.</param>
    /// <param name="cancellationToken">Cancels the request, or stops waiting.</param>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, Func<JsonElement, string?> idOf, Func<Func<HttpAnswer, DeliveryReport>, ValueTask<DeliveryReport>> send,
        Func<string, CancellationToken, ValueTask<DeliveryReport?>> look, CancellationToken cancellationToken)
    {
        var job = await FindAsync(batch, cancellationToken);
        if (job is null)
        {
            var sent = await send(answer =>
            {
                job = idOf(answer.Json() ?? default);
                return DeliveryReport.All(batch, job is null ? RowOutcome.Unknown(OutcomeCodes.Unreadable, $"{answer.From} took the request and gave no id for its job") : RowOutcome.Accepted);
            });
            if (job is null)
                return sent;
            await RememberAsync(batch, job);
        }

        return await FollowAsync(batch, token => look(job, token), cancellationToken);
    }

    /// <summary>The job that an earlier attempt began for the batch, or null.</summary>
    public async ValueTask<string?> FindAsync(ChangeBatch batch, CancellationToken cancellationToken) =>
        (await memory.RecallAsync([KeyOf(batch)], cancellationToken)).GetValueOrDefault(KeyOf(batch));

    /// <summary>Remembers the job of a batch. Not cancelled: the vendor has the job already.</summary>
    public ValueTask RememberAsync(ChangeBatch batch, string id) =>
        memory.RememberAsync(new Dictionary<string, string?> { [KeyOf(batch)] = id }, CancellationToken.None);

    /// <summary>The job is settled, or the vendor does not know it any more.</summary>
    public ValueTask ForgetAsync(ChangeBatch batch) =>
        memory.RememberAsync(new Dictionary<string, string?> { [KeyOf(batch)] = null }, CancellationToken.None);

    /// <summary>
    /// Waits for the end of a batch's job, and forgets the job then. Its rows have gone out: whatever ends the waiting before leaves them
    /// unknown, and the job remembered.
    /// </summary>
    /// <param name="batch">The batch.</param>
    /// <param name="look">Gives what became of it, or null while it goes on.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<DeliveryReport> FollowAsync(
        ChangeBatch batch, Func<CancellationToken, ValueTask<DeliveryReport?>> look, CancellationToken cancellationToken)
    {
        try
        {
            if (await WaitAsync(look, cancellationToken) is { } ended)
            {
                await ForgetAsync(batch);
                return ended;
            }

            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.StillProcessing, $"the vendor has not finished after {Patience.TotalMinutes:0} minutes; the next run asks again"));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.Cancelled, "cancelled before the vendor had finished; the next run asks again"));
        }
        catch (DestinationException refusal)
        {
            return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.DestinationUnusable, refusal.Message));
        }
    }

    /// <summary>Looks at the job until it has ended.</summary>
    /// <param name="look">Gives what became of it, or null while it goes on.</param>
    /// <param name="cancellationToken">Stops waiting; the job stays remembered.</param>
    /// <returns>What became of it; null where that took too long.</returns>
    public async ValueTask<T?> WaitAsync<T>(Func<CancellationToken, ValueTask<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        var start = time.GetTimestamp();
        var wait = FirstWait;
        while (true)
        {
            if (await LookAsync(look, cancellationToken) is { } ended)
                return ended;
            if (time.GetElapsedTime(start) + wait > Patience)
                return null;
            await Task.Delay(wait, time, cancellationToken);
            wait = wait * 1.5 < LongestWait ? wait * 1.5 : LongestWait;
        }
    }

    // A look that was not answered says nothing of the job.
    private static async ValueTask<T?> LookAsync<T>(Func<CancellationToken, ValueTask<T?>> look, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await look(cancellationToken);
        }
        catch (NotNowException)
        {
            return null;
        }
    }

    private static string KeyOf(ChangeBatch batch) => $"job/{batch.Id}";
}
