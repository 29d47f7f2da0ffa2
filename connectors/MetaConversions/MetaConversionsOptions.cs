using System.ComponentModel;
using ReverseEtl.Connectors.Meta;

namespace ReverseEtl.Connectors.MetaConversions;

/// <summary>A dataset of Meta's, which pixels are too, in cdp.config.json.</summary>
public sealed record MetaConversionsOptions : MetaGraphOptions
{
    [Description("The number of the dataset (the pixel).")]
    public required string DatasetId { get; init; }
}

/// <summary>The events that a sync sends.</summary>
public sealed record MetaConversionsObject
{
    [Description("The name of the event: Purchase, Lead or another. Left out, event_name is mapped.")]
    public string? Event { get; init; }

    [Description("Where the events happened: business_messaging, chat, email, other, phone_call, physical_store, system_generated or website.")]
    public MetaActionSource ActionSource { get; init; } = MetaActionSource.SystemGenerated;

    [Description("What Meta may do with the events: [LDU] limits it, [] says that there is no limit. Nothing is said where left out.")]
    public IReadOnlyList<string>? DataProcessingOptions { get; init; }

    [Description("With LDU: the country, 1 for the United States, 0 to have Meta find out.")]
    public int? DataProcessingOptionsCountry { get; init; }

    [Description("With LDU: the state, 1000 for California and so on, 0 to have Meta find out.")]
    public int? DataProcessingOptionsState { get; init; }

    [Description("The code of Test events in Events Manager: events show up there.")]
    public string? TestEventCode { get; init; }

    [Description("The country of phone numbers without a country code, ISO 3166 with two letters, where no country is mapped.")]
    public string? Country { get; init; }
}

/// <summary>Where events happen.</summary>
public enum MetaActionSource
{
    BusinessMessaging,
    Chat,
    Email,
    Other,
    PhoneCall,
    PhysicalStore,
    SystemGenerated,
    Website,
}
