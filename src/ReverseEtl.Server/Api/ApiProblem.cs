using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using ReverseEtl.Server.Operations.Json;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Api;

/// <summary>Why a request was not done, as RFC 9457 has it.</summary>
/// <param name="Title">What kind of trouble it is.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Detail">What is wrong, and what to do.</param>
/// <param name="Where">Where: a file, a part of the request, the warehouse.</param>
internal sealed record ApiProblem(string Title, int Status, string Detail, string Where)
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The title where another process is at it.</summary>
    public const string Busy = "busy";

    /// <summary>Everything that is wrong with the project or the request, each with its place.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ProblemResult>? Problems { get; init; }

    /// <summary>Answers a request with it.</summary>
    public Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        return context.Response.WriteAsJsonAsync(this, OperationJson.Whole, MediaType, CancellationToken.None);
    }
}

/// <summary>A request that cannot be done.</summary>
internal sealed class ApiException(ApiProblem problem) : Exception(problem.Detail)
{
    public ApiProblem Problem => problem;

    /// <summary>Something that is not there.</summary>
    public static ApiException NotFound(string detail, string where) => new(new ApiProblem("not found", StatusCodes.Status404NotFound, detail, where));

    /// <summary>Something that cannot be done as things stand.</summary>
    public static ApiException Conflict(string detail, string where) => new(new ApiProblem("not now", StatusCodes.Status409Conflict, detail, where));

    /// <summary>Something that is not understood.</summary>
    public static ApiException Wrong(string detail, string where) => new(new ApiProblem("the request is wrong", StatusCodes.Status400BadRequest, detail, where));
}
