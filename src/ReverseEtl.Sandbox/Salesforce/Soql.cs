using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>Queries of the kind <c>SELECT Id, F FROM X WHERE F IN ('a', 'b') AND G = 'c' LIMIT 10</c>. Text compares without case.</summary>
internal static partial class Soql
{
    private const int PageSize = 2000;

    public static VendorAnswer Query(VendorCall call) => Run(call, call.Query("q") ?? "", 0);

    /// <summary>The records after those that were answered before.</summary>
    public static VendorAnswer More(VendorCall call)
    {
        var parts = call.Part("locator").Split('-');
        return parts is [_, var encoded, var from] && int.TryParse(from, out var offset)
            ? Run(call, Encoding.UTF8.GetString(Convert.FromHexString(encoded)), offset)
            : SalesforceDialect.Error(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    }

    private static VendorAnswer Run(VendorCall call, string query, int offset)
    {
        var match = Statement().Match(query);
        if (!match.Success)
            return SalesforceDialect.Error(400, "MALFORMED_QUERY", $"unexpected token: {query}");
        if (SObject.Find(match.Groups["object"].Value) is not { } type)
            return SalesforceDialect.Error(400, "INVALID_TYPE", $"sObject type '{match.Groups["object"].Value}' is not supported.");
        string[] fields = [.. match.Groups["fields"].Value.Split(',').Select(field => field.Trim())];
        var conditions = Conditions(match.Groups["where"].Value);
        if (conditions is null)
            return SalesforceDialect.Error(400, "MALFORMED_QUERY", $"unexpected token: {match.Groups["where"].Value}");
        if (fields.Concat(conditions.Select(condition => condition.Field)).FirstOrDefault(field => !type.HasField(field)) is { } unknown)
            return SalesforceDialect.Error(400, "INVALID_FIELD", $"No such column '{unknown}' on entity '{type.Name}'.");

        var limit = match.Groups["limit"].Success ? int.Parse(match.Groups["limit"].Value, CultureInfo.InvariantCulture) : int.MaxValue;
        var found = call.Account.Table(type.Table).Records
            .Where(record => conditions.TrueForAll(condition => condition.Values.Contains(Value(record, condition.Field)) != condition.IsNot)).Take(limit).ToList();
        var records = found.Skip(offset).Take(PageSize).Select(record => fields.ToDictionary(field => field, object? (field) => Value(record, field))
            .Prepend(new("attributes", new { type = type.Name, url = $"/services/data/{call.Part("version")}/sobjects/{type.Name}/{record.Key}" })).ToDictionary());
        return found.Count > offset + PageSize
            ? VendorAnswer.Json(200, new
            {
                totalSize = found.Count,
                done = false,
                nextRecordsUrl = $"/services/data/{call.Part("version")}/query/01g-{Convert.ToHexString(Encoding.UTF8.GetBytes(query))}-{offset + PageSize}",
                records,
            })
            : VendorAnswer.Json(200, new { totalSize = found.Count, done = true, records });
    }

    private static string? Value(KeyValuePair<string, IReadOnlyDictionary<string, string?>> record, string field) =>
        field == "Id" ? record.Key : record.Value.GetValueOrDefault(field);

    private sealed record Condition(string Field, bool IsNot, HashSet<string?> Values);

    /// <summary>The conditions; null where they are not understood.</summary>
    private static List<Condition>? Conditions(string where)
    {
        var conditions = new List<Condition>();
        var rest = where.Trim();
        while (rest.Length > 0)
        {
            var match = Comparison().Match(rest);
            if (!match.Success)
                return null;
            var values = Literal().Matches(match.Groups["values"].Value)
                .Select(literal => literal.Groups["text"].Success ? Unescape(literal.Groups["text"].Value) : literal.Value == "null" ? null : literal.Value);
            var isNot = match.Groups["operator"].Value is "!=" or "<>" || match.Groups["operator"].Value.StartsWith("NOT", StringComparison.OrdinalIgnoreCase);
            conditions.Add(new Condition(match.Groups["field"].Value, isNot, new HashSet<string?>(values, StringComparer.OrdinalIgnoreCase)));
            rest = rest[match.Length..].TrimStart();
        }

        return conditions;
    }

    private static string Unescape(string text) => Escape().Replace(text, "$1");

    [GeneratedRegex(@"^\s*SELECT\s+(?<fields>[\w\s,.]+?)\s+FROM\s+(?<object>\w+)(?:\s+WHERE\s+(?<where>.+?))?(?:\s+ORDER\s+BY\s+[\w\s,]+?)?(?:\s+LIMIT\s+(?<limit>\d+))?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^(?<field>\w+)\s*(?<operator>=|!=|<>|NOT\s+IN\b|IN\b)\s*(?<values>\(\s*(?:'(?:\\.|[^'\\])*'|[\w.+-]+)(?:\s*,\s*(?:'(?:\\.|[^'\\])*'|[\w.+-]+))*\s*\)|'(?:\\.|[^'\\])*'|[\w.+-]+)(?:\s+AND\s+(?=\S)|\s*$)",
        RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Comparison();

    [GeneratedRegex(@"'(?<text>(?:\\.|[^'\\])*)'|[\w.+-]+", RegexOptions.Singleline)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\\(.)", RegexOptions.Singleline)]
    private static partial Regex Escape();
}
