using System.Globalization;
using System.Text;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Cli.Output;

/// <summary>What a kind of destination declares, as Markdown and as JSON; READMEs of connectors have it between two marks.</summary>
internal static class DestinationDoc
{
    /// <summary>The page of a type.</summary>
    public static string Markdown(IDestinationType type)
    {
        var page = new StringBuilder();
        AppendOptions(page, $"Options of `\"type\": \"{type.Type}\"` in cdp.config.json", OptionDoc.Of(type.OptionsType, JsonNamingPolicy.CamelCase).Where(option => option.Name != "type"));
        AppendOptions(page, "Options of a sync's `object`", OptionDoc.Of(type.ObjectType, JsonNamingPolicy.SnakeCaseLower));
        foreach (var spec in type.Objects)
            Append(page, spec);
        return page.ToString().TrimEnd() + "\n";
    }

    /// <summary>A type in a JSON document.</summary>
    public static void Write(Utf8JsonWriter writer, IDestinationType type)
    {
        writer.WriteString("type", type.Type);
        writer.WriteString("summary", type.Summary);
        writer.WriteList("objects", type.Objects, spec =>
        {
            writer.WriteString("name", spec.Name);
            writer.WriteString("summary", spec.Summary);
            writer.WriteString("example", spec.Example);
            WriteWords("modes", spec.Modes.Select(Word));
            WriteWords("removals", spec.Removals.Select(Word));
            writer.WriteNumber("max_batch_rows", spec.MaxBatchRows);
            writer.WriteNumber("concurrency", spec.Concurrency);
            writer.WriteNumber("look_ups", spec.LookUps);
            writer.WriteNumber("removal_look_ups", spec.LookUpsFor(Operation.Remove));
            if (spec.Quota is { } quota)
            {
                writer.WriteStartObject("quota");
                writer.WriteNumber("requests", quota.Requests);
                writer.WriteString("per", Duration.Format(quota.Per));
                writer.WriteEndObject();
            }

            if (spec.Charge is { } charge)
                writer.WriteString("charge", charge.Unit);
            writer.WriteString("reports", Word(spec.Reports));
            writer.WriteString("changed_fields", Word(spec.ChangedFields));
            writer.WriteBoolean("replaces", spec.Replaces);
            WriteWords("unsafe_to_repeat", spec.UnsafeToRepeat.Select(Word));
            writer.WriteBoolean("other_fields", spec.OtherFields);
            writer.WriteList("fields", spec.Fields, field =>
            {
                writer.WriteString("name", field.Name);
                writer.WriteString("description", field.Description);
                writer.WriteBoolean("required", field.Required);
                writer.WriteBoolean("identifies", field.Identifies);
                writer.WriteString("sent_as", field.Rule?.Summary);
                writer.WriteString("rule", field.Rule?.Id);
            });
        });

        void WriteWords(string name, IEnumerable<string> words)
        {
            writer.WriteStartArray(name);
            foreach (var word in words)
                writer.WriteStringValue(word);
            writer.WriteEndArray();
        }
    }

    private static void Append(StringBuilder page, ObjectSpec spec)
    {
        page.Append(CultureInfo.InvariantCulture, $"### {spec.Name}\n\n{spec.Summary}\n\n");
        page.Append("| | |\n| --- | --- |\n");
        Row("object", $"`{spec.Example}`");
        Row("modes", string.Join(", ", spec.Modes.Select(Word)));
        if (spec.Modes.Any(mode => mode.Removes()))
            Row("rows that left a mirror", string.Join(", ", spec.Removals.Select(Word)));
        if (spec.Replaces)
            Row("`--replace`", "makes it hold exactly the model's rows");
        Row("a request has", Limits(spec));
        if (LookUps(spec) is { } lookUps)
            Row("look-ups", lookUps);
        if (spec.Charge is { } charge)
            Row("the vendor bills", charge.Unit);
        Row("an unanswered request", spec.UnsafeToRepeat.Count == 0
            ? "is repeated, which does no harm"
            : $"is repeated, but not in mode {string.Join(", ", spec.UnsafeToRepeat.Select(Word))}: there its rows wait for `cdp resolve`");
        Row("the vendor tells", spec.Reports switch
        {
            Reporting.PerRow => "what became of each row",
            Reporting.PerRequest => "whether it took the request; one that it refuses is cut until the bad row stands alone",
            _ => "how many rows it took, not which",
        });
        if (spec.ChangedFields is not ChangedFields.Never)
            Row("a changed row has", spec.ChangedFields is ChangedFields.Usually ? "its changed fields only; all of them under `fields: all`" : "all fields; the changed ones only under `fields: changed`");
        page.Append('\n');
        if (spec.Fields.Count == 0)
            return;
        page.Append("| field | | sent as |\n| --- | --- | --- |\n");
        foreach (var field in spec.Fields)
        {
            var notes = new[] { field.Required ? "required" : null, field.Identifies ? "identifies a row" : null }.OfType<string>().Select(note => char.ToUpperInvariant(note[0]) + note[1..]);
            page.Append(CultureInfo.InvariantCulture, $"| `{field.Name}` | {string.Join(". ", notes.Prepend(field.Description.TrimEnd('.')))} | {field.Rule?.Summary ?? "as it is"} |\n");
        }

        page.Append(spec.OtherFields ? "\nAny other field may be mapped too.\n\n" : "\n");

        void Row(string name, string value) => page.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
    }

    private static string Limits(ObjectSpec spec)
    {
        var bytes = spec.MaxBatchBytes is { } most ? string.Create(CultureInfo.InvariantCulture, $" and {most:N0} bytes of text") : "";
        var rate = spec.Rate is { } budget ? string.Create(CultureInfo.InvariantCulture, $"; {budget.Requests:N0} requests in {budget.Per.TotalSeconds:0.#} s") : "";
        var quota = spec.Quota is { } all ? string.Create(CultureInfo.InvariantCulture, $"; {all.Requests:N0} requests {Spans.Each(Duration.Format(all.Per))}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"up to {spec.MaxBatchRows:N0} rows{bytes}; {spec.Concurrency} at once{rate}{quota}");
    }

    private static string? LookUps(ObjectSpec spec)
    {
        var parts = new[] { (Most: spec.LookUps, For: "a batch"), (Most: spec.RemovalLookUps ?? 0, For: "a batch with removals") }
            .Where(part => part.Most > 0).Select(part => $"{part.Most} for {part.For}").ToList();
        return parts.Count == 0 ? null : $"requests besides: up to {string.Join(", ", parts)}";
    }

    private static void AppendOptions(StringBuilder page, string title, IEnumerable<OptionDoc> options)
    {
        page.Append(CultureInfo.InvariantCulture, $"### {title}\n\n| option | default | |\n| --- | --- | --- |\n");
        foreach (var option in options)
            page.Append(CultureInfo.InvariantCulture, $"| `{option.Name}` | {(option.IsRequired ? "required" : option.Default is { } value ? $"`{value}`" : "")} | {option.Description} |\n");
        page.Append('\n');
    }

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
