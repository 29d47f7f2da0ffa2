using System.Collections.Concurrent;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>The accounts of all vendors.</summary>
internal sealed class VendorStore : IDisposable
{
    private readonly ConcurrentDictionary<(string Type, string Name), Account> _accounts = new();
    private readonly Dictionary<string, IVendorEmulator> _emulators;
    private readonly ChangeLog? _log;

    private VendorStore(IEnumerable<IVendorEmulator> emulators, ChangeLog? log)
    {
        _emulators = emulators.ToDictionary(emulator => emulator.Type, StringComparer.Ordinal);
        _log = log;
    }

    public IEnumerable<IVendorEmulator> Emulators => _emulators.Values;

    /// <param name="emulators">The vendors.</param>
    /// <param name="folder">Where the log is; null for memory only.</param>
    /// <param name="cancellationToken">Stops reading the log.</param>
    /// <exception cref="IOException">Another process has the folder.</exception>
    public static async Task<VendorStore> OpenAsync(
        IEnumerable<IVendorEmulator> emulators, string? folder, CancellationToken cancellationToken)
    {
        var store = new VendorStore(emulators, folder is null ? null : new ChangeLog(folder));
        if (store._log is not null)
            await store._log.ReplayAsync((type, name, changes) => store.Account(type, name).Replay(changes), cancellationToken);
        return store;
    }

    public Account Account(string type, string name) =>
        _accounts.GetOrAdd((type, name), key => new Account(key.Type, key.Name, (account, changes) => _log?.Append(account, changes)));

    public Account? Find(string type, string name) => _accounts.GetValueOrDefault((type, name));

    /// <summary>What an account holds; nothing where it is not known.</summary>
    public IReadOnlyList<Holding> Holdings(string type, string name) =>
        Find(type, name) is { } account && _emulators.TryGetValue(type, out var emulator)
            ? account.With(held => (IReadOnlyList<Holding>)[.. emulator.Holdings(held)])
            : [];

    public IReadOnlyList<VendorAccount> Accounts() =>
    [
        .. _accounts.Values
            .OrderBy(account => account.Type, StringComparer.Ordinal).ThenBy(account => account.Name, StringComparer.Ordinal)
            .Select(account => new VendorAccount(account.Type, account.Name, account.Requests, Holdings(account.Type, account.Name))),
    ];

    public void Clear()
    {
        _accounts.Clear();
        _log?.Clear();
    }

    public void Dispose() => _log?.Dispose();
}
