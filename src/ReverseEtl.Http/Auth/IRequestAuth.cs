using System.Text;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Http.Auth;

/// <summary>Says to a vendor who is asking. Safe for concurrent callers.</summary>
public interface IRequestAuth
{
    /// <summary>What must never be quoted.</summary>
    IEnumerable<Secret> Secrets { get; }

    /// <summary>Sets the headers of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">A client without this, for asking the vendor for a token.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Core.Delivery.DestinationException">The vendor gives no token.</exception>
    ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken);

    /// <summary>The vendor refused what was set; true where something newer can be had.</summary>
    bool Renew(HttpRequestMessage refused) => false;
}

/// <summary>The same header in every request.</summary>
/// <param name="Name">The header.</param>
/// <param name="Value">Its value.</param>
public sealed record HeaderAuth(string Name, Secret Value) : IRequestAuth
{
    /// <summary><c>Authorization: Bearer ...</c></summary>
    public static HeaderAuth Bearer(Secret token) => new("Authorization", new Secret($"Bearer {token.Reveal()}"));

    /// <summary><c>Authorization: Basic ...</c></summary>
    public static HeaderAuth Basic(string user, Secret password) =>
        new("Authorization", new Secret($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password.Reveal()}"))}")) { Password = password };

    private Secret? Password { get; init; }

    /// <inheritdoc/>
    public IEnumerable<Secret> Secrets => Password is null ? [Value] : [Value, Password];

    /// <inheritdoc/>
    public ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        request.Headers.Remove(Name);
        request.Headers.TryAddWithoutValidation(Name, Value.Reveal());
        return ValueTask.CompletedTask;
    }
}
