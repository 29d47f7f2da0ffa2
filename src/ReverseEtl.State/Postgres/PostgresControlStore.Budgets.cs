using System.Data;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;

namespace ReverseEtl.State.Postgres;

public sealed partial class PostgresControlStore : IRequestBudgets
{
    /// <summary>Into how many slices a period is cut: room comes back by the slice, and is that much less exact.</summary>
    private const int Slices = 64;

    private const string Take = "select granted, wait from cdp.take_requests($1, $2, $3, $4, $5, $6, $7)";

    private const string Paused = """
        select greatest(0, paused_until - coalesce($3, cdp.milliseconds())) from cdp.request_budgets where scope = $1 and account = $2
        """;

    private const string Pause = """
        insert into cdp.request_budgets as known (scope, account, paused_until) values ($1, $2, coalesce($4, cdp.milliseconds()) + $3)
        on conflict (scope, account) do update set paused_until = greatest(known.paused_until, excluded.paused_until)
        """;

    /// <inheritdoc/>
    public async Task<RequestRoom> TakeAsync(string account, RateBudget? budget, int requests, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, 1);
        if (budget is null)
        {
            var paused = await ReadAsync(statements => statements.FindAsync(Paused, row => row.GetInt64(0), account, Clock), cancellationToken);
            return paused > 0 ? new RequestRoom(0, TimeSpan.FromMilliseconds(paused)) : new RequestRoom(requests, TimeSpan.Zero);
        }

        var period = Milliseconds(budget.Per);
        return await LockedAsync(
            statements => statements.FindAsync(
                Take, row => new RequestRoom((int)row.GetInt64(0), TimeSpan.FromMilliseconds(row.GetInt64(1))),
                account, (long)budget.Requests, period, (period + Slices - 1) / Slices, (long)requests, Clock),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task PushBackAsync(string account, TimeSpan wait, CancellationToken cancellationToken) =>
        LockedAsync(statements => statements.RunAsync(Pause, account, Milliseconds(wait), Clock), cancellationToken);

    private long? Clock => _clock?.GetUtcNow().ToUnixTimeMilliseconds();

    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)Math.Ceiling(time.TotalMilliseconds));

    /// <summary>
    /// One statement that locks a row, in a transaction of its own: whoever waits for its turn at a destination does not wait for the
    /// journal's writes. Where it is repeated as no answer came, room was taken twice, which only makes for fewer requests.
    /// </summary>
    private Task<T> LockedAsync<T>(Func<PostgresStatements, Task<T>> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _database.RunAsync(
            Patience,
            async connection =>
            {
                // Whatever the server's default: it sees what those have taken whose lock it waited for.
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
                var result = await work(new PostgresStatements(connection, _scope));
                await transaction.CommitAsync();
                return result;
            },
            cancellationToken);
    }
}
