using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;

namespace ReverseEtl.Warehouses.Sampling;

/// <summary>
/// Translates a warehouse's SQL to DuckDB's, by polyglot-sql: a parser and writer of some thirty dialects, which runs in Node.js. Nothing
/// but local previews needs it.
/// </summary>
public static class SqlTranslator
{
    private const string Script = "Sampling/translate.mjs";
    private static readonly string Package = Path.Combine("node_modules", "@polyglot-sql", "sdk", "dist", "index.node.js");

    /// <summary>The query in DuckDB's SQL.</summary>
    /// <param name="query">The query.</param>
    /// <param name="dialect">The dialect that it is written in: <c>postgres</c>, <c>snowflake</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ProjectException">What cannot be translated, with the model's line; or the translator is not installed.</exception>
    public static async Task<string> ToDuckDbAsync(CompiledQuery query, string dialect, CancellationToken cancellationToken)
    {
        var sdk = FindPackage() ?? throw new ProjectException(
            query.Root, "a local preview of another warehouse's SQL needs @polyglot-sql/sdk, which translates it: run npm ci in the folder of this program");
        var answer = await RunAsync(JsonSerializer.Serialize(new { sdk, from = dialect == "postgres" ? "postgresql" : dialect, sql = query.Sql }), query, cancellationToken);
        using var json = JsonDocument.Parse(answer);
        if (json.RootElement.TryGetProperty("sql", out var sql))
            return sql.GetString()!;
        var line = json.RootElement.GetProperty("line").GetInt32();
        throw new ProjectException(query.Locate(line) ?? query.Root,
            $"this cannot be translated to DuckDB's SQL: {json.RootElement.GetProperty("error").GetString()}; preview it in the warehouse, without --local");
    }

    private static string? FindPackage() => new[] { AppContext.BaseDirectory, Environment.CurrentDirectory }
        .SelectMany(Upward).Select(folder => Path.Combine(folder, Package)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> Upward(string start)
    {
        for (var folder = Path.TrimEndingDirectorySeparator(start); folder is { Length: > 0 }; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }

    private static async Task<string> RunAsync(string input, CompiledQuery query, CancellationToken cancellationToken)
    {
        // Its WebAssembly is run once: to compile it well takes longer than it is used.
        var start = new ProcessStartInfo("node", ["--liftoff-only", Path.Combine(AppContext.BaseDirectory, Script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var node = Process.Start(start)!;
            await node.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            node.StandardInput.Close();
            var said = node.StandardError.ReadToEndAsync(cancellationToken);
            var answer = await node.StandardOutput.ReadToEndAsync(cancellationToken);
            await node.WaitForExitAsync(cancellationToken);
            return node.ExitCode == 0 ? answer : throw new ProjectException(query.Root, $"the translator to DuckDB's SQL failed: {(await said).Trim()}");
        }
        catch (Win32Exception)
        {
            throw new ProjectException(query.Root, "a local preview of another warehouse's SQL needs Node.js 20 or later, in which the translator runs; install it, or preview without --local");
        }
    }
}
