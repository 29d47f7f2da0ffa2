using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Access;
using ReverseEtl.Server.Operations;

namespace ReverseEtl.Server.Api;

/// <summary>Tokens.</summary>
internal static class TokenEndpoints
{
    public static void Map(RouteGroupBuilder admin)
    {
        admin.MapGet("tokens", ListAsync).WithSummary("The tokens; never their text");
        admin.MapPost("tokens", CreateAsync).WithSummary("Makes a token; the answer alone has its text")
            .Answers(StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
        admin.MapDelete("tokens/{name}", RevokeAsync).WithSummary("Makes a token worth nothing").Answers(StatusCodes.Status404NotFound);
    }

    private static Task<TokenList> ListAsync(TokenStore tokens, CancellationToken cancellationToken) => tokens.ListAsync(cancellationToken);

    private static async Task<Created<NewToken>> CreateAsync(TokenStore tokens, LocalOperations operations, TokenBody body, CancellationToken cancellationToken)
    {
        ParameterCheck.CheckBody(body);
        if ((await tokens.ListAsync(cancellationToken)).Tokens.Any(known => known.Name == body.Name))
            throw ApiException.Conflict($"there is a token \"{body.Name}\" already; take another name, or revoke that one first", "name");
        var made = await tokens.CreateAsync(body.Name, body.Role, TokenLife.Parse(body.Expires, operations.Caller.Place), operations.Caller, cancellationToken);
        return TypedResults.Created($"{ApiEndpoints.Root}/tokens/{made.Info.Name}", made);
    }

    private static async Task<RevokedToken> RevokeAsync(TokenStore tokens, LocalOperations operations, string name, CancellationToken cancellationToken)
    {
        var known = (await tokens.ListAsync(cancellationToken)).Tokens.Select(token => token.Name).ToList();
        if (!known.Contains(name))
            throw ApiException.NotFound($"there is no token \"{name}\"{Nearest.Hint(name, known)}", "the path");
        await tokens.RevokeAsync(name, operations.Caller, cancellationToken);
        return new RevokedToken(name);
    }
}
