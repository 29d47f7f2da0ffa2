using System.Buffers;

namespace ReverseEtl.Connectors.Files;

/// <summary>The rules of <see cref="FileObject.Name"/>: what is safe in every file system and never leaves the destination's folder.</summary>
internal static class FileName
{
    private const int MaxLength = 200;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? Problem(string name)
    {
        if (name.Length is 0 or > MaxLength)
            return $"the object's name has 1 to {MaxLength} letters, not {name.Length}";
        foreach (var part in name.Split('/'))
        {
            if (part.Length == 0)
                return $"the object's name \"{name}\" must be relative to the destination's folder, without empty parts; write it like crm/customers";
            if (part.AsSpan().ContainsAnyExcept(Allowed))
                return $"the object's name \"{name}\" may have the letters A-Z, digits, _ - . and / only";
            if (part[0] == '.' || part[^1] == '.')
                return $"no part of the object's name \"{name}\" may begin or end with a dot";
        }

        return null;
    }

    /// <summary>A run's id as a file's name.</summary>
    public static string Of(string runId) =>
        string.Concat(runId.Select(letter => Allowed.Contains(letter) ? letter : '-')).TrimStart('.');
}
