using ReverseEtl.Connectors.Meta;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.MetaAudiences;

/// <summary>Facebook and Instagram: customer-list audiences of an ad account.</summary>
public sealed class MetaAudiencesDestinationType()
    : DestinationType<MetaOptions, MetaObject>("meta-audiences", "Facebook and Instagram: customer-list audiences, hashed.")
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ObjectSpec> Offered { get; } = [MetaAudience.Describe(new MetaObject { Audience = "VIP customers" })];

    /// <inheritdoc/>
    protected override ObjectSpec Describe(MetaOptions? options, MetaObject @object) => MetaAudience.Describe(@object);

    /// <inheritdoc/>
    protected override IEnumerable<string> Check(MetaOptions options, MetaObject @object, DestinationRequest request)
    {
        if (!options.AdAccountId.StartsWith("act_", StringComparison.Ordinal))
            yield return $"adAccountId must be act_ and a number, but is \"{options.AdAccountId}\"";
    }

    /// <inheritdoc/>
    protected override IDestination Open(MetaOptions options, MetaObject @object, DestinationRequest request) =>
        new MetaAudience(options, @object, request, MetaGraph.Open<IMetaApi>(options, request));
}
