using System.Globalization;

namespace ReverseEtl.Sandbox.Vendors;

/// <summary>
/// The state of one account at one vendor: named tables. Requests have it one after the other; what one of them changed is logged
/// as a whole before it is answered.
/// </summary>
internal sealed class Account(string type, string name, Action<Account, IReadOnlyList<Change>> log)
{
    private const string Sequences = "sequences";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Table> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _polls = new(StringComparer.Ordinal);
    private readonly List<Change> _changes = [];
    private long _requests;

    public string Type => type;

    public string Name => name;

    public VendorHistory History { get; } = new();

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Does something with the account for itself.</summary>
    public T With<T>(Func<Account, T> work)
    {
        lock (_gate)
        {
            try
            {
                return work(this);
            }
            finally
            {
                if (_changes.Count > 0)
                    log(this, _changes);
                _changes.Clear();
            }
        }
    }

    public void Count() => Interlocked.Increment(ref _requests);

    public Table Table(string table)
    {
        if (!_tables.TryGetValue(table, out var found))
            _tables.Add(table, found = new Table(table, _changes.Add));
        return found;
    }

    /// <summary>The tables with records whose name begins so, in the order of their names.</summary>
    public IReadOnlyList<string> Names(string prefix) =>
        [.. _tables.Where(table => table.Key.StartsWith(prefix, StringComparison.Ordinal) && table.Value.Count > 0).Select(table => table.Key).Order(StringComparer.Ordinal)];

    /// <summary>A number that was not given before.</summary>
    public long NextId(string sequence, long first)
    {
        var sequences = Table(Sequences);
        var next = sequences.Get(sequence) is { } last ? long.Parse(last["last"]!, CultureInfo.InvariantCulture) + 1 : first;
        sequences.Set(sequence, Record.Of(("last", next.ToString(CultureInfo.InvariantCulture))));
        return next;
    }

    /// <summary>How often this was asked for, this time included. Not kept over a restart: work in progress is then done.</summary>
    public int Poll(string id) => _polls[id] = _polls.GetValueOrDefault(id) + 1;

    /// <summary>Does something as a whole or, where its result is not good, not at all.</summary>
    public T Undoable<T>(Func<T> work, Func<T, bool> isGood)
    {
        var kept = _changes.ToList();
        var before = _tables.ToDictionary(table => table.Key, table => table.Value.Records.ToDictionary());
        _changes.Clear();
        var result = work();
        if (!isGood(result))
        {
            foreach (var change in _changes.Where(change => change.Id is not null).DistinctBy(change => (change.Table, change.Id)).ToList())
                Table(change.Table).Apply(change with { Fields = before.GetValueOrDefault(change.Table)?.GetValueOrDefault(change.Id!) });
            _changes.Clear();
        }

        _changes.InsertRange(0, kept);
        return result;
    }

    /// <summary>Makes changes that were logged before.</summary>
    public void Replay(IEnumerable<Change> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
                Table(change.Table).Apply(change);
        }
    }
}
