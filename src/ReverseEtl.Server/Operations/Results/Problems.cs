using ReverseEtl.Core.Config;

namespace ReverseEtl.Server.Operations.Results;

/// <summary>Something wrong with a project file, or with what is asked.</summary>
/// <param name="File">The file, relative to the project's folder; or what else it stands in.</param>
/// <param name="Line">The line, from 1; 0 for the whole.</param>
/// <param name="Column">The column, from 1; 0 for the whole.</param>
/// <param name="Path">The path of keys inside the file.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record ProblemResult(string File, int Line, int Column, string Path, string Message)
{
    /// <summary>A problem.</summary>
    public static ProblemResult Of(Problem problem) => new(problem.Where.File, problem.Where.Line, problem.Where.Column, problem.Where.Path, problem.Message);

    /// <summary>The same as who made the project has it.</summary>
    public Problem ToProblem() => new(new Position(File, Line, Column, Path), Message);
}
