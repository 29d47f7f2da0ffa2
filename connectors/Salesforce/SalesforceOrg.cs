using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>An org: its version of the API, and what is asked of it besides sending rows.</summary>
internal sealed class SalesforceOrg(SalesforceOptions options, DestinationRequest request, VendorApi<ISalesforceApi> api)
{
    // The query stands in the address, which may have 16 KB.
    public const int ValuesPerQuery = 100;

    private string? _version = options.ApiVersion is { } given ? $"v{given.TrimStart('v')}" : null;

    public VendorApi<ISalesforceApi> Api => api;

    /// <summary>The version, as paths have it.</summary>
    public async ValueTask<string> VersionAsync(CancellationToken cancellationToken)
    {
        if (_version is not null)
            return _version;
        var answer = await api.AskAsync((salesforce, token) => salesforce.VersionsAsync(token), cancellationToken);
        var versions = answer.Json() is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(version => version.Text("version")).OfType<string>() : [];
        return _version = versions.MaxBy(version => decimal.Parse(version, CultureInfo.InvariantCulture)) is { } latest
            ? $"v{latest}"
            : throw new DestinationException("the address is none of Salesforce's: it names no versions of the API. Correct instanceUrl in cdp.config.json") { IsUnreachable = false };
    }

    /// <summary>All records of a query.</summary>
    public async ValueTask<List<JsonElement>> QueryAsync(string query, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        var records = new List<JsonElement>();
        var answer = await api.AskAsync((salesforce, token) => salesforce.QueryAsync(version, query, token), cancellationToken);
        while (true)
        {
            var page = answer.Json() ?? default;
            records.AddRange(page.Items("records"));
            if (page.Text("nextRecordsUrl")?.Split('/')[^1] is not { } locator)
                return records;
            answer = await api.AskAsync((salesforce, token) => salesforce.QueryMoreAsync(version, locator, token), cancellationToken);
        }
    }

    /// <summary>Salesforce's ids of records by one of their fields.</summary>
    /// <param name="type">The object.</param>
    /// <param name="field">The field.</param>
    /// <param name="where">What else must hold; empty, or beginning with AND.</param>
    public RecordIds IdsOf(string type, string field, string where = "") => new(request.Memory, type + where, field, ValuesPerQuery, async (values, cancellationToken) =>
    {
        var found = await QueryAsync($"SELECT Id, {field} FROM {type} WHERE {field} IN ({string.Join(",", values.Select(Quote))}){where}", cancellationToken);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in found)
            ids.TryAdd(record.Text(field) ?? "", record.Text("Id")!);
        // Salesforce compares most text without case.
        var alike = ids.GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => same.First().Value, StringComparer.OrdinalIgnoreCase);
        return values.Where(alike.ContainsKey).ToDictionary(value => value, value => ids.GetValueOrDefault(value) ?? alike[value], StringComparer.Ordinal);
    });

    /// <summary>A text in a query.</summary>
    public static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
