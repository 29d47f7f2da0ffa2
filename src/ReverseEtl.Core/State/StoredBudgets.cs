using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.State;

/// <summary>The request budgets in a control store that has them.</summary>
/// <param name="store">The store, opened when first needed.</param>
public sealed class StoredBudgets(Func<CancellationToken, Task<IControlStore>> store) : IRequestBudgets
{
    /// <inheritdoc/>
    public async Task<RequestRoom> TakeAsync(string account, RateBudget? budget, int requests, CancellationToken cancellationToken) =>
        await (await BudgetsAsync(cancellationToken)).TakeAsync(account, budget, requests, cancellationToken);

    /// <inheritdoc/>
    public async Task PushBackAsync(string account, TimeSpan wait, CancellationToken cancellationToken) =>
        await (await BudgetsAsync(cancellationToken)).PushBackAsync(account, wait, cancellationToken);

    private async Task<IRequestBudgets> BudgetsAsync(CancellationToken cancellationToken) => (IRequestBudgets)await store(cancellationToken);
}
