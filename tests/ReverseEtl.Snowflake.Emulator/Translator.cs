using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ReverseEtl.Snowflake.Emulator;

/// <summary>Snowflake's SQL as DuckDB's, by one process of Node.js that lives as long as this. Safe for concurrent callers.</summary>
public sealed class Translator : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int LongestKnown = 20_000;

    private readonly Process _node;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly ConcurrentDictionary<string, Translation> _known = new(StringComparer.Ordinal);

    private Translator(Process node) => _node = node;

    /// <summary>Why there can be no translator; null where there can.</summary>
    public static string? Missing(string folder)
    {
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@polyglot-sql")))
            return "what reads Snowflake's SQL is not installed: npm ci --prefix tests/snowflake";
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, OperatingSystem.IsWindows() ? "node.exe" : "node")));
        return found ? null : "Node.js is not in the PATH";
    }

    /// <summary>Starts it.</summary>
    /// <param name="folder">The folder with translate.mjs and what it needs, installed.</param>
    public static Translator Start(string folder)
    {
        // The translator's WebAssembly is large, and optimising it takes longer than a test run gains by it.
        var start = new ProcessStartInfo("node", ["--liftoff-only", "translate.mjs"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        return new Translator(Process.Start(start)!);
    }

    internal async Task<Translation> TranslateAsync(string sql, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(sql, out var known))
            return known;
        var translation = await AskAsync<Translation>(new { sql }, cancellationToken);
        // What is large comes once.
        return sql.Length > LongestKnown ? translation : _known.GetOrAdd(sql, translation);
    }

    internal Task<Place> LocateAsync(string sql, string name, CancellationToken cancellationToken) => AskAsync<Place>(new { sql, locate = name }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _node.StandardInput.Close();
        await _node.WaitForExitAsync();
        _node.Dispose();
        _one.Dispose();
    }

    private async Task<T> AskAsync<T>(object question, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await _node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(question, Json));
            await _node.StandardInput.FlushAsync(CancellationToken.None);
            // An answer that is not read would be taken for that of the next question.
            var answer = await _node.StandardOutput.ReadLineAsync(CancellationToken.None) ?? throw new InvalidOperationException("the translator has ended");
            return JsonSerializer.Deserialize<T>(answer, Json)!;
        }
        finally
        {
            _one.Release();
        }
    }
}

/// <summary>Statements, or what is wrong with them.</summary>
internal sealed record Translation(IReadOnlyList<TranslatedStatement>? Statements, SyntaxError? Error);

/// <summary>A statement in DuckDB's SQL.</summary>
/// <param name="Kind">select, insert, merge, create_table, ...</param>
/// <param name="Sql">The SQL.</param>
/// <param name="Target">The object that it makes, where it makes one.</param>
internal sealed record TranslatedStatement(string Kind, string Sql, string? Target);

/// <summary>What Snowflake would say.</summary>
internal sealed record SyntaxError(string Message);

/// <summary>Where a name stands; null where it does not.</summary>
internal sealed record Place(int? Line, int? Position);
