using ReverseEtl.Core.Config;

namespace ReverseEtl.Http.Auth;

/// <summary>Several of them at once: a token and a header with the account.</summary>
/// <param name="All">Those that sign, in order.</param>
public sealed record ManyAuth(IReadOnlyList<IRequestAuth> All) : IRequestAuth
{
    /// <inheritdoc/>
    public IEnumerable<Secret> Secrets => All.SelectMany(auth => auth.Secrets);

    /// <inheritdoc/>
    public async ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken)
    {
        foreach (var auth in All)
            await auth.SignAsync(request, client, cancellationToken);
    }

    /// <inheritdoc/>
    public bool Renew(HttpRequestMessage refused) => All.Any(auth => auth.Renew(refused));
}
