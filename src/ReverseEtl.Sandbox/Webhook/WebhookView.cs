namespace ReverseEtl.Sandbox.Webhook;

/// <summary>Counts of one path.</summary>
/// <param name="Path">The path below <c>/webhook/</c>.</param>
/// <param name="Rows">Rows that are there now.</param>
/// <param name="Removed">Keys that were removed and did not come back.</param>
/// <param name="Events">Events appended.</param>
/// <param name="Requests">Requests received, refused ones included.</param>
/// <param name="Repeats">Requests whose id had been applied before; they changed nothing.</param>
public sealed record WebhookSummary(string Path, long Rows, long Removed, long Events, long Requests, long Repeats);

/// <summary>A row. Both values are JSON, byte for byte as received.</summary>
/// <param name="Key">The key.</param>
/// <param name="Content">The fields; for a removed row the identifiers that came with the removal.</param>
public sealed record WebhookRow(string Key, string Content);

/// <summary>An event.</summary>
/// <param name="Key">The key, as JSON.</param>
/// <param name="Count">How often it was appended: more than once is a duplicate.</param>
/// <param name="Fields">The fields received last, as JSON.</param>
public sealed record WebhookEvent(string Key, long Count, string Fields);

/// <summary>What a path has received.</summary>
public sealed record WebhookView(
    WebhookSummary Summary,
    IReadOnlyList<WebhookRow> Rows,
    IReadOnlyList<WebhookRow> Removed,
    IReadOnlyList<WebhookEvent> Events);
