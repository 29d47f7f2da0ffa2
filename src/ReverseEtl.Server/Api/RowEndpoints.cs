using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Api;

/// <summary>Rows of a sync: what became of them, and why.</summary>
internal static class RowEndpoints
{
    private const int LongestKey = 4000;

    public static void Map(RouteGroupBuilder viewer, RouteGroupBuilder @operator)
    {
        var sync = SyncEndpoints.Named(viewer).Answers(StatusCodes.Status422UnprocessableEntity);
        sync.MapGet("rejected", RejectedAsync).WithSummary("Rows that were refused or cannot be sent, with reasons");
        sync.MapGet("history", HistoryAsync).WithSummary("What the destination was told, newest first").AsksWarehouse();
        sync.MapGet("members", MembersAsync).WithSummary("Who was in the destination at an instant").AsksWarehouse();
        sync.MapGet("explain", ExplainAsync).WithSummary("How one row stands, why, and what the next run would do with it").AsksWarehouse()
            .Answers(StatusCodes.Status502BadGateway);
        sync.MapGet("unknown", UnknownAsync).WithSummary("Rows that were sent and never answered for").AsksWarehouse().Answers(StatusCodes.Status502BadGateway);
        SyncEndpoints.Named(@operator).MapPost("unknown", ResolveAsync).WithSummary("Settles rows that were sent and never answered for").AsksWarehouse()
            .Answers(StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status502BadGateway);
    }

    private static Task<RejectedList> RejectedAsync(
        LocalOperations operations, string sync, CancellationToken cancellationToken, [Range(0, Page.Most)] int limit = Page.Usual) =>
        operations.RejectedAsync(sync, limit, cancellationToken);

    private static Task<HistoryList> HistoryAsync(
        LocalOperations operations, string sync, [StringLength(LongestKey)] string? key, CancellationToken cancellationToken, [Range(0, Page.Most)] int limit = Page.Usual) =>
        operations.HistoryAsync(sync, key, limit, cancellationToken);

    private static Task<MemberList> MembersAsync(
        LocalOperations operations, string sync, [FromQuery(Name = "as_of")] DateTimeOffset asOf, [StringLength(LongestKey)] string? key,
        CancellationToken cancellationToken, [Range(0, Page.Most)] int limit = Page.Usual) =>
        operations.MembersAsync(sync, asOf.ToUniversalTime(), key, limit, cancellationToken);

    private static Task<ExplanationResult> ExplainAsync(
        LocalOperations operations, string sync, [StringLength(LongestKey)] string key, CancellationToken cancellationToken) =>
        operations.ExplainAsync(sync, key, cancellationToken);

    private static Task<UnknownList> UnknownAsync(LocalOperations operations, string sync, CancellationToken cancellationToken) =>
        operations.UnknownAsync(sync, cancellationToken);

    private static Task<ResolvedResult> ResolveAsync(LocalOperations operations, string sync, ResolveBody body, CancellationToken cancellationToken)
    {
        ParameterCheck.CheckBody(body);
        return operations.ResolveAsync(sync, body.Arrived, body.Keys ?? [], cancellationToken);
    }
}
