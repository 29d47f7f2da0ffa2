using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ReverseEtl.Server.Access;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Api;

/// <summary>The HTTP API of a project that runs as a service: everything below <c>/api/v1</c>.</summary>
internal static class ApiEndpoints
{
    /// <summary>Where it begins.</summary>
    public const string Root = "/api/v1";

    /// <summary>Adds what the API needs. <see cref="ProjectHost"/> and <see cref="Scheduling.ISyncSchedule"/> are the host's to add.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton(provider => new TokenStore(provider.GetRequiredService<ProjectHost>().Shared.StoreAsync, TimeProvider.System));
        // One session for each request, closed with it.
        services.AddScoped(provider => new LocalOperations(
            provider.GetRequiredService<ProjectHost>().Open(), ApiCaller.Of(provider.GetRequiredService<IHttpContextAccessor>().HttpContext)));
        TokenAuthentication.Add(services);
        ApiDocument.Add(services);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services.ConfigureHttpJsonOptions(options =>
        {
            OperationJson.Configure(options.SerializerOptions);
            options.SerializerOptions.UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.RespectNullableAnnotations = true;
            options.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
    }

    /// <summary>Adds the endpoints.</summary>
    public static void MapApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi($"{Root}/openapi.json").AllowAnonymous();
        var api = endpoints.MapGroup(Root);
        ApiShell.Wrap(api);
        api.AddEndpointFilterFactory(ParameterCheck.Make);
        api.Answers(StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status500InternalServerError,
            StatusCodes.Status503ServiceUnavailable, StatusCodes.Status504GatewayTimeout);

        var viewer = api.MapGroup("").For(TokenRole.Viewer);
        var @operator = api.MapGroup("").For(TokenRole.Operator);
        ProjectEndpoints.Map(viewer);
        SyncEndpoints.MapLooks(viewer);
        SyncEndpoints.MapOrders(@operator);
        RowEndpoints.Map(viewer, @operator);
        RunEndpoints.Map(viewer, @operator);
        TokenEndpoints.Map(api.MapGroup("").For(TokenRole.Admin));
        viewer.MapFallback("{**path}", (HttpContext context) =>
        {
            throw ApiException.NotFound($"there is no {context.Request.Method} {context.Request.Path}; {Root}/openapi.json tells what there is", "the path");
        }).ExcludeFromDescription();
    }

    /// <summary>Says which troubles an endpoint may answer with.</summary>
    public static T Answers<T>(this T endpoint, params int[] statuses)
        where T : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ApiProblem), [ApiProblem.MediaType]));
        return endpoint;
    }

    private static RouteGroupBuilder For(this RouteGroupBuilder group, TokenRole role) => group.RequireAuthorization(TokenAuthentication.PolicyOf(role));
}
