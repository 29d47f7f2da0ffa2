using System.Globalization;
using System.Text.Json;

namespace ReverseEtl.Sandbox.Google;

/// <summary>A destination of a request.</summary>
/// <param name="Reference">What members call it by.</param>
/// <param name="List">The user list, or what else the destination is: account type, account and id.</param>
/// <param name="Json">As it came.</param>
internal sealed record Target(string Reference, string List, JsonElement Json)
{
    private const int Most = 10;

    /// <summary>The destinations of a request; what is wrong with them is noted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="violations">What is wrong with it.</param>
    /// <param name="unknown">The reason for a destination that is not there.</param>
    public static IReadOnlyList<Target> Read(JsonElement request, List<Violation> violations, string unknown = "INVALID_USER_LIST_ID")
    {
        var targets = new List<Target>();
        var destinations = request.ListOf("destinations");
        if (destinations.Count == 0)
            violations.Add(new Violation("destinations", "REQUIRED_FIELD_MISSING", "At least one destination is required."));
        if (destinations.Count > Most)
            violations.Add(new Violation("destinations", "TOO_MANY_DESTINATIONS", $"At most {Most} destinations are allowed."));
        for (var at = 0; at < destinations.Count; at++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"destinations[{at}]");
            var account = destinations[at].Field("operating_account") ?? default;
            string type = account.TextOf("account_type"), id = account.TextOf("account_id"), list = destinations[at].TextOf("product_destination_id");
            if (type.Length == 0 || id.Length == 0)
                violations.Add(new Violation($"{path}.operating_account", "REQUIRED_FIELD_MISSING", "The operating account needs accountType and accountId."));
            if (!id.All(char.IsAsciiDigit))
                violations.Add(new Violation($"{path}.operating_account.account_id", "INVALID_NUMBER_FORMAT", "The account id must be digits."));
            if (list.Length == 0)
                violations.Add(new Violation($"{path}.product_destination_id", "REQUIRED_FIELD_MISSING", "The product destination id is required."));
            else if (!IsThere(type, list))
                violations.Add(new Violation($"{path}.product_destination_id", unknown, "There is no such destination."));
            targets.Add(new Target(destinations[at].TextOf("reference"), $"{type}/{id}/{list}", destinations[at]));
        }

        if (targets.Where(target => target.Reference.Length > 0).GroupBy(target => target.Reference).Any(same => same.Count() > 1))
            violations.Add(new Violation("destinations", "DUPLICATE_DESTINATION_REFERENCE", "Two destinations have the same reference."));
        return targets;
    }

    /// <summary>Analytics properties have streams with names; all else has numbers.</summary>
    private static bool IsThere(string type, string id) =>
        type == "GOOGLE_ANALYTICS_PROPERTY" ? id.StartsWith("G-", StringComparison.Ordinal) : id.All(char.IsAsciiDigit) && !id.StartsWith("404", StringComparison.Ordinal);
}
