using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Http.Vendors;

/// <summary>The base of destinations that are a vendor's API.</summary>
public abstract class ApiDestination<TApi>(ObjectSpec spec, DestinationRequest request, VendorApi<TApi> api) : IDestination
    where TApi : class
{
    /// <inheritdoc/>
    public DestinationDescriptor Descriptor { get; } = spec.Describe(request);

    /// <summary>The object.</summary>
    protected ObjectSpec Spec => spec;

    /// <summary>The vendor's API.</summary>
    protected VendorApi<TApi> Api => api;

    /// <summary>The list, audience or tag that the sync names; <see cref="CheckAsync"/> looks whether it is there or may be made. Null where it names none.</summary>
    protected virtual NamedObject? Named => null;

    /// <inheritdoc/>
    public async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        await api.ReachAsync(cancellationToken);
        await AskedAsync<long?>(async () =>
        {
            await LookAsync(cancellationToken);
            if (Named is not null)
                await Named.CheckAsync(cancellationToken);
            return null;
        });
    }

    /// <inheritdoc/>
    public ValueTask<long?> CountAsync(CancellationToken cancellationToken) => AskedAsync(() => MeasureAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(batch, cancellationToken);
        }
        catch (NotNowException busy)
        {
            return DeliveryReport.All(batch, busy.Outcome);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        api.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Looks whether credentials and object are right, and changes nothing. Not needed where finding <see cref="Named"/> tells both.</summary>
    protected virtual ValueTask LookAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>How many members the object has, as the vendor tells; null where it does not.</summary>
    protected virtual ValueTask<long?> MeasureAsync(CancellationToken cancellationToken) => ValueTask.FromResult<long?>(null);

    /// <summary>Sends a batch. Requests besides go first, as <see cref="NotNowException"/> means that no row was sent.</summary>
    protected abstract ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken);

    private static async ValueTask<T> AskedAsync<T>(Func<ValueTask<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (NotNowException busy)
        {
            throw new DestinationException($"{busy.Message}. Nothing was sent; run the sync again later", busy);
        }
    }
}
