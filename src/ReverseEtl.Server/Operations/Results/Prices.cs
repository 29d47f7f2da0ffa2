using System.Text.Json.Serialization;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>What a plan costs at the vendor, if nothing goes wrong.</summary>
internal sealed record PlanPrice
{
    /// <summary>Requests with rows.</summary>
    public required long Requests { get; init; }

    /// <summary>Requests besides, at the most, as the vendor's own ids have to be looked up; left out where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LookUps { get; init; }

    /// <summary>What the vendor allows the account in all; left out where it names nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlanQuota? Quota { get; init; }

    /// <summary>What the vendor bills by; left out where that is requests, or nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlanCharge? Charge { get; init; }

    /// <summary>Seconds that these requests, look-ups with them, take at the least at the account's budget; null where the vendor names none.</summary>
    public required double? DurationSeconds { get; init; }

    /// <summary>The price of what was counted.</summary>
    /// <param name="spec">The object.</param>
    /// <param name="requests">Requests with rows.</param>
    /// <param name="lookUps">Requests besides, at the most.</param>
    /// <param name="charged">What is billed, in the object's unit.</param>
    public static PlanPrice Of(ObjectSpec spec, long requests, long lookUps, long charged) => new()
    {
        Requests = requests,
        LookUps = lookUps > 0 ? lookUps : null,
        Quota = spec.Quota is { } quota ? new PlanQuota(quota.Requests, Duration.Format(quota.Per), (requests + lookUps) / (double)quota.Requests) : null,
        Charge = spec.Charge is { } charge ? new PlanCharge(charge.Unit, charged) : null,
        DurationSeconds = spec.Rate is { } rate ? LeastTime(requests + lookUps, rate).TotalSeconds : null,
    };

    // A period's requests may go at once, and so the last ones take no time either.
    private static TimeSpan LeastTime(long requests, RateBudget rate) => rate.Per * (Math.Max(0, requests - 1) / rate.Requests);
}

/// <summary>The part of an account's allowance that a plan takes.</summary>
/// <param name="Requests">What is allowed.</param>
/// <param name="Per">In how long, as <c>1d</c>.</param>
/// <param name="Share">The part of it that the plan takes, look-ups with it; above 1 where it takes more than there is.</param>
internal sealed record PlanQuota(int Requests, string Per, double Share);

/// <summary>What a vendor bills for a plan.</summary>
/// <param name="Unit">In the plural: <c>data points</c>.</param>
/// <param name="Count">How many.</param>
internal sealed record PlanCharge(string Unit, long Count);
