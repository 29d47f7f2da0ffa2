using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Results;
using ReverseEtl.Server.Scheduling;

namespace ReverseEtl.Server.Api;

/// <summary>Syncs: how they stand, what they would send, and orders to them.</summary>
internal static class SyncEndpoints
{
    public static void MapLooks(RouteGroupBuilder viewer)
    {
        viewer.MapGet("syncs", ListAsync).WithSummary("How every sync stands, those that wait for others after them");
        var sync = Named(viewer);
        sync.MapGet("", FindAsync).WithSummary("How a sync stands, with its schedule and latest runs");
        sync.MapPost("plan", PlanAsync).WithSummary("What a run would send; sends nothing").AsksWarehouse()
            .Answers(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status502BadGateway);
    }

    public static void MapOrders(RouteGroupBuilder @operator)
    {
        var sync = Named(@operator).Answers(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType);
        sync.MapPost("runs", RunAsync).WithSummary("Asks for a run as soon as there is room").Answers(StatusCodes.Status422UnprocessableEntity);
        sync.MapPost("cancel", CancelAsync).WithSummary("Stops the sync's run, waiting or under way").Answers(StatusCodes.Status409Conflict);
        sync.MapPost("pause", PauseAsync).WithSummary("Lets the schedule pass without runs");
        sync.MapPost("resume", ResumeAsync).WithSummary("Ends a pause").Answers(StatusCodes.Status409Conflict);
        @operator.MapPost("events/{name}", RaiseAsync).WithSummary("Runs the syncs whose schedule is on an event");
    }

    /// <summary>Endpoints of one sync, which must be there.</summary>
    public static RouteGroupBuilder Named(RouteGroupBuilder group)
    {
        var sync = group.MapGroup("syncs/{sync}").Answers(StatusCodes.Status404NotFound);
        sync.AddEndpointFilter(async (call, next) =>
        {
            var name = (string)call.HttpContext.Request.RouteValues["sync"]!;
            var known = call.HttpContext.RequestServices.GetRequiredService<LocalOperations>().Session.Project.Syncs.Select(candidate => candidate.Name).ToList();
            return known.Contains(name) ? await next(call) : throw ApiException.NotFound($"there is no sync \"{name}\"{Nearest.Hint(name, known)}", "the path");
        });
        return sync;
    }

    private static async Task<StatusList<SyncAnswer>> ListAsync(
        LocalOperations operations, ISyncSchedule schedule, CancellationToken cancellationToken, [Range(0, Page.Usual)] int runs = 1)
    {
        var syncs = new List<SyncAnswer>();
        foreach (var sync in SyncSelection.InOrder(operations.Session.Project))
            syncs.Add(await FindAsync(operations, schedule, sync.Name, cancellationToken, runs));
        return new StatusList<SyncAnswer>(syncs);
    }

    private static async Task<SyncAnswer> FindAsync(
        LocalOperations operations, ISyncSchedule schedule, string sync, CancellationToken cancellationToken, [Range(0, Page.Usual)] int runs = 20) =>
        new(await operations.StatusAsync(sync, runs, cancellationToken), await schedule.FindAsync(sync, cancellationToken));

    private static Task<PlanResult> PlanAsync(
        LocalOperations operations, string sync, RunBody? body, CancellationToken cancellationToken, [Range(0, Page.Most)] int rows = Page.Usual) =>
        operations.PlanAsync(sync, RunBody.Options(body), rows, cancellationToken);

    private static async Task<Accepted<RunAnswer>> RunAsync(
        LocalOperations operations, ISyncSchedule schedule, string sync, RunBody? body, CancellationToken cancellationToken)
    {
        var options = RunBody.Options(body);
        operations.Select([sync], options);
        SyncSelection.Check(operations.Session.Project.Syncs.Single(known => known.Name == sync), options, operations.Caller.Place);
        await operations.RecordAsync(sync, null, "run", Describe(body), cancellationToken);
        var runId = await schedule.RequestAsync(sync, options, operations.Caller.Name, cancellationToken);
        return TypedResults.Accepted(
            $"{ApiEndpoints.Root}/runs/{Uri.EscapeDataString(runId)}", await RunEndpoints.FindAsync(operations, schedule, runId, cancellationToken)
            ?? RunAnswer.Of(new RequestedRun(runId, sync, operations.Session.AsOf, operations.Caller.Name, null)));
    }

    private static async Task<CancelAnswer> CancelAsync(LocalOperations operations, ISyncSchedule schedule, string sync, CancellationToken cancellationToken)
    {
        await operations.RecordAsync(sync, null, "cancel", "its run", cancellationToken);
        return await schedule.CancelAsync(sync, cancellationToken)
            ? new CancelAnswer(sync, true)
            : throw ApiException.Conflict($"no run of {sync} waits or is under way, so there is nothing to cancel", $"sync {sync}");
    }

    private static async Task<TimingAnswer> PauseAsync(
        LocalOperations operations, ISyncSchedule schedule, string sync, PauseBody? body, CancellationToken cancellationToken)
    {
        if (body is not null)
            ParameterCheck.CheckBody(body);
        await operations.RecordAsync(sync, null, "pause", body?.Reason ?? "without a reason", cancellationToken);
        await schedule.PauseAsync(sync, new Pause(operations.Session.AsOf, operations.Caller.Name, body?.Reason), cancellationToken);
        return TimingAnswer.Of(sync, await schedule.FindAsync(sync, cancellationToken));
    }

    private static async Task<TimingAnswer> ResumeAsync(LocalOperations operations, ISyncSchedule schedule, string sync, CancellationToken cancellationToken)
    {
        await operations.RecordAsync(sync, null, "resume", "its schedule", cancellationToken);
        return await schedule.ResumeAsync(sync, cancellationToken)
            ? TimingAnswer.Of(sync, await schedule.FindAsync(sync, cancellationToken))
            : throw ApiException.Conflict($"{sync} is not paused", $"sync {sync}");
    }

    private static async Task<EventAnswer> RaiseAsync(
        LocalOperations operations, ISyncSchedule schedule, [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] string name, CancellationToken cancellationToken)
    {
        await operations.RecordAsync("", null, "event", name, cancellationToken);
        var runs = await schedule.RaiseAsync(name, operations.Caller.Name, cancellationToken);
        return new EventAnswer(name, [.. runs.Select(run => new RaisedRun(run.Sync, run.RunId))]);
    }

    private static string Describe(RunBody? body)
    {
        var asked = body is null ? [] : new[]
        {
            body.AllowRemoved is { } limit ? $"--allow-removed {limit}" : null, body.AllowSchema ? "--allow-schema" : null, body.Full ? "--full" : null,
            body.Replace ? "--replace" : null, body.Rekey ? "--rekey" : null, body.RetryRejected ? "--retry-rejected" : null,
        }.OfType<string>().ToArray();
        return asked.Length == 0 ? "as its file says" : string.Join(' ', asked);
    }
}
