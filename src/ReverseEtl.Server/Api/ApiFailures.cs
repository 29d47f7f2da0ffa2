using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Json;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Api;

/// <summary>Which failures are expected, and what each means to who asked. Anything else is a bug.</summary>
internal static partial class ApiFailures
{
    private const string Request = "the request is wrong";
    private const string Wrong = "the project is wrong";
    private const string Unusable = "cannot be used now";

    /// <summary>An expected failure as an answer; null for a bug.</summary>
    public static ApiProblem? Explain(Exception error) => error switch
    {
        ApiException asked => asked.Problem,
        ProjectException project => OfProject(project),
        BadHttpRequestException request => OfRequest(request),
        DestinationException { IsUnreachable: false } => new(Wrong, StatusCodes.Status422UnprocessableEntity, error.Message, "the destination"),
        DestinationException => new("a destination cannot be reached", StatusCodes.Status502BadGateway, error.Message, "the destination"),
        SyncBusyException or LeaseLostException => new(ApiProblem.Busy, StatusCodes.Status409Conflict, error.Message, "the sync"),
        WarehouseException or DllNotFoundException => new(Unusable, StatusCodes.Status503ServiceUnavailable, error.Message, "the warehouse"),
        ControlStoreException => new(Unusable, StatusCodes.Status503ServiceUnavailable, error.Message, "the control store"),
        UnauthorizedAccessException or IOException => new(Unusable, StatusCodes.Status503ServiceUnavailable, error.Message, "the service's disk"),
        _ => null,
    };

    /// <summary>What took too long.</summary>
    public static ApiProblem TooLong(TimeSpan limit) => new(
        "it took too long", StatusCodes.Status504GatewayTimeout, $"the answer took longer than {limit.TotalSeconds:0} seconds; ask for less, or look at the load of the warehouse", "the request");

    /// <summary>What nobody expected.</summary>
    public static ApiProblem Bug { get; } = new(
        "a bug", StatusCodes.Status500InternalServerError, "this is a bug in cdp; the service's log has what happened, please report it", "the service");

    private static ApiProblem OfProject(ProjectException error)
    {
        var first = error.Problems[0];
        // A condition that the warehouse refuses is the request's as well.
        var isAsked = first.Where == ApiCaller.Place || first.Where.File == "--where";
        return new ApiProblem(
            isAsked ? Request : Wrong, isAsked ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity, first.Message, first.Where.ToString())
        {
            Problems = [.. error.Problems.Select(ProblemResult.Of)],
        };
    }

    /// <summary>A request whose body cannot be taken.</summary>
    public static ApiProblem OfStatus(int status) => new(
        Request, status,
        status switch
        {
            StatusCodes.Status413PayloadTooLarge => $"the body is larger than {ApiShell.MostBytes / 1024} KB",
            StatusCodes.Status415UnsupportedMediaType => "the body must be JSON, with Content-Type: application/json",
            _ => $"it is not understood; {ApiEndpoints.Root}/openapi.json tells what there is",
        },
        "the body");

    private static ApiProblem OfRequest(BadHttpRequestException error)
    {
        if (error.StatusCode != StatusCodes.Status400BadRequest)
            return OfStatus(error.StatusCode);
        if (error.InnerException is JsonException json)
            return new ApiProblem(Request, error.StatusCode, json.Message, "the body");
        // The framework tells of parameters as they stand in code.
        var named = Parameter().Match(error.Message);
        var name = OperationJson.Whole.PropertyNamingPolicy!.ConvertName(named.Groups["name"].Value);
        return !named.Success ? new ApiProblem(Request, error.StatusCode, error.Message, "the request")
            : named.Groups["value"] is { Success: true, Value: var value } ? new ApiProblem(Request, error.StatusCode, $"{name} takes {KindOf(named.Groups["type"].Value)}, not \"{value}\"", name)
            : new ApiProblem(Request, error.StatusCode, $"{name} is missing", name);
    }

    private static string KindOf(string type) => type.TrimEnd('?') switch
    {
        "int" => "a whole number",
        nameof(DateTimeOffset) => "an instant such as 2026-11-22T08:15:00Z",
        _ => "something else",
    };

    [GeneratedRegex("parameter \"(?<type>\\S+) (?<name>\\w+)\"( from \"(?<value>.*)\"\\.$)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
