using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Http.Vendors;

/// <summary>An error as a vendor tells it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Message">What it says.</param>
public readonly record struct VendorError(string Code, string Message);

/// <summary>
/// How a vendor says no: where the error stands in an answer, and which codes mean more than that. What it leaves open is taken as HTTP has
/// it. One declaration per vendor.
/// </summary>
public sealed record VendorErrors
{
    /// <summary>The error of an answer, also of one with status 200; null where it has none.</summary>
    public required Func<JsonElement, VendorError?> Find { get; init; }

    /// <summary>For <see cref="Find"/>: the first one of a list of errors.</summary>
    /// <param name="list">The list's name.</param>
    /// <param name="read">Reads an error.</param>
    public static Func<JsonElement, VendorError?> FirstOf(string list, Func<JsonElement, VendorError> read) =>
        body => body.Items(list).Select(error => (VendorError?)read(error)).FirstOrDefault();

    /// <summary>Codes that ask to slow down. A code may have a more special one below it, as <c>17/2446079</c>.</summary>
    public IReadOnlySet<string> Throttled { get; init; } = new HashSet<string>();

    /// <summary>Codes after which no other request can fare better: credentials, terms, an object that is gone.</summary>
    public IReadOnlySet<string> Unusable { get; init; } = new HashSet<string>();

    /// <summary>Codes of failures that pass.</summary>
    public IReadOnlySet<string> Passing { get; init; } = new HashSet<string>();

    /// <summary>Codes of failures that pass, and after which the vendor may have done all the same what it was asked for, whatever the status.</summary>
    public IReadOnlySet<string> Doubtful { get; init; } = new HashSet<string>();

    /// <summary>Codes that refuse a row for good: the same row is not sent again.</summary>
    public IReadOnlySet<string> Final { get; init; } = new HashSet<string>();

    /// <summary>Statuses that ask to slow down, besides 429.</summary>
    public IReadOnlySet<int> ThrottledStatuses { get; init; } = new HashSet<int>();

    /// <summary>How long the vendor asks to wait, where it says so elsewhere than in <c>Retry-After</c>.</summary>
    public Func<HttpAnswer, TimeSpan?> Wait { get; init; } = _ => null;

    /// <summary>What refuses the whole request, or null where the vendor took it and the answer tells the rest.</summary>
    /// <returns>A rejection that may be due to one row of several, or a retry.</returns>
    /// <exception cref="DestinationException">Nothing more can be sent.</exception>
    public RowOutcome? Refusal(HttpAnswer answer, Redactor redactor)
    {
        var status = (int)answer.Status;
        var error = answer.Json() is { } body ? Find(body) : null;
        if (error is null && status is >= 200 and < 300)
            return null;
        var code = redactor.Clean(error?.Code is { Length: > 0 } known ? known : status.ToString(CultureInfo.InvariantCulture));
        var said = error is { } found ? $"{answer.From} answered {status}, {code}: {redactor.Clean(found.Message)}" : answer.Describe(redactor);
        var isThrottled = Has(Throttled, code) || ThrottledStatuses.Contains(status);
        if (isThrottled || Has(Passing, code) || Has(Doubtful, code) || HttpOutcome.IsTransient(status))
        {
            return RowOutcome.Retry(code, said, answer.RetryAfter ?? Wait(answer)) with
            {
                MayHaveArrived = !isThrottled && (HttpOutcome.MayHaveArrived(status) || Has(Doubtful, code)),
            };
        }

        if (Has(Unusable, code))
            throw new DestinationException($"{said}. Nothing more was sent: mend that, then run the sync again") { IsUnreachable = false };
        if (status is 404 or 405 or 410)
            throw new DestinationException($"{said}. There is no such thing at the vendor: check the sync's object and the destination's options") { IsUnreachable = false };
        if (error is not null && status is >= 200 and < 300)
            return Rejected(code, said);
        var outcome = HttpOutcome.Of(answer, redactor);
        return outcome.Kind is OutcomeKind.Rejected ? Rejected(code, said) : outcome with { Code = code, Message = said };
    }

    private RowOutcome Rejected(string code, string said) => Has(Final, code) ? RowOutcome.RejectedForGood(code, said) : RowOutcome.Rejected(code, said);

    // A code with a part below it, as 17/2446079, is also what it is without.
    private static bool Has(IReadOnlySet<string> codes, string code) => codes.Contains(code) || codes.Contains(code.Split('/')[0]);
}
