using System.Text.Json;
using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Config;
using FileOptions = ReverseEtl.Connectors.Files.FileOptions;

namespace ReverseEtl.Tests.Files;

/// <summary>What users write in cdp.config.json and in a sync.</summary>
public sealed class FileBindingTests
{
    private readonly List<Problem> _problems = [];

    [Theory]
    [InlineData("name=customers", FileFormat.Jsonl)]
    [InlineData("name=customers format=jsonl", FileFormat.Jsonl)]
    [InlineData("name=customers format=csv", FileFormat.Csv)]
    [InlineData("name=customers format=parquet", FileFormat.Parquet)]
    public void An_object_has_a_name_and_a_format(string entries, FileFormat format)
    {
        var bound = Bind<FileObject>(entries);
        Assert.Empty(_problems);
        Assert.Equal(new FileObject { Name = "customers", Format = format }, bound);
    }

    [Theory]
    [InlineData("format=csv", "\"name\" is missing")]
    [InlineData("name=a format=xlsx", "none of jsonl, csv, parquet")]
    [InlineData("name=a path=b", "unknown key \"path\"")]
    public void A_wrong_object_is_told(string entries, string problem)
    {
        Bind<FileObject>(entries);
        Assert.Contains(problem, Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_destination_has_a_path()
    {
        Assert.Equal(new FileOptions { Type = "file", Path = "out" }, Bind<FileOptions>("type=file path=out"));
        Assert.Empty(_problems);
        Bind<FileOptions>("type=file");
        Assert.Contains("\"path\" is missing", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    private T? Bind<T>(string entries)
        where T : class
    {
        var at = new Position("test.yml");
        var map = new MapNode(at, [.. from entry in entries.Split(' ')
                                      let parts = entry.Split('=')
                                      select new MapEntry(parts[0], at, new ScalarNode(at, ScalarType.Text, parts[1]))]);
        return Binder.Bind<T>(map, new BindContext(_problems, JsonNamingPolicy.SnakeCaseLower));
    }
}
