namespace ReverseEtl.Core.Models;

/// <summary>A table or view of the warehouse that another tool makes and describes.</summary>
/// <param name="Name">What <c>ref</c> or <c>source</c> calls it.</param>
/// <param name="Kind">What it is there: <c>dbt model</c>, <c>dbt source</c>.</param>
/// <param name="FullName">Its name with database and schema, quoted as that tool quotes it.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Table">Its name within the schema.</param>
public sealed record Relation(string Name, string Kind, string FullName, string Schema, string Table)
{
    /// <summary>What a row means, for people.</summary>
    public string? Description { get; init; }

    /// <summary>The columns that are described, with what they mean.</summary>
    public IReadOnlyList<(string Name, string Description)> Columns { get; init; } = [];
}

/// <summary>Knows relations that models may read besides each other.</summary>
public interface IRelations
{
    /// <summary>What a <c>ref</c> stands for where it names no model of the project; null where it is nothing known.</summary>
    Relation? Ref(RefPart reference);

    /// <summary>What a <c>source</c> stands for; null where it is a schema and a table of the warehouse.</summary>
    Relation? Source(SourcePart source);

    /// <summary>Names that <c>ref</c> could have meant.</summary>
    IEnumerable<string> Names { get; }

    /// <summary>What is wrong with a reference, or null.</summary>
    string? Problem(SqlPart reference);
}

/// <summary>There are none.</summary>
internal sealed class NoRelations : IRelations
{
    public static NoRelations Instance { get; } = new();

    public IEnumerable<string> Names => [];

    public Relation? Ref(RefPart reference) => null;

    public Relation? Source(SourcePart source) => null;

    public string? Problem(SqlPart reference) => null;
}
