using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Core.Delivery;

/// <summary>
/// A kind of destination: what stands behind <c>"type"</c> in cdp.config.json. Its two option records are the one declaration from
/// which parsing, the JSON Schema and the docs are made.
/// </summary>
public interface IDestinationType
{
    /// <summary>The value of <c>type</c>.</summary>
    string Type { get; }

    /// <summary>One line for people.</summary>
    string Summary { get; }

    /// <summary>The record bound from the destination's entry in cdp.config.json.</summary>
    Type OptionsType { get; }

    /// <summary>The record bound from a sync's <c>object</c>.</summary>
    Type ObjectType { get; }

    /// <summary>The objects that it offers, with the settings that hold when nothing else is said.</summary>
    IReadOnlyList<ObjectSpec> Objects { get; }

    /// <summary>The object that a sync writes to.</summary>
    /// <param name="options">An instance of <see cref="OptionsType"/>, or null where they are incomplete.</param>
    /// <param name="object">An instance of <see cref="ObjectType"/>.</param>
    ObjectSpec Describe(object? options, object @object);

    /// <summary>What is wrong with a sync on this destination, without connecting: one sentence each; the first is the most helpful.</summary>
    IEnumerable<string> Check(DestinationRequest request);

    /// <summary>Opens the destination for one run of one sync. Connects to nothing yet.</summary>
    IDestination Open(DestinationRequest request);
}

/// <summary>What a destination is opened for.</summary>
public sealed record DestinationRequest
{
    /// <summary>An instance of <see cref="IDestinationType.OptionsType"/>.</summary>
    public required object Options { get; init; }

    /// <summary>An instance of <see cref="IDestinationType.ObjectType"/>.</summary>
    public required object Object { get; init; }

    /// <summary>The sync's name.</summary>
    public required string Sync { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The sync's mode.</summary>
    public required SyncMode Mode { get; init; }

    /// <summary>What becomes of rows that left the model of a mirror.</summary>
    public Removal OnRemoved { get; init; }

    /// <summary>The model's key columns.</summary>
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>The destination's fields that the sync maps, in order.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>Those of <see cref="Fields"/> whose columns are hashed already.</summary>
    public IReadOnlySet<string> Hashed { get; init; } = new HashSet<string>();

    /// <summary>The values of those fields that are the same in every row.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>();

    /// <summary>The project's folder: what relative paths start from.</summary>
    public required string ProjectFolder { get; init; }

    /// <summary>The run's id; names what the run leaves behind. Empty where the destination is only checked.</summary>
    public string RunId { get; init; } = "";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the destination remembers between runs.</summary>
    public IDestinationMemory Memory { get; init; } = new ForgetfulMemory();

    /// <summary>Gives the request budget of the destination's account, which all its syncs share.</summary>
    public IRequestGate Gate { get; init; } = OpenGate.Instance;
}

/// <summary>The typed base of every destination type.</summary>
/// <typeparam name="TOptions">Bound from cdp.config.json.</typeparam>
/// <typeparam name="TObject">Bound from a sync's <c>object</c>.</typeparam>
public abstract class DestinationType<TOptions, TObject>(string type, string summary) : IDestinationType
    where TOptions : DestinationOptions
    where TObject : class
{
    /// <inheritdoc/>
    public string Type => type;

    /// <inheritdoc/>
    public string Summary => summary;

    /// <inheritdoc/>
    public Type OptionsType => typeof(TOptions);

    /// <inheritdoc/>
    public Type ObjectType => typeof(TObject);

    /// <inheritdoc/>
    public IReadOnlyList<ObjectSpec> Objects => [.. Offered.Select(spec => spec with { Rate = Rate(null), Quota = Allowance })];

    /// <inheritdoc/>
    public ObjectSpec Describe(object? options, object @object) => Describe((TOptions?)options, (TObject)@object) with { Rate = Rate((TOptions?)options), Quota = Allowance };

    /// <inheritdoc/>
    public IEnumerable<string> Check(DestinationRequest request) =>
    [
        .. ObjectCheck.Run(Describe(request.Options, request.Object), request),
        .. Check((TOptions)request.Options, (TObject)request.Object, request),
    ];

    /// <inheritdoc/>
    public IDestination Open(DestinationRequest request) => Open((TOptions)request.Options, (TObject)request.Object, request);

    /// <summary>The objects, without the account's budget.</summary>
    protected abstract IReadOnlyList<ObjectSpec> Offered { get; }

    /// <summary>What the vendor allows an account in a period, for all of its objects together; null where it names nothing.</summary>
    /// <param name="options">The destination's options, or null for the usual ones.</param>
    protected virtual RateBudget? Rate(TOptions? options) => null;

    /// <summary>What the vendor allows an account in all, besides that.</summary>
    protected virtual RateBudget? Allowance => null;

    /// <inheritdoc cref="IDestinationType.Describe"/>
    protected abstract ObjectSpec Describe(TOptions? options, TObject @object);

    /// <summary>What is wrong beyond what the object's description tells.</summary>
    protected virtual IEnumerable<string> Check(TOptions options, TObject @object, DestinationRequest request) => [];

    /// <summary>The sentences of those checks that found something, for a <see cref="Check(TOptions, TObject, DestinationRequest)"/> that is a table.</summary>
    protected static IEnumerable<string> Found(params IEnumerable<(bool IsWrong, string Sentence)> checks) =>
        checks.Where(check => check.IsWrong).Select(check => check.Sentence);

    /// <inheritdoc cref="IDestinationType.Open"/>
    protected abstract IDestination Open(TOptions options, TObject @object, DestinationRequest request);
}
