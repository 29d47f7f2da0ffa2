using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Models;

/// <summary>Checks the profile that a segment or trait names, and takes its key where the header names none.</summary>
internal static class ProfileKeys
{
    public static IEnumerable<Model> Resolve(IReadOnlyList<Model> models, List<Problem> problems)
    {
        foreach (var model in models)
        {
            var (profile, kind) = (model.Header.Profile, model.Header.Kind);
            if (profile is null)
            {
                if (kind is ModelKind.Segment or ModelKind.Trait)
                    problems.Add(new Problem(model.At, $"a {kind.ToString().ToLowerInvariant()} names its profile; add \"profile: ...\" to the header{Hint("", models)}"));
                yield return model;
                continue;
            }

            var found = models.FirstOrDefault(candidate => candidate.Name == profile && candidate.Header.Kind is ModelKind.Profile);
            if (found is null)
                problems.Add(new Problem(model.At, $"there is no profile \"{profile}\"{Hint(profile, models)}"));
            else if (model.Header.Key.Count > 0 && !model.Header.Key.SequenceEqual(found.Header.Key, StringComparer.Ordinal) && kind is ModelKind.Segment)
                problems.Add(new Problem(model.At, $"the key of a segment is its profile's: {string.Join(", ", found.Header.Key)}"));
            yield return model.Header.Key.Count == 0 && found is not null ? model with { Key = found.Header.Key } : model;
        }
    }

    private static string Hint(string name, IEnumerable<Model> models) =>
        Nearest.Hint(name, models.Where(model => model.Header.Kind is ModelKind.Profile).Select(model => model.Name));
}
