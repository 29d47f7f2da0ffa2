using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Results;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Server.Api;

/// <summary>Runs, from when they are asked for.</summary>
internal static class RunEndpoints
{
    public static void Map(RouteGroupBuilder viewer, RouteGroupBuilder @operator)
    {
        viewer.MapGet("runs", ListAsync).WithSummary("The latest runs that have begun, newest first");
        viewer.MapGet("runs/{run}", GetAsync).WithSummary("A run, also one that waits for its turn").Answers(StatusCodes.Status404NotFound);
        viewer.MapGet("runs/{run}/outcomes", OutcomesAsync).WithSummary("The rows of a run that were not accepted").Answers(StatusCodes.Status404NotFound);
        @operator.MapPost("runs/{run}/cancel", CancelAsync).WithSummary("Stops a run, waiting or under way")
            .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
    }

    /// <summary>A run that waits or has begun; null where there is none of that id.</summary>
    public static async Task<RunAnswer?> FindAsync(LocalOperations operations, ISyncSchedule schedule, string run, CancellationToken cancellationToken)
    {
        if (await BegunAsync() is { } begun)
            return begun;
        // Between the two looks it may have begun.
        return await schedule.FindRequestAsync(run, cancellationToken) is { } asked ? RunAnswer.Of(asked) : await BegunAsync();

        async Task<RunAnswer?> BegunAsync() => await operations.FindRunAsync(run, cancellationToken) is { } found ? RunAnswer.Of(found) : null;
    }

    private static Task<RunList<RunStanding>> ListAsync(
        LocalOperations operations, string? sync, CancellationToken cancellationToken, [Range(0, Page.Most)] int limit = Page.Usual) =>
        operations.RunsAsync(sync, limit, cancellationToken);

    private static async Task<RunAnswer> GetAsync(LocalOperations operations, ISyncSchedule schedule, string run, CancellationToken cancellationToken) =>
        await FindAsync(operations, schedule, run, cancellationToken) ?? throw Unknown(run);

    private static async Task<OutcomeList> OutcomesAsync(
        LocalOperations operations, string run, CancellationToken cancellationToken, [Range(0, Page.Most)] int limit = Page.Usual) =>
        await operations.OutcomesAsync(run, limit, cancellationToken) ?? throw Unknown(run);

    private static async Task<CancelAnswer> CancelAsync(LocalOperations operations, ISyncSchedule schedule, string run, CancellationToken cancellationToken)
    {
        var found = await FindAsync(operations, schedule, run, cancellationToken) ?? throw Unknown(run);
        if (found is not ({ Status: RunPhase.Running } or { Status: RunPhase.Queued }))
            throw ApiException.Conflict($"run {run} neither waits nor is under way: it is {found.Status.ToString().ToLowerInvariant()}", $"run {run}");
        await operations.RecordAsync(found.Sync, run, "cancel", "the run", cancellationToken);
        return await schedule.CancelAsync(found.Sync, cancellationToken)
            ? new CancelAnswer(found.Sync, true)
            : throw ApiException.Conflict($"run {run} has ended meanwhile", $"run {run}");
    }

    private static ApiException Unknown(string run) =>
        ApiException.NotFound($"there is no run \"{run}\"; it was never asked for, was taken back, or is forgotten (a sync's latest 1,000 are kept)", "the path");
}
