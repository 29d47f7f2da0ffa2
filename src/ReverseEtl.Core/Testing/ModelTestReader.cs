using System.Globalization;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Core.Testing;

/// <summary>Reads and checks the tests of a project.</summary>
public static class ModelTestReader
{
    /// <summary>All tests below a folder, in the order of their files.</summary>
    /// <exception cref="ProjectException">Some are wrong; all problems are in it.</exception>
    public static IReadOnlyList<ModelTest> ReadAll(IProjectFiles files, string folder, ModelGraph models)
    {
        var problems = new List<Problem>();
        var tests = new List<ModelTest>();
        foreach (var path in (files.List(folder, ".yml") ?? []).Concat(files.List(folder, ".yaml") ?? []))
            tests.AddRange(Read(path, files.Read(path) ?? "", problems));
        foreach (var test in tests)
            Check(test, models, problems);
        foreach (var twice in tests.GroupBy(test => test.Test).Where(group => group.Count() > 1))
            problems.Add(new Problem(twice.Last().At, $"a test named {twice.Key} stands in {twice.First().At.File} already"));
        return problems.Count == 0 ? tests : throw new ProjectException(problems);
    }

    /// <summary>The instant of a test; the beginning of time where the model does not ask.</summary>
    public static DateTimeOffset InstantOf(ModelTest test) => test.AsOf is null
        ? DateTimeOffset.UnixEpoch
        : DateTimeOffset.Parse(test.AsOf, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static IEnumerable<ModelTest> Read(string path, string text, List<Problem> problems)
    {
        try
        {
            var root = YamlConfigReader.Read(path, text);
            IReadOnlyList<ConfigNode> nodes = root is ListNode list ? list.Items : [root];
            var context = new BindContext(problems, JsonNamingPolicy.SnakeCaseLower);
            return [.. nodes.Select(node => Binder.Bind<ModelTest>(node, context) is { } test ? test with { At = node.At } : null).OfType<ModelTest>()];
        }
        catch (ProjectException error)
        {
            problems.AddRange(error.Problems);
            return [];
        }
    }

    private static void Check(ModelTest test, ModelGraph models, List<Problem> problems)
    {
        if (models.Find(test.Model) is not { } model)
        {
            problems.Add(new Problem(test.At, $"there is no model named \"{test.Model}\"{Nearest.Hint(test.Model, models.Ordered.Select(candidate => candidate.Name))}"));
            return;
        }

        var read = models.Closure(stopAt: test.Given.ContainsKey, model);
        var parts = read.SelectMany(reading => reading.Template.Parts).ToList();
        var needed = parts.OfType<SourcePart>().Select(source => $"{source.Schema}.{source.Table}").Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in needed.Where(name => !test.Given.ContainsKey(name)))
            problems.Add(new Problem(test.At, $"the model reads {name}, which has no rows under \"given\"; add them (an empty list needs types), or give a model between them"));
        foreach (var (name, fixture) in test.Given.Where(given => !needed.Contains(given.Key) && !read.Any(reading => reading.References.Contains(given.Key))))
            problems.Add(new Problem(fixture.At, $"the model does not read \"{name}\"{Nearest.Hint(name, needed.Concat(read.SelectMany(reading => reading.References)))}"));
        if (test.AsOf is null && parts.OfType<AsOfPart>().Any())
            problems.Add(new Problem(test.At, "the model uses {{ as_of }}; say what it stands for, such as as_of: 2026-11-22T00:00:00Z"));
        if (test.AsOf is not null && !DateTimeOffset.TryParse(test.AsOf, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            problems.Add(new Problem(test.At, $"as_of is no instant: \"{test.AsOf}\"; write it as 2026-11-22T00:00:00Z"));
    }
}
