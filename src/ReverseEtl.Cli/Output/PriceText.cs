using System.Globalization;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Cli.Output;

/// <summary>What a plan costs, for people. Only parts that say something.</summary>
internal static class PriceText
{
    /// <summary>The whole price in a line; null where the number of requests is all there is to say.</summary>
    public static string? Line(PlanPrice price)
    {
        var lookUps = WithLookUps(price) is { } more ? $" ({more})" : "";
        var costs = Costs(price).ToList();
        return lookUps.Length + costs.Count == 0 ? null : string.Join(" · ", [$"{Requests(price)}{lookUps}", .. costs]);
    }

    /// <summary>The price without its requests; null where there is no more to say.</summary>
    public static string? Besides(PlanPrice price) =>
        new[] { WithLookUps(price) }.OfType<string>().Concat(Costs(price)).ToList() is { Count: > 0 } parts ? string.Join(" · ", parts) : null;

    /// <summary>The number of requests.</summary>
    public static string Requests(PlanPrice price) => price.Requests == 1 ? "1 request" : string.Create(CultureInfo.InvariantCulture, $"{price.Requests:N0} requests");

    private static string? WithLookUps(PlanPrice price) =>
        price.LookUps is { } lookUps ? string.Create(CultureInfo.InvariantCulture, $"up to {price.Requests + lookUps:N0} with look-ups") : null;

    private static IEnumerable<string> Costs(PlanPrice price)
    {
        var (upTo, with) = price.LookUps is null ? ("", "") : ("up to ", " with look-ups");
        if (price.Quota is { Share: > 0 } quota)
            yield return string.Create(CultureInfo.InvariantCulture, $"{upTo}{Percent(quota.Share)} of {quota.Requests:N0} {Spans.Each(quota.Per)}");
        if (price.Charge is { Count: > 0 } charge)
            yield return string.Create(CultureInfo.InvariantCulture, $"{charge.Count:N0} {charge.Unit}");
        if (price.DurationSeconds is > 0 and var seconds)
            yield return $"at least {Spans.Long(seconds)}{with}";
    }

    private static string Percent(double share) => share < 0.001 ? "less than 0.1%" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:#,0.#}%");
}
