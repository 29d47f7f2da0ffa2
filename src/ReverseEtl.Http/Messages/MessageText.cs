using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Mapping;

namespace ReverseEtl.Http.Messages;

/// <summary>The text that a row becomes.</summary>
public static class MessageText
{
    /// <summary>The outcome of a row that becomes none.</summary>
    public static RowOutcome None { get; } = RowOutcome.Rejected(OutcomeCodes.InvalidValue, "the template gives no text for this row, as its fields are NULL");

    /// <summary>Renders a row; null where there is nothing to be read.</summary>
    /// <param name="template">A template over the fields of the batch.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="escape">Makes a value harmless where the vendor gives some characters a meaning.</param>
    public static string? Of(FieldTemplate template, ChangeBatch batch, int row, Func<string, string>? escape = null)
    {
        var values = batch.Fields.ToDictionary(field => field.Name, field => field.Text(row) is { } text ? escape?.Invoke(text) ?? text : null, StringComparer.Ordinal);
        var rendered = template.Render(values);
        return string.IsNullOrWhiteSpace(rendered) ? null : rendered;
    }

    /// <summary>What is wrong with a sync's template and with the destination's limits.</summary>
    public static IEnumerable<string> Check(FieldTemplate template, DestinationRequest request)
    {
        foreach (var unknown in template.Columns.Where(field => !request.Fields.Contains(field)))
            yield return $"object.template names {{{{{unknown}}}}}, which is not mapped{Nearest.Hint(unknown, request.Fields)}";
        if (request.Options is IMessageLimits { MessagesPerDay: < 1 })
            yield return "messagesPerDay must be 1 or more";
    }
}
