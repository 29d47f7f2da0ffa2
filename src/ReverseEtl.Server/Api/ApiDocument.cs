using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Api;

/// <summary>What the API says of itself, as OpenAPI.</summary>
internal static class ApiDocument
{
    private const string Scheme = "token";

    public static void Add(IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.ShouldInclude = endpoint => $"/{endpoint.RelativePath}".StartsWith($"{ApiEndpoints.Root}/", StringComparison.Ordinal);
        options.AddDocumentTransformer((document, _, _) => Task.FromResult(Describe(document)));
        options.AddSchemaTransformer((schema, context, _) => Task.FromResult(Describe(schema, context.JsonTypeInfo.Type)));
        options.AddOperationTransformer((operation, context, _) =>
        {
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, context.Document)] = [] }];
            return Task.CompletedTask;
        });
    });

    private static OpenApiDocument Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "cdp",
            Version = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
            Description = "A project that cdp serve runs: its models and syncs, what they would send, what they sent, and orders to them.",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "What cdp token create printed. Viewers look, operators also give orders to syncs, admins also make tokens.",
        };
        return document;
    }

    private static OpenApiSchema Describe(OpenApiSchema schema, Type type)
    {
        // Types with a form of their own, of which nothing can be told from outside.
        if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        else if (type == typeof(RawJson) || type == typeof(RawJson?))
        {
            schema.Description ??= "Any JSON value.";
        }

        return schema;
    }
}
