using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReverseEtl.Server.Api;

/// <summary>What is around every endpoint: a limit of time and of size, and one form of saying what went wrong.</summary>
internal static class ApiShell
{
    /// <summary>The largest body.</summary>
    public const int MostBytes = 64 * 1024;

    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    /// <summary>Puts the endpoints of a group into it.</summary>
    public static void Wrap(RouteGroupBuilder group)
    {
        group.WithMetadata(new RequestSizeLimitAttribute(MostBytes));
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            var limit = endpoint.Metadata.OfType<TakesLong>().Any() ? Long : Quick;
            var inner = endpoint.RequestDelegate!;
            // Else routing takes a request without a body for another endpoint's. That a body is JSON is seen to when it is read.
            foreach (var accepts in endpoint.Metadata.OfType<IAcceptsMetadata>().ToList())
                endpoint.Metadata.Remove(accepts);
            endpoint.RequestDelegate = context => RunAsync(context, inner, limit);
        });
    }

    /// <summary>Says of an endpoint that it asks the warehouse, which may take its time.</summary>
    public static RouteHandlerBuilder AsksWarehouse(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new TakesLong());

    private static async Task RunAsync(HttpContext context, RequestDelegate inner, TimeSpan limit)
    {
        var left = context.RequestAborted;
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(left);
        timed.CancelAfter(limit);
        context.RequestAborted = timed.Token;
        try
        {
            await inner(context);
            // A body that cannot be read ends in a bare status.
            if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
                await ApiFailures.OfStatus(context.Response.StatusCode).AnswerAsync(context);
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            // Nobody waits for an answer any more.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, error is OperationCanceledException && timed.IsCancellationRequested ? ApiFailures.TooLong(limit) : ApiFailures.Explain(error), error);
        }
        finally
        {
            context.RequestAborted = left;
        }
    }

    private static Task AnswerAsync(HttpContext context, ApiProblem? problem, Exception error)
    {
        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("ReverseEtl.Api");
        if (problem is null)
            ApiLog.Bug(log, context.Request.Method, context.Request.Path, error);
        else
            ApiLog.Refused(log, context, problem);
        return (problem ?? ApiFailures.Bug).AnswerAsync(context);
    }

    private sealed record TakesLong;
}
