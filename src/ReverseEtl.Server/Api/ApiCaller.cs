using Microsoft.AspNetCore.Http;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Access;
using ReverseEtl.Server.Operations;

namespace ReverseEtl.Server.Api;

/// <summary>Who calls the API.</summary>
internal static class ApiCaller
{
    /// <summary>Where what they ask for stands.</summary>
    public static Position Place { get; } = new("the request");

    /// <summary>The bearer of a request's token.</summary>
    public static Caller Of(HttpContext? context) => new(
        TokenAuthentication.NameOf((context ?? throw new InvalidOperationException("there is no request")).User), Place);
}
