using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.HttpApi;

/// <summary>What is wrong with the description of an API, beyond its form.</summary>
internal static class HttpApiCheck
{
    private static readonly string[] Methods = ["POST", "PUT", "PATCH", "DELETE"];

    public static IEnumerable<string> Run(HttpApiOptions options, HttpApiObject @object, DestinationRequest request) =>
    [
        .. Of(options),
        .. Operations(@object).SelectMany(operation => Of(operation.Name, operation.Request, @object, request)),
        .. @object.Results.SelectMany(place => Of(place, @object, request)),
        .. Of(@object),
    ];

    private static IEnumerable<string> Of(HttpApiOptions options)
    {
        if (options.Sandbox)
            yield return "sandbox: there is no emulator of an API that only you describe; set baseUrl to a test server";
        else if (options.Url is null && options.BaseUrl is null)
            yield return "url is missing: say where the API begins, as https://api.vendor.example/v2";
        if (options.Auth.Ways > 1)
            yield return "auth has several of bearer, basic and oauth; a request can have one";
        foreach (var (name, value) in options.Headers.Select(header => (header.Key, header.Value.Reveal())))
        {
            if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
                yield return $"headers: \"{name}\" is no header's name";
            else if (name.StartsWith("content-", StringComparison.OrdinalIgnoreCase) || value.Any(letter => letter is < ' ' or > '~'))
                yield return $"headers.{name} cannot be set: content- headers are the body's, and a value is printable ASCII";
        }

        if (options.Requests < 1 || options.Per <= TimeSpan.Zero || options.Concurrency < 1 || options.Timeout <= TimeSpan.Zero)
            yield return "requests, per, concurrency and timeout must be more than nothing";
    }

    private static IEnumerable<string> Of(HttpApiObject @object)
    {
        if (!Operations(@object).Any())
            yield return "object describes no request; it needs one of upsert, update, insert, append, remove";
    }

    private static IEnumerable<string> Of(string name, HttpApiRequest made, HttpApiObject @object, DestinationRequest request)
    {
        if (!Methods.Contains(made.Method))
            yield return $"object.{name}.method is \"{made.Method}\"; it can be {string.Join(", ", Methods)}";
        if (made.Path.Start.Contains("://", StringComparison.Ordinal))
            yield return $"object.{name}.path begins with a host; it stands below the destination's url";
        if (made.Rows < 1)
            yield return $"object.{name}.rows_per_request must be 1 or more";
        if (made.Rows > 1 && made.Path.Fields.FirstOrDefault() is { } single)
            yield return $"object.{name}.path names {{{{{single}}}}}, which is for one row per request; add rows_per_request: 1, or name it in the body";
        if (made.Rows > 1 && made.Body is not { Repeats: true })
            yield return $"object.{name}.rows_per_request is {made.Rows}, but the body has no {{ each: ... }} to put them into";

        var isRemoval = name == "remove";
        var known = isRemoval ? @object.Identifiers : request.Fields;
        foreach (var (field, where) in made.Path.Fields.Select(field => (field, "path")).Concat((made.Body?.Fields ?? []).Select(field => (field, "body"))).Distinct())
        {
            if (field is RowFields.All && where == "path")
                yield return $"object.{name}.path: {{{{*}}}} is an object and cannot stand in a path";
            else if (field is not (RowFields.All or RowFields.Key) && !known.Contains(field))
                yield return $"object.{name}.{where} names {{{{{field}}}}}, which is not {(isRemoval ? "among the identifiers" : "mapped")}{Nearest.Hint(field, known)}";
        }
    }

    private static IEnumerable<string> Of(HttpApiResults place, HttpApiObject @object, DestinationRequest request)
    {
        if (place.Key is null == place.Index is null)
            yield return "object.results needs either key, where an item says which row it is about, or index";
        if (place.Field is { } field && field != RowFields.Key && !request.Fields.Contains(field))
            yield return $"object.results.field is {field}, which is not mapped{Nearest.Hint(field, request.Fields)}";
        else if (place.Field is { } told && told != RowFields.Key && @object.Remove is not null && !@object.Identifiers.Contains(told))
            yield return $"object.results.field is {told}, which removals do not know; add it to identifiers";
    }

    private static IEnumerable<(string Name, HttpApiRequest Request)> Operations(HttpApiObject @object) =>
        from operation in SyncModes.InOrder
        let made = @object.For(operation)
        where made is not null
        select (operation.ToString().ToLowerInvariant(), made);
}
