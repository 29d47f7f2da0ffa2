namespace ReverseEtl.Core.Delivery;

/// <summary>The request budget of an account. Safe for concurrent callers.</summary>
public interface IRequestGate
{
    /// <summary>Waits until one more request may be made. Callers are served in the order they came.</summary>
    ValueTask TakeAsync(CancellationToken cancellationToken);

    /// <summary>The vendor asked to wait: nobody makes a request before that.</summary>
    void PushBack(TimeSpan wait);
}

/// <summary>A gate that always stands open.</summary>
public sealed class OpenGate : IRequestGate
{
    /// <summary>The gate.</summary>
    public static OpenGate Instance { get; } = new();

    /// <inheritdoc/>
    public ValueTask TakeAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public void PushBack(TimeSpan wait)
    {
    }
}
