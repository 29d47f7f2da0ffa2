namespace ReverseEtl.Core.Models;

/// <summary>How a warehouse writes the few things that models leave open.</summary>
public interface ISqlDialect
{
    /// <summary>The warehouse's type, as cdp.config.json has it.</summary>
    string Type { get; }

    /// <summary>A name in quotes.</summary>
    string Quote(string name);

    /// <summary>A table of a source.</summary>
    string Source(string schema, string table);

    /// <summary>A relation that another tool made.</summary>
    string Relation(Relation relation) => relation.FullName;

    /// <summary>An instant as a literal with time zone.</summary>
    string Instant(DateTimeOffset instant);
}
