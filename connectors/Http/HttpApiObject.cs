using System.ComponentModel;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>An API as a sync describes it: a request for each thing that may be asked, and how to read the answers.</summary>
public sealed record HttpApiObject
{
    [Description("The request that creates or updates.")]
    public HttpApiRequest? Upsert { get; init; }

    [Description("The request that updates what is there.")]
    public HttpApiRequest? Update { get; init; }

    [Description("The request that creates.")]
    public HttpApiRequest? Insert { get; init; }

    [Description("The request that sends events.")]
    public HttpApiRequest? Append { get; init; }

    [Description("The request that takes out; it can name identifiers only.")]
    public HttpApiRequest? Remove { get; init; }

    [Description("Mapped fields that the API knows rows by. What was last sent in them is kept for removals.")]
    public IReadOnlyList<string> Identifiers { get; init; } = [];

    [Description("Where a successful answer tells of each row. Without it, an answer is for all rows of its request.")]
    public IReadOnlyList<HttpApiResults> Results { get; init; } = [];

    [Description("How an answer says no in its body, also one with status 200.")]
    public HttpApiError? Error { get; init; }

    [Description("How the API asks to slow down, where that is not 429 with Retry-After.")]
    public HttpApiThrottle Throttle { get; init; } = new();

    [Description("Error codes after which no other request can fare better.")]
    public IReadOnlyList<string> Unusable { get; init; } = [];

    [Description("True where the same request sent twice has the effect of once. If not, an unanswered request is held for 'cdp resolve'.")]
    public bool ReplaySafe { get; init; }

    [Description("True where the API clears a field by an empty text, and null does nothing.")]
    public bool NullAsEmpty { get; init; }

    [Description("Bytes of a body at the most.")]
    public int? MaxBodyBytes { get; init; }

    internal HttpApiRequest? For(Operation operation) => operation switch
    {
        Operation.Upsert => Upsert,
        Operation.Update => Update,
        Operation.Insert => Insert,
        Operation.Append => Append,
        _ => Remove,
    };

    internal ObjectSpec Describe(HttpApiOptions? options) => new()
    {
        Name = "rows",
        Summary = "Rows as the requests that the sync describes. The modes are those whose requests it has; mirror needs upsert and remove.",
        Example = "{ upsert: { path: /contacts, body: { contacts: { each: \"{{*}}\" } } }, remove: { method: DELETE, path: \"/contacts/{{email}}\" }, identifiers: [email] }",
        Modes = [.. Enum.GetValues<SyncMode>().Where(mode => SyncModes.InOrder.All(operation => mode.KindsFor(operation).Count == 0 || For(operation) is not null))],
        Removals = [Removal.Remove, Removal.Delete, Removal.Archive],
        Fields = [.. Identifiers.Select(name => new FieldSpec(name, "What the API knows rows by.") { Required = true, Identifies = true })],
        OtherFields = true,
        OneOf = Identifiers,
        MaxBatchRows = new[] { Upsert, Update, Insert, Append }.OfType<HttpApiRequest>().Select(request => request.Rows).DefaultIfEmpty(1).Min(),
        MaxRemovalRows = Remove?.Rows,
        Concurrency = options?.Concurrency ?? 1,
        UnsafeToRepeat = ReplaySafe ? [] : Enum.GetValues<SyncMode>(),
        Reports = Results.Count > 0 ? Reporting.PerRow : Reporting.PerRequest,
    };
}

/// <summary>A request.</summary>
public sealed record HttpApiRequest
{
    private const int UsualRows = 100;

    [Description("POST, PUT, PATCH or DELETE.")]
    public string Method { get; init; } = "POST";

    [Description("The path below url. {{field}} is the row's value, escaped, where there is one row per request.")]
    public required TextTemplate Path { get; init; }

    [Description("The body. \"{{field}}\" is the row's value with its type, \"{{*}}\" an object of all mapped fields, { each: ... } a list with an item for each row.")]
    public JsonTemplate? Body { get; init; }

    [Description("Rows per request at the most: 1 where the body has no each, else 100 when left out.")]
    public int? RowsPerRequest { get; init; }

    internal int Rows => RowsPerRequest ?? (Body is { Repeats: true } ? UsualRows : 1);
}

/// <summary>Where an answer tells of rows.</summary>
public sealed record HttpApiResults
{
    [Description("The way to the list, as data.items; left out where the answer itself is the list.")]
    public string At { get; init; } = "";

    [Description("The answers' statuses that have it; left out for every successful one.")]
    public IReadOnlyList<int> Status { get; init; } = [];

    [Description("Where an item says which row it is about.")]
    public string? Key { get; init; }

    [Description("The mapped field that key repeats, or $key for the model's key; the first identifier when left out.")]
    public string? Field { get; init; }

    [Description("Instead of key: true where the list has the request's order by contract, or where an item has the row's place in the request, from 0.")]
    public string? Index { get; init; }

    [Description("Where an item says whether the row was taken: true, or a status from 200 to 299.")]
    public string? Ok { get; init; }

    [Description("Where an item says what is wrong. Without ok, an item that has it is a refusal.")]
    public string? Error { get; init; }

    [Description("Where an item has the code of that.")]
    public string? Code { get; init; }

    [Description("True where the list has refused rows only, so that the others were taken.")]
    public bool OthersAccepted { get; init; }
}

/// <summary>Where an answer says that the request failed.</summary>
public sealed record HttpApiError
{
    [Description("The way to what is there only in a failure, as error; or to a value that tells, with is or is_not.")]
    public required string At { get; init; }

    [Description("The values that mean failure.")]
    public IReadOnlyList<string> Is { get; init; } = [];

    [Description("The values that mean success.")]
    public IReadOnlyList<string> IsNot { get; init; } = [];

    [Description("The way to the code, as error.code; the value itself when left out.")]
    public string? Code { get; init; }

    [Description("The way to the message, as error.message.")]
    public string? Message { get; init; }
}

/// <summary>How an API asks to slow down.</summary>
public sealed record HttpApiThrottle
{
    [Description("Statuses, besides 429.")]
    public IReadOnlyList<int> Status { get; init; } = [];

    [Description("Error codes.")]
    public IReadOnlyList<string> Code { get; init; } = [];

    [Description("The header with the seconds to wait, besides Retry-After.")]
    public string? RetryAfter { get; init; }
}
