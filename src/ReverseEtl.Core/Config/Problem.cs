namespace ReverseEtl.Core.Config;

/// <summary>Something wrong with a project file: where it stands, what is wrong, and what to do about it.</summary>
/// <param name="Where">The place.</param>
/// <param name="Message">What is wrong and what to do, in one or two sentences.</param>
public sealed record Problem(Position Where, string Message)
{
    /// <summary>
    /// The destination that cannot be used until this is mended, where the rest of the project works without it (a missing secret);
    /// null where the project itself is wrong.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>The same for a channel of alerts.</summary>
    public string? Channel { get; init; }

    /// <summary>True where only a destination or a channel cannot be used.</summary>
    public bool IsPartial => Destination is not null || Channel is not null;

    /// <summary><c>file:line:column: message</c>, as editors and CI understand it.</summary>
    public override string ToString() => $"{Where}: {Message}";
}

/// <summary>A place in a project file. Lines and columns count from one; zero means the file as a whole.</summary>
/// <param name="File">Relative to the project's folder, with forward slashes.</param>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
/// <param name="Path">The path of keys inside the file (<c>destinations.crm.url</c>); empty at its root.</param>
public sealed record Position(string File, int Line = 0, int Column = 0, string Path = "")
{
    /// <summary>The place of a child.</summary>
    public string Child(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <inheritdoc/>
    public override string ToString()
    {
        var at = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        return Path.Length == 0 ? at : $"{at} ({Path})";
    }
}

/// <summary>The project cannot be used as it stands; carries every problem found.</summary>
public sealed class ProjectException(IReadOnlyList<Problem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public ProjectException(Position where, string message)
        : this([new Problem(where, message)])
    {
    }

    /// <summary>All of them, at least one.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
