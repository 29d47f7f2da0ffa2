using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>A project's models, those that others read before them.</summary>
/// <param name="Models">The models.</param>
internal sealed record ModelList(IReadOnlyList<ModelResult> Models);

/// <summary>A model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Kind">What it tells of.</param>
/// <param name="File">Its file, relative to the project's folder.</param>
/// <param name="Profile">The profile that a trait, segment or event is about.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Description">What it is.</param>
/// <param name="Key">The columns that tell its rows apart.</param>
/// <param name="Reads">The models and sources that it reads, by name.</param>
/// <param name="Relations">What it reads in the warehouse.</param>
/// <param name="Syncs">The syncs that send it.</param>
internal sealed record ModelResult(
    string Model, ModelKind Kind, string File, string? Profile, string? Owner, string? Description, IReadOnlyList<string> Key, IReadOnlyList<string> Reads,
    IReadOnlyList<RelationResult> Relations, IReadOnlyList<string> Syncs)
{
    /// <summary>A model of a project.</summary>
    public static ModelResult Of(Project project, Model model) => new(
        model.Name, model.Header.Kind, model.File, model.Header.Profile, model.Header.Owner, model.Header.Description, model.Key, [.. model.References],
        [.. project.Models.RelationsOf(model).Select(read => RelationResult.Of(read.Relation))],
        [.. project.Syncs.Where(sync => sync.Model.Name == model.Name).Select(sync => sync.Name)]);
}

/// <summary>A table or view of the warehouse, as dbt describes it.</summary>
/// <param name="Name">Its name in the project.</param>
/// <param name="Kind">What it is to dbt.</param>
/// <param name="Relation">Its name in the warehouse.</param>
/// <param name="Description">What it is.</param>
/// <param name="Columns">Its columns, as far as they are described.</param>
internal sealed record RelationResult(string Name, string Kind, string Relation, string? Description, IReadOnlyList<ColumnResult> Columns)
{
    /// <summary>A relation.</summary>
    public static RelationResult Of(Relation relation) => new(
        relation.Name, relation.Kind, relation.FullName, relation.Description, [.. relation.Columns.Select(column => new ColumnResult(column.Name, column.Description))]);
}

/// <summary>A column of a relation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is.</param>
internal sealed record ColumnResult(string Name, string? Description);

/// <summary>Rows and size of a model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Count">Rows in all.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows shown, each with a value for every column.</param>
internal sealed record PreviewResult(string Model, long Count, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<RawJson>> Rows)
{
    /// <summary>What a warehouse shows of a model.</summary>
    public static PreviewResult Of(string model, Core.Planning.Preview preview) => new(
        model, preview.Count, [.. preview.Columns.Select(column => column.Name)],
        [.. Enumerable.Range(0, preview.Rows).Select(row => (IReadOnlyList<RawJson>)[.. preview.Columns.Select(column => RawJson.Of(column, row))])]);
}
