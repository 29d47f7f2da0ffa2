using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Core.State;

/// <summary>
/// The request budgets of destination accounts, kept for all processes that share a control store, which may offer this besides. No window
/// of a budget's period sees more requests than the budget has, over all processes together. Time is the store's. Safe for concurrent callers.
/// </summary>
public interface IRequestBudgets
{
    /// <summary>Asks for room for some requests, which are then made at once.</summary>
    /// <param name="account">The destination's name in cdp.config.json.</param>
    /// <param name="budget">Requests per period; null where the vendor names none, and only its pushing back counts.</param>
    /// <param name="requests">How many, at least one.</param>
    /// <param name="cancellationToken">Stops it; room that was granted meanwhile is lost for a period.</param>
    /// <exception cref="ControlStoreException">The store cannot be used; nothing is granted.</exception>
    Task<RequestRoom> TakeAsync(string account, RateBudget? budget, int requests, CancellationToken cancellationToken);

    /// <summary>The vendor asked to wait: nobody has room before that.</summary>
    Task PushBackAsync(string account, TimeSpan wait, CancellationToken cancellationToken);
}

/// <summary>What was granted of the room that was asked for.</summary>
/// <param name="Granted">So many requests may be made now.</param>
/// <param name="Wait">When to ask for the rest; zero where all were granted.</param>
public readonly record struct RequestRoom(int Granted, TimeSpan Wait);
