using System.Text.Json;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Cli.Output;

/// <summary>Problems of a project as JSON.</summary>
internal static class ProblemList
{
    /// <summary>Writes them as <c>problems</c>.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<Problem> problems) => writer.WriteList("problems", problems, problem =>
    {
        writer.WriteString("file", problem.Where.File);
        writer.WriteNumber("line", problem.Where.Line);
        writer.WriteNumber("column", problem.Where.Column);
        writer.WriteString("path", problem.Where.Path);
        writer.WriteString("message", problem.Message);
    });
}
