using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Hosting;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Server.Api;

/// <summary>The project, its models and what people ordered.</summary>
internal static class ProjectEndpoints
{
    public static void Map(RouteGroupBuilder viewer)
    {
        viewer.MapGet("project", Project).WithSummary("The project, and what is wrong with its files");
        viewer.MapGet("models", ModelsAsync).WithSummary("The models");
        viewer.MapGet("models/{model}/preview", PreviewAsync).WithSummary("Rows and size of a model").AsksWarehouse()
            .Answers(StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity);
        viewer.MapGet("audit", AuditAsync).WithSummary("What people ordered, the latest first");
    }

    private static ProjectAnswer Project(ProjectHost host)
    {
        var loaded = host.Loaded;
        return new ProjectAnswer(loaded.Project.Config.Project, loaded.Project.Environment, loaded.At, [.. loaded.Problems.Select(ProblemResult.Of)]);
    }

    private static Task<ModelList> ModelsAsync(LocalOperations operations, CancellationToken cancellationToken) => operations.ModelsAsync(cancellationToken);

    private static Task<PreviewResult> PreviewAsync(
        LocalOperations operations, string model, [StringLength(4000, MinimumLength = 1)] string? where, CancellationToken cancellationToken,
        [Range(0, Page.Most)] int limit = 10)
    {
        if (where is not null)
            RowCondition.Check(where);
        var models = operations.Session.Project.Models;
        return models.Find(model) is null
            ? throw ApiException.NotFound($"there is no model named \"{model}\"{Nearest.Hint(model, models.Ordered.Select(known => known.Name))}", "the path")
            : operations.PreviewAsync(model, limit, where, cancellationToken);
    }

    private static Task<AuditList> AuditAsync(LocalOperations operations, string? sync, CancellationToken cancellationToken, [Range(0, Page.Most)] int limit = Page.Usual) =>
        operations.AuditAsync(sync, limit, cancellationToken);
}

/// <summary>How much of a list is told at once.</summary>
internal static class Page
{
    /// <summary>At the most.</summary>
    public const int Most = 10_000;

    /// <summary>Where nobody says how much.</summary>
    public const int Usual = 100;
}
