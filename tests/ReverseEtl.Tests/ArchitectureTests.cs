using System.Xml.Linq;

namespace ReverseEtl.Tests;

/// <summary>Which project may reference which, as docs/architecture.md draws it.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ReverseEtl.Core"] = [],
        ["ReverseEtl.DuckDb"] = [],
        ["ReverseEtl.Sandbox"] = [],
        ["ReverseEtl.State"] = ["ReverseEtl.Core"],
        ["ReverseEtl.Http"] = ["ReverseEtl.Core"],
        ["ReverseEtl.Warehouses"] = ["ReverseEtl.Core", "ReverseEtl.DuckDb", "ReverseEtl.Http"],
        ["ReverseEtl.Connectors"] = ["ReverseEtl.Http", "ReverseEtl.DuckDb"],
        ["ReverseEtl.Server"] = ["ReverseEtl.Warehouses", "ReverseEtl.State", "ReverseEtl.Connectors", "ReverseEtl.Sandbox"],
        ["ReverseEtl.Cli"] = ["ReverseEtl.Server"],
    };

    [Fact]
    public void Projects_reference_only_what_the_architecture_allows()
    {
        var projects = new[] { "src", "connectors" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, References);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Keys.Order(StringComparer.Ordinal));
        foreach (var (project, references) in projects)
            Assert.Equal(Allowed[project].Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ReverseEtl.Core", "System.IO.File.", "File.ReadAll", "File.WriteAll", "DateTime.UtcNow", "DateTimeOffset.UtcNow", "Guid.NewGuid", "Environment.GetEnvironmentVariable", "new HttpClient")]
    public void Core_does_no_io_and_reads_no_clock(string project, params string[] words)
    {
        var found = from path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.cs", SearchOption.AllDirectories)
                    from word in words
                    where File.ReadAllText(path).Contains(word, StringComparison.Ordinal)
                    select $"{Path.GetFileName(path)}: {word}";
        Assert.Empty(found);
    }

    private static IReadOnlyList<string> References(string path) =>
    [
        .. XDocument.Load(path).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)!),
    ];
}
