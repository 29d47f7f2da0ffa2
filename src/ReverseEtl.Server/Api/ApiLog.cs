using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ReverseEtl.Server.Access;

namespace ReverseEtl.Server.Api;

/// <summary>What the API writes to the log. No header is ever part of it.</summary>
internal static partial class ApiLog
{
    /// <summary>A request that was not done; of those that look, only what a person must mend.</summary>
    public static void Refused(ILogger log, HttpContext context, ApiProblem problem)
    {
        if (!HttpMethods.IsGet(context.Request.Method) || problem.Status >= StatusCodes.Status500InternalServerError)
            Refused(log, context.Request.Method, context.Request.Path, TokenAuthentication.NameOf(context.User), problem.Status, problem.Where, problem.Detail);
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed: this is a bug")]
    public static partial void Bug(ILogger log, string method, PathString path, Exception error);

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} by {Who} was refused: {Status}, {Where}: {Detail}")]
    private static partial void Refused(ILogger log, string method, PathString path, string who, int status, string where, string detail);
}
