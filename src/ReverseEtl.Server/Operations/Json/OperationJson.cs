using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Operations.Json;

/// <summary>How results are written as JSON. The command line and the API have one form, but for what only the API tells.</summary>
internal static class OperationJson
{
    /// <summary>All of a result: what the API answers with.</summary>
    public static JsonSerializerOptions Whole { get; } = MakeWhole();

    /// <summary>What <c>--json</c> prints.</summary>
    public static JsonSerializerOptions Printed { get; } = new(Whole)
    {
        WriteIndented = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOut, TellMembers } },
    };

    /// <summary>Sets options to write results.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JsonText.Encoder;
        options.Converters.Add(new UtcConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { TellMembers } };
    }

    private static JsonSerializerOptions MakeWhole()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        return options;
    }

    private static void LeaveOut(JsonTypeInfo type)
    {
        for (var at = type.Properties.Count - 1; at >= 0; at--)
        {
            if (type.Properties[at].AttributeProvider?.IsDefined(typeof(NotPrintedAttribute), inherit: true) == true)
                type.Properties.RemoveAt(at);
        }
    }

    // How many members a replacement meets is told even where that is not known: as null.
    private static void TellMembers(JsonTypeInfo type)
    {
        if (type.Type == typeof(PlanResult))
            type.Properties.Single(property => property.Name == "members").ShouldSerialize = (plan, _) => ((PlanResult)plan).Vanishing is not null;
    }
}

/// <summary>Part of a result that <c>--json</c> does not print: texts need it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotPrintedAttribute : Attribute;

/// <summary>Instants in UTC, with <c>Z</c>.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value.UtcDateTime);
}
