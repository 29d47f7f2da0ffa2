using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Conformance.Destination;

/// <summary>What a connector brings to be tested: how to open it, and how to see past it what its vendor really holds.</summary>
public interface IDestinationHarness : IAsyncDisposable
{
    /// <summary>The connector.</summary>
    IDestinationType Type { get; }

    /// <summary>What to open it with; the suite sets mode, run, fields and clock.</summary>
    DestinationRequest Request { get; }

    /// <summary>The field that rows are told apart by; the suite puts the row's key into it.</summary>
    string KeyField => "id";

    /// <summary>
    /// What a key of the suite becomes as a value of <see cref="KeyField"/>, for vendors that take addresses or numbers only; what the
    /// harness reads back has the suite's key again.
    /// </summary>
    string Value(string key) => key;

    /// <summary>A field that takes any text and gives it back; null where the object has none.</summary>
    string? TextField => "name";

    /// <summary>True where the vendor takes an empty text for no value.</summary>
    bool EmptyIsNull => false;

    /// <summary>How many characters the vendor takes in <see cref="TextField"/>.</summary>
    int LongestText => int.MaxValue;

    /// <summary>The mode that rows are told in by most tests; <see cref="RowsAsync"/> tells what came of it.</summary>
    SyncMode Main => SyncMode.Upsert;

    /// <summary>Fields that every row needs besides, such as the time of an event, with the value that the suite gives them.</summary>
    IReadOnlyDictionary<string, string> Always => new Dictionary<string, string>();

    /// <summary>The records that the vendor holds: every field's text by name. A field that was never sent is not there; NULL is null.</summary>
    Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> RowsAsync();

    /// <summary>The events that the vendor holds, each as often as it has it.</summary>
    Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> EventsAsync();

    /// <summary>The identifiers that came with the removal of a row, where the vendor keeps them; else null.</summary>
    IReadOnlyDictionary<string, string?>? RemovedBy(string key) => null;
}

/// <summary>The same for a vendor that is reached by HTTP and can be made to misbehave.</summary>
public interface IHttpDestinationHarness : IDestinationHarness
{
    /// <summary>A secret that the connector sends along.</summary>
    Secret Secret { get; }

    /// <summary>How many requests with rows arrived.</summary>
    int Requests { get; }

    /// <summary>The bodies of all requests that arrived, where the vendor keeps them.</summary>
    IReadOnlyList<string> Bodies => [];

    /// <summary>True where the vendor may be told of people by hashes only.</summary>
    bool HashedOnly => false;

    /// <summary>True where the vendor describes its API in a way that machines read.</summary>
    bool HasContract => false;

    /// <summary>For the requests that are held against that description: the fields that go together, in groups.</summary>
    IReadOnlyList<IReadOnlyList<string>> ContractFields => [];

    /// <summary>A value for a field whose rule takes more than its vendor does; null for one of the suite's own.</summary>
    string? Sample(string field) => null;

    /// <summary>What that description has against the requests that arrived, a line each.</summary>
    Task<IReadOnlyList<string>> ContractViolationsAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Makes the vendor misbehave; false where this vendor never does so.</summary>
    bool TryScript(Trouble trouble);
}

/// <summary>How a vendor misbehaves.</summary>
public enum TroubleKind
{
    /// <summary>It asks to slow down. Nothing is applied.</summary>
    Throttle,

    /// <summary>It fails. Nothing is applied.</summary>
    ServerError,

    /// <summary>It refuses one row of a request, by name, and applies the others.</summary>
    RefuseRow,

    /// <summary>It refuses every request that has the row, as a whole.</summary>
    RefuseRequestWithRow,

    /// <summary>It refuses the credentials.</summary>
    RefuseCredentials,

    /// <summary>It points to another address of its own.</summary>
    Redirect,

    /// <summary>It answers that rows fared differently, in words that cannot be read. Nothing is applied.</summary>
    Garbage,

    /// <summary>The connection breaks before it applies anything.</summary>
    DisconnectBefore,

    /// <summary>The connection breaks after it applied everything.</summary>
    DisconnectAfter,

    /// <summary>It applies everything, and the connection breaks in the middle of its answer.</summary>
    HalfAnswer,

    /// <summary>It applies everything, and does not answer.</summary>
    Silence,
}

/// <summary>How a vendor misbehaves, and when.</summary>
/// <param name="Kind">What happens.</param>
public sealed record Trouble(TroubleKind Kind)
{
    /// <summary>To how many requests; null for all.</summary>
    public int? Times { get; init; } = 1;

    /// <summary>The row that is refused.</summary>
    public string Key { get; init; } = "";

    /// <summary>What it says about it.</summary>
    public string Message { get; init; } = "no";

    /// <summary>How long it asks to wait, in seconds.</summary>
    public int? RetryAfter { get; init; }
}
