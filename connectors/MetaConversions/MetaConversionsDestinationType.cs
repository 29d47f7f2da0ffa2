using ReverseEtl.Connectors.Meta;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.MetaConversions;

/// <summary>Facebook and Instagram: events by the Conversions API.</summary>
public sealed class MetaConversionsDestinationType()
    : DestinationType<MetaConversionsOptions, MetaConversionsObject>("meta-conversions", "Facebook and Instagram: events by the Conversions API, hashed.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [MetaEvents.Describe(new MetaConversionsObject { Event = "Purchase" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(MetaConversionsOptions? options, MetaConversionsObject @object) => MetaEvents.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(MetaConversionsOptions options, MetaConversionsObject @object, DestinationRequest request)
    {
        if (!options.DatasetId.All(char.IsAsciiDigit) || options.DatasetId.Length == 0)
            yield return $"datasetId must be a number, but is \"{options.DatasetId}\"";
        if (@object.Event is not null && request.Fields.Contains(MetaEventFields.Name))
            yield return $"object.event names the event, and so does the field {MetaEventFields.Name}: leave one of them out";
        if (@object.Event == "Purchase" && !(request.Fields.Contains(MetaEventFields.Value) && request.Fields.Contains(MetaEventFields.Currency)))
            yield return $"Meta takes a Purchase with its {MetaEventFields.Value} and {MetaEventFields.Currency}; add them to the map";
        if (@object.ActionSource is MetaActionSource.Website && !(request.Fields.Contains(MetaEventFields.Url) && request.Fields.Contains(MetaEventFields.UserAgent)))
            yield return $"Meta takes events of a website with {MetaEventFields.Url} and {MetaEventFields.UserAgent}: add them to the map, or name another action_source";
        if (@object.DataProcessingOptions is null && (@object.DataProcessingOptionsCountry ?? @object.DataProcessingOptionsState) is not null)
            yield return "object has a country or state of data_processing_options, and not the options: add data_processing_options: [LDU]";
    }

    /// <inheritdoc/>
    protected override IDestination Open(MetaConversionsOptions options, MetaConversionsObject @object, DestinationRequest request) =>
        new MetaEvents(options, @object, request, MetaGraph.Open<IMetaConversionsApi>(options, request));
}
