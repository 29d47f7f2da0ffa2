namespace ReverseEtl.Core.Delivery.Objects;

/// <summary>How the values of a field are checked and shaped before they are sent. Stateless and safe for concurrent callers.</summary>
public interface IFieldRule
{
    /// <summary>Name and version, as <c>meta.phone@1</c>: another version may shape the same value in another way.</summary>
    string Id { get; }

    /// <summary>What it does, in a few words, for the docs: <c>E.164 digits, SHA-256</c>.</summary>
    string Summary { get; }

    /// <summary>The type of shaped values.</summary>
    FieldType Type { get; }

    /// <summary>Appends the shaped value of a row that is not NULL; or appends nothing and says what is wrong.</summary>
    /// <param name="source">The column; <see cref="FieldColumn.IsNull"/> is false for the row.</param>
    /// <param name="row">The row.</param>
    /// <param name="context">What else the rule may need.</param>
    /// <param name="target">Where to append exactly one value.</param>
    /// <returns>
    /// Null, or what is wrong in one sentence: <c>AGE must be a whole number, but is text 'x'</c>. It must not quote personal data.
    /// </returns>
    string? Shape(FieldColumn source, int row, in ShapeContext context, FieldColumnBuilder target);
}

/// <summary>A rule whose values leave the house hashed only, so that a column may hold them hashed already.</summary>
public interface IHashingRule : IFieldRule;

/// <summary>What a rule may need besides the value.</summary>
/// <param name="Field">The field's name, for messages.</param>
/// <param name="Country">The row's country, else the sync's; ISO 3166 with two letters, or null.</param>
/// <param name="Hashed">True where the sync declares that the column is hashed already.</param>
public readonly record struct ShapeContext(string Field, string? Country, bool Hashed);
