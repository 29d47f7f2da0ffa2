using ReverseEtl.Core.Config;
using ReverseEtl.Http.Signing;

namespace ReverseEtl.Connectors.Webhook;

/// <summary>What can be known to be wrong with a webhook without connecting.</summary>
internal static class WebhookCheck
{
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "webhook-id", "webhook-timestamp", "webhook-signature", "host", "transfer-encoding", "connection",
    };

    public static IEnumerable<string> Run(WebhookOptions options, WebhookObject @object, IReadOnlyList<string> fields) =>
    [
        .. Address(options),
        .. Headers(options.Headers),
        .. Limits(options),
        .. Object(@object, fields),
    ];

    private static IEnumerable<string> Address(WebhookOptions options)
    {
        if (options.Target is not { } target)
        {
            if (!options.Sandbox)
                yield return "url is missing: say where to post, or set sandbox to true";
        }
        else if (!target.IsAbsoluteUri || target.Scheme is not ("http" or "https"))
        {
            yield return "url must begin with http:// or https://";
        }
        else if (target.UserInfo.Length > 0)
        {
            yield return "url must not carry a password: send it in headers, where it can come from ${env:NAME}";
        }

        if (options.Secret is { } secret && !StandardWebhookSignature.IsSecret(secret))
            yield return "secret must be whsec_ followed by Base64; make one with: echo whsec_$(openssl rand -base64 32)";
    }

    private static IEnumerable<string> Headers(IReadOnlyDictionary<string, Secret>? headers)
    {
        foreach (var (name, value) in headers ?? new Dictionary<string, Secret>())
        {
            if (Reserved.Contains(name) || name.StartsWith("content-", StringComparison.OrdinalIgnoreCase))
                yield return $"headers: {name} is set by the connector";
            else if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter)))
                yield return $"headers: {name} is not a header name";
            else if (!value.Reveal().All(letter => letter is >= ' ' and <= '~'))
                yield return $"headers: the value of {name} has characters other than printable ASCII";
        }
    }

    private static IEnumerable<string> Limits(WebhookOptions options)
    {
        if (options.BatchRows is < 1 or > 100_000)
            yield return "batchRows must be between 1 and 100000";
        if (options.Concurrency is < 1 or > 64)
            yield return "concurrency must be between 1 and 64";
        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromHours(1))
            yield return "timeout must be above zero and at most one hour";
    }

    private static IEnumerable<string> Object(WebhookObject @object, IReadOnlyList<string> fields)
    {
        if (@object.Path is { } path && (path.AsSpan().ContainsAny('?', '#') || path.Split('/').Contains("..")))
            yield return "object.path must be a plain path, without ?, # and ..";
        foreach (var unmapped in @object.Identifiers.Except(fields))
            yield return $"object.identifiers: {unmapped} is not a mapped field; map it, or take it off the list";
    }
}
