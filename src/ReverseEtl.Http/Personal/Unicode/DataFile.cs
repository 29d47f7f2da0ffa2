using System.Text;

namespace ReverseEtl.Http.Personal.Unicode;

/// <summary>The tables in <c>Personal/Data</c>, embedded in the assembly.</summary>
internal static class DataFile
{
    /// <summary>The lines that are no comments.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(DataFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                yield return line;
        }
    }
}
