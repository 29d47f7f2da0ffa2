using System.Collections.Concurrent;
using System.Text;
using ReverseEtl.Conformance;
using ReverseEtl.Conformance.Destination;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Resilience;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Tests.Contracts;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What every connector with an emulator brings to the suite: its emulator, scripted and read back.</summary>
internal abstract class VendorHarness(SandboxServer sandbox, IDestinationType type, string keyField, string? text) : IHttpDestinationHarness
{
    public const string Account = "account";

    private readonly ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    public SandboxServer Sandbox => sandbox;

    public IDestinationType Type => type;

    public string KeyField => keyField;

    public string? TextField => text;

    public abstract Secret Secret { get; }

    public virtual SyncMode Main => SyncMode.Upsert;

    public virtual bool EmptyIsNull => false;

    public virtual int LongestText => int.MaxValue;

    public virtual bool HashedOnly => false;

    public virtual IReadOnlyDictionary<string, string> Always { get; } = new Dictionary<string, string>();

    /// <summary>The vendor's description of its API; null where it publishes none that a machine can read.</summary>
    protected virtual VendorContract? Contract => null;

    public bool HasContract => Contract is not null;

    /// <summary>All that the object knows, at once.</summary>
    public virtual IReadOnlyList<IReadOnlyList<string>> ContractFields =>
        [[.. type.Describe(Request.Options, Object).Fields.Select(known => known.Name).Append(keyField).Concat(text is null ? [] : [text]).Distinct()]];

    public virtual string? Sample(string field) => null;

    public Task<IReadOnlyList<string>> ContractViolationsAsync(CancellationToken cancellationToken) => Contract!.ViolationsAsync(Received, cancellationToken);

    /// <summary>The destination's options at an address.</summary>
    protected abstract DestinationOptions Options(Uri baseUrl);

    /// <summary>What the suite writes to.</summary>
    protected abstract object Object { get; }

    /// <summary>What a value becomes at the vendor.</summary>
    protected virtual string Held(string value) => value;

    /// <summary>The records that the suite has written.</summary>
    protected abstract IEnumerable<IReadOnlyDictionary<string, string?>> Records { get; }

    /// <summary>The events that the suite has written.</summary>
    protected virtual IEnumerable<IReadOnlyDictionary<string, string?>> Events => [];

    /// <summary>True for a request that tells of rows.</summary>
    protected virtual bool Tells(VendorRequest request) => request.Rows is not null;

    /// <summary>Whose emulator it is.</summary>
    protected virtual string Vendor => type.Type;

    /// <summary>What the suite's script is for.</summary>
    protected virtual string ScriptPath => $"{Vendor}/{Account}";

    public Uri BaseUrl => new(sandbox.Url, $"{Vendor}/{Account}");

    public DestinationRequest Request => new()
    {
        Options = Options(BaseUrl),
        Object = Object,
        Sync = "vip",
        Model = "vip",
        Mode = SyncMode.Mirror,
        Key = ["id"],
        Fields = [],
        ProjectFolder = ".",
        Memory = Memory,
        Time = Time,
    };

    /// <summary>The clock of what is opened past the suite.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    /// <summary>Lasts as long as the harness, as the control store does.</summary>
    public IDestinationMemory Memory { get; } = new ForgetfulMemory();

    public IReadOnlyList<VendorRequest> Received => sandbox.Requests(Vendor, Account);

    public int Requests => Received.Count(Tells);

    public IReadOnlyList<string> Bodies => [.. Received.Select(request => request.Text)];

    /// <summary>An address for any key, told apart by case too.</summary>
    public virtual string Value(string key) => Named(key, $"u{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key))}@example.com");

    /// <summary>A value that stands for a key.</summary>
    protected string Named(string key, string value)
    {
        _keys[Held(value)] = key;
        return value;
    }

    public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> RowsAsync() => Named(Records);

    public Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> EventsAsync() => Named(Events);

    public virtual bool TryScript(Trouble trouble)
    {
        sandbox.Script.Add(new ScriptRule { Path = ScriptPath, Times = trouble.Times, Then = Action(trouble) });
        return true;
    }

    public ValueTask DisposeAsync() => sandbox.DisposeAsync();

    /// <summary>What the emulator does for a trouble of the suite.</summary>
    protected virtual ScriptAction Action(Trouble trouble)
    {
        var action = new ScriptAction { Message = trouble.Message, RetryAfter = trouble.RetryAfter };
        return trouble.Kind switch
        {
            TroubleKind.Throttle => action with { Trouble = VendorTrouble.Throttled },
            TroubleKind.ServerError => action with { Trouble = VendorTrouble.Broken },
            TroubleKind.RefuseRow => action with { RejectKeys = [Value(trouble.Key)] },
            TroubleKind.RefuseRequestWithRow => action with { RejectBatchContaining = [Value(trouble.Key)] },
            TroubleKind.RefuseCredentials => action with { Trouble = VendorTrouble.Credentials },
            TroubleKind.Redirect => action with { Trouble = VendorTrouble.Redirect },
            TroubleKind.Garbage => action with { Trouble = VendorTrouble.Garbage },
            TroubleKind.DisconnectBefore => action with { Disconnect = Disconnect.Before },
            TroubleKind.DisconnectAfter => action with { Disconnect = Disconnect.After },
            TroubleKind.HalfAnswer => action with { Disconnect = Disconnect.Within },
            TroubleKind.Silence => action with { Trouble = VendorTrouble.Silence },
            _ => throw new ArgumentOutOfRangeException(nameof(trouble), trouble.Kind, null),
        };
    }

    /// <summary>Opens the connector past the suite, for a sync of some fields.</summary>
    public IDestination Open(SyncMode mode, params string[] fields)
    {
        var request = Request with { Mode = mode, Fields = fields };
        return ShapedDestination.Wrap(type.Open(request), type.Describe(request.Options, request.Object), request);
    }

    /// <summary>The same, driven by the kit.</summary>
    public IDestination OpenDriven(SyncMode mode, params string[] fields)
    {
        var waits = new ManualTime(jumps: true);
        return DestinationKit.Open(type, Request with { Mode = mode, Fields = fields }, new RateBuckets(waits), "account", new RetryPolicy(), waits);
    }

    private Task<IReadOnlyList<IReadOnlyDictionary<string, string?>>> Named(IEnumerable<IReadOnlyDictionary<string, string?>> records) =>
        Task.FromResult<IReadOnlyList<IReadOnlyDictionary<string, string?>>>([.. records.Select(Named)]);

    private Dictionary<string, string?> Named(IReadOnlyDictionary<string, string?> record)
    {
        var named = new Dictionary<string, string?>(record, StringComparer.Ordinal) { [keyField] = _keys[record[keyField]!] };
        if (EmptyIsNull && text is not null && named.GetValueOrDefault(text) == "")
            named[text] = null;
        return named;
    }
}
