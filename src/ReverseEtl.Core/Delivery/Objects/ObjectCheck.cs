using ReverseEtl.Core.Config;

namespace ReverseEtl.Core.Delivery.Objects;

/// <summary>What is wrong with a sync by the description of its object alone.</summary>
internal static class ObjectCheck
{
    public static IEnumerable<string> Run(ObjectSpec spec, DestinationRequest request)
    {
        if (!spec.Modes.Contains(request.Mode))
            yield return $"{spec.Name} has no mode {Word(request.Mode)}; it has: {string.Join(", ", spec.Modes.Select(Word))}";
        foreach (var field in spec.Fields.Where(field => field.Required && !request.Fields.Contains(field.Name)))
            yield return $"{spec.Name} needs the field {field.Name} ({field.Description}); add it to the map";
        if (spec.OneOf.Count > 0 && !spec.OneOf.Any(request.Fields.Contains))
            yield return $"{spec.Name} needs one of the fields {string.Join(", ", spec.OneOf)}; add it to the map";
        foreach (var unknown in request.Fields.Where(field => !spec.OtherFields && spec.Field(field) is null))
            yield return $"{spec.Name} has no field \"{unknown}\"{Nearest.Hint(unknown, spec.Fields.Select(field => field.Name))}";
        foreach (var hashed in request.Hashed.Where(field => spec.Field(field)?.Rule is not IHashingRule))
            yield return $"{hashed} is sent as it is, so \"hashed\" has no meaning there; take it off the map's entry";
    }

    private static string Word(SyncMode mode) => mode.ToString().ToLowerInvariant();
}
