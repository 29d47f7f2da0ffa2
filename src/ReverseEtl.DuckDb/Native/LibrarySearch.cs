using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>Where libduckdb may be. A pure function of its inputs, so that the order and the message can be tested.</summary>
internal sealed record LibrarySearch(string? Override, string BaseDirectory, string WorkingDirectory, string Platform, string Architecture, bool Musl)
{
    internal const string Variable = "CDP_LIBDUCKDB";

    internal string FileName => Platform switch { "win32" => "duckdb.dll", "darwin" => "libduckdb.dylib", _ => "libduckdb.so" };

    internal string Package => $"node-bindings-{Platform}-{Architecture}{(Musl ? "-musl" : "")}";

    internal static LibrarySearch Here() => new(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null,
        AppContext.BaseDirectory,
        Environment.CurrentDirectory,
        OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
        RuntimeInformation.ProcessArchitecture == Architecture64Arm ? "arm64" : "x64",
        RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal));

    private const System.Runtime.InteropServices.Architecture Architecture64Arm = System.Runtime.InteropServices.Architecture.Arm64;

    /// <summary>The files to try, best first. A path given explicitly is the only candidate: a typo in it must not be papered over.</summary>
    internal IEnumerable<string> Candidates()
    {
        if (Override is not null)
            return [Override];

        var package = Path.Combine("node_modules", "@duckdb", Package, FileName);
        return new[] { Path.Combine(BaseDirectory, FileName) }
            .Concat(Upward(BaseDirectory).Concat(Upward(WorkingDirectory)).Select(folder => Path.Combine(folder, package)))
            .Distinct(StringComparer.Ordinal);
    }

    internal string? Find(Func<string, bool> exists) => Candidates().FirstOrDefault(exists);

    internal string NotFound() => Override is not null
        ? $"DuckDB's library is not at '{Override}', where {Variable} points. Correct {Variable}, or unset it and run `npm ci` in the project folder."
        : $"DuckDB's library ({FileName}) was not found. Run `npm ci` in the project folder (it brings @duckdb/{Package}), or set {Variable} "
            + $"to the path of a {FileName}. Searched: beside the app in '{BaseDirectory}', node_modules/@duckdb/{Package} upward from there and from "
            + $"'{WorkingDirectory}', and the system's library path.";

    private static IEnumerable<string> Upward(string start)
    {
        for (var folder = Path.TrimEndingDirectorySeparator(start); folder is { Length: > 0 }; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}
