using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Http.Vendors;

/// <summary>
/// An audience, list or segment that a sync names and the vendor knows by an id. The id is remembered; where it is not, the object is
/// found by its name; where there is none, it is made if the sync says so. It is found again after a crash between making and
/// remembering, and made once by however many callers of this process.
/// </summary>
/// <param name="memory">The destination's memory.</param>
/// <param name="kind">What it is, for people and for the memory: <c>audience</c>.</param>
/// <param name="name">Its name.</param>
/// <param name="find">Finds its id by the name, or gives null.</param>
/// <param name="make">Makes it and gives its id; null where the sync does not ask for that.</param>
public sealed class NamedObject(IDestinationMemory memory, string kind, string name,
    Func<CancellationToken, ValueTask<string?>> find, Func<CancellationToken, ValueTask<string>>? make)
{
    private static readonly ConditionalWeakTable<IDestinationMemory, ConcurrentDictionary<string, SemaphoreSlim>> Turns = [];

    private readonly string _key = $"{kind}/{name}";
    private string? _id;

    /// <summary>The id; the object is made where that is asked for.</summary>
    /// <exception cref="DestinationException">There is none.</exception>
    public async ValueTask<string> IdAsync(CancellationToken cancellationToken) =>
        await ResolveAsync(make, cancellationToken) ?? throw new DestinationException(
            $"there is no {kind} named \"{name}\"; make it, correct the name, or add create: true to the sync's object") { IsUnreachable = false };

    /// <summary>The id; null where there is none yet.</summary>
    public ValueTask<string?> FindIdAsync(CancellationToken cancellationToken) => ResolveAsync(null, cancellationToken);

    /// <summary>Checks that there is one, or may be made. An id that is remembered and that is not found by the name any more is forgotten.</summary>
    /// <exception cref="DestinationException">There is none, and it is not to be made.</exception>
    public ValueTask CheckAsync(CancellationToken cancellationToken) => CheckAsync(async (id, token) => await find(token) == id, cancellationToken);

    /// <summary>The same for vendors that can be asked for an id. An id that is remembered and that the vendor no longer knows is forgotten.</summary>
    /// <param name="exists">True where the vendor knows the id.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="DestinationException">There is none, and it is not to be made.</exception>
    public async ValueTask CheckAsync(Func<string, CancellationToken, ValueTask<bool>> exists, CancellationToken cancellationToken)
    {
        if (await ResolveAsync(null, cancellationToken) is { } id && !await exists(id, cancellationToken))
        {
            _id = null;
            await memory.RememberAsync(new Dictionary<string, string?> { [_key] = null }, cancellationToken);
        }

        if (make is null)
            await IdAsync(cancellationToken);
        else
            await ResolveAsync(null, cancellationToken);
    }

    private async ValueTask<string?> ResolveAsync(Func<CancellationToken, ValueTask<string>>? maker, CancellationToken cancellationToken)
    {
        if (_id is not null)
            return _id;
        var turn = Turns.GetOrCreateValue(memory).GetOrAdd(_key, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            if ((await memory.RecallAsync([_key], cancellationToken)).TryGetValue(_key, out var known))
                return _id = known;
            var id = await find(cancellationToken) ?? (maker is null ? null : await maker(cancellationToken));
            if (id is not null)
                await memory.RememberAsync(new Dictionary<string, string?> { [_key] = id }, cancellationToken);
            return _id = id;
        }
        finally
        {
            turn.Release();
        }
    }
}
