namespace ReverseEtl.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory) ?? Find(Directory.GetCurrentDirectory())
        ?? throw new InvalidOperationException("the tests run outside of a checkout");

    private static string? Find(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "ReverseEtl.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
