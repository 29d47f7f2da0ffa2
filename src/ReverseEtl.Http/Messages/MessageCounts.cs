using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Messages;

/// <summary>
/// How many messages recipients had on a day, as the destination remembers it: under hashes, and for each recipient the latest day only. A
/// message counts before it is sent, so that a crash costs a recipient a message and never brings one too many.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="limit">Messages to a recipient in a day at the most.</param>
internal sealed class MessageCounts(IDestinationMemory memory, int limit)
{
    // Other runs of this process use the same memory.
    private static readonly ConditionalWeakTable<IDestinationMemory, SemaphoreSlim> Turns = [];

    /// <summary>Counts a message to each recipient that may have one more.</summary>
    /// <param name="asked">A recipient and their day for each message.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>For each message whether it may go.</returns>
    public async ValueTask<bool[]> TakeAsync(IReadOnlyList<(string Recipient, DateOnly Day)> asked, CancellationToken cancellationToken)
    {
        var granted = new bool[asked.Count];
        await ChangeAsync(asked, (at, count) =>
        {
            granted[at] = count < limit;
            return granted[at] ? count + 1 : count;
        }, cancellationToken);
        return granted;
    }

    /// <summary>Takes back the count of messages that were not sent.</summary>
    public ValueTask GiveBackAsync(IReadOnlyList<(string Recipient, DateOnly Day)> unsent) =>
        unsent.Count == 0 ? ValueTask.CompletedTask : ChangeAsync(unsent, (_, count) => Math.Max(0, count - 1), CancellationToken.None);

    private async ValueTask ChangeAsync(IReadOnlyList<(string Recipient, DateOnly Day)> messages, Func<int, int, int> change, CancellationToken cancellationToken)
    {
        var turn = Turns.GetValue(memory, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            var keys = messages.Select(message => KeyOf(message.Recipient)).ToList();
            var known = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var (key, value) in await memory.RecallAsync([.. keys.Distinct()], cancellationToken))
                known[key] = value;
            for (var at = 0; at < messages.Count; at++)
            {
                var day = messages[at].Day.ToString("O", CultureInfo.InvariantCulture);
                var count = known.GetValueOrDefault(keys[at])?.Split(' ') is [var of, var number] && of == day ? int.Parse(number, CultureInfo.InvariantCulture) : 0;
                known[keys[at]] = string.Create(CultureInfo.InvariantCulture, $"{day} {change(at, count)}");
            }

            await memory.RememberAsync(known, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private static string KeyOf(string recipient) => $"messages/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(recipient)).AsSpan(0, 16))}";
}
