using System.Security.Cryptography;
using System.Text;

namespace ReverseEtl.Core.Dbt;

/// <summary>The files of a dbt project, where they lie beside its manifest; a manifest may also have come alone, out of a build.</summary>
internal sealed class DbtFiles(string root, Func<string, string?> read)
{
    private readonly Lazy<bool> _areThere = new(() => read(Path.Combine(root, "dbt_project.yml")) is not null);

    /// <summary>How a model's file is another one than the manifest was made of, or null.</summary>
    public string? Differs(DbtNode node)
    {
        // Seeds and snapshots are hashed in other ways, and packages lie elsewhere.
        if (node.ResourceType != "model" || node.Checksum is not { Name: "sha256", Checksum: { } expected } || !_areThere.Value)
            return null;
        var file = node.OriginalFilePath.Replace('\\', '/');
        return read(Path.Combine(root, file)) switch
        {
            null when node.OriginalFilePath.Contains("dbt_packages", StringComparison.Ordinal) => null,
            null => $"dbt's {file} is gone",
            var text when Hash(text) != expected => $"dbt's {file} was changed after that",
            _ => null,
        };
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n").Trim())));
}
