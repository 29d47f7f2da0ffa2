using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Api;

namespace ReverseEtl.Server.Access;

/// <summary>Who calls, by the token that they bear.</summary>
internal sealed class TokenAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, TokenStore tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "token";

    private const string Bearer = "Bearer ";

    /// <summary>Adds tokens, and a policy for each role by its name.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddAuthentication(SchemeName).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(SchemeName, null);
        services.AddAuthorization(authorization =>
        {
            foreach (var role in Enum.GetValues<TokenRole>())
                authorization.AddPolicy(PolicyOf(role), policy => policy.RequireRole(Enum.GetNames<TokenRole>()[(int)role..]));
        });
    }

    /// <summary>The policy that asks for a role, or one that may do more.</summary>
    public static string PolicyOf(TokenRole role) => $"{SchemeName} {role}";

    /// <summary>Who calls, for the audit.</summary>
    public static string NameOf(ClaimsPrincipal user) => user.Identity?.Name is { } name ? $"{name} (token)" : "nobody";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        try
        {
            return await tokens.FindAsync(header[Bearer.Length..].Trim(), Context.RequestAborted) is { } token
                ? AuthenticateResult.Success(TicketOf(token))
                : AuthenticateResult.Fail("the token is not known");
        }
        catch (ControlStoreException error)
        {
            return AuthenticateResult.Fail(error);
        }
    }

    private static AuthenticationTicket TicketOf(TokenInfo token)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, token.Name), new Claim(ClaimTypes.Role, token.Role.ToString())], SchemeName);
        return new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName);
    }

    /// <inheritdoc/>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failure = (await HandleAuthenticateOnceSafeAsync()).Failure;
        if (failure is ControlStoreException)
        {
            await AnswerAsync(ApiFailures.Explain(failure)!);
            return;
        }

        var isWrong = failure is not null;
        Response.Headers.WWWAuthenticate = isWrong ? "Bearer realm=\"cdp\", error=\"invalid_token\"" : "Bearer realm=\"cdp\"";
        await AnswerAsync(new ApiProblem(
            "not authorized", StatusCodes.Status401Unauthorized,
            isWrong ? "the token is not known: it was revoked, has expired, or is misspelt; make one with cdp token create" : "send a token as Authorization: Bearer cdp_...; cdp token create makes one",
            "the header Authorization"));
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var needed = Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy?.Split(' ')[^1].ToLowerInvariant();
        return AnswerAsync(new ApiProblem(
            "not allowed", StatusCodes.Status403Forbidden,
            $"this takes a token with the role {needed ?? "admin"}; that of {Context.User.Identity?.Name} is {Context.User.FindFirstValue(ClaimTypes.Role)?.ToLowerInvariant()}",
            "the header Authorization"));
    }

    private Task AnswerAsync(ApiProblem problem)
    {
        ApiLog.Refused(Logger, Context, problem);
        return problem.AnswerAsync(Context);
    }
}
