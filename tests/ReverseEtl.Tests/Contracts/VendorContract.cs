using System.Diagnostics;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Contracts;

/// <summary>
/// A vendor's own description of its API: OpenAPI documents or protos. They are no part of the repository; <c>docs/contracts.md</c> tells
/// where they lie.
/// </summary>
/// <param name="Folder">The folder with the documents, below that of all contracts.</param>
/// <param name="Besides">Paths that the connector asks for and another description has, as that of tokens, or none; with what is below them.</param>
internal sealed record VendorContract(string Folder, params string[] Besides)
{
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    private static string Checker { get; } = Path.Combine(Repository.Root, "tests", "contracts");

    private static string All { get; } = Environment.GetEnvironmentVariable("CDP_CONTRACTS") ?? Path.Combine(Repository.Root, "..", "shared", "contracts");

    /// <summary>
    /// What is wrong with requests: <c>#3 POST /contacts: ...</c>, numbered from 0 among those that are not beside the contract. Skips the
    /// test where there are no documents.
    /// </summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync(IReadOnlyList<VendorRequest> requests, CancellationToken cancellationToken)
    {
        var documents = Path.GetFullPath(Path.Combine(All, Folder));
        Assert.SkipUnless(Directory.Exists(documents), $"there is no {documents}: CDP_CONTRACTS names the folder of the vendors' contracts");
        Assert.SkipUnless(Directory.Exists(Path.Combine(Checker, "node_modules")), "what checks contracts is not installed: ./test --contracts does it");

        VendorRequest[] described = [.. requests.Where(request => !Besides.Any(path => $"{request.Path}/".StartsWith($"{path}/", StringComparison.Ordinal)))];
        Assert.NotEmpty(described);
        using var folder = new TemporaryFolder();
        var file = folder.File("requests.jsonl");
        await File.WriteAllLinesAsync(file, described.Select(Line), cancellationToken);

        var lines = await RunAsync(documents, file, cancellationToken);
        var violations = lines.Where(line => line.StartsWith('#')).ToList();
        // A checker that stopped half-way has found nothing, and said nothing either.
        Assert.Equal($"{described.Length} checked, {violations.Count} violations", lines[^1]);
        return [.. violations, .. described.Index().Where(request => HasNameTwice(request.Item)).Select(request => $"#{request.Index} {request.Item.Method} /{request.Item.Path}: the body has a name twice")];
    }

    private static string Line(VendorRequest request) =>
        JsonSerializer.Serialize(new { method = request.Method, path = request.Path, query = request.Query, headers = request.Headers, body = Convert.ToBase64String(request.Body.Span) });

    private static async Task<string[]> RunAsync(string documents, string requests, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", ["check.mjs", documents, requests]) { WorkingDirectory = Checker, RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var errors = node.StandardError.ReadToEndAsync(cancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.WaitForExitAsync(cancellationToken);
        Assert.True(node.ExitCode is 0 or 1, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool HasNameTwice(VendorRequest request) => IsJson(request.Body, default) && !IsJson(request.Body, Once);

    private static bool IsJson(ReadOnlyMemory<byte> body, JsonDocumentOptions options)
    {
        try
        {
            JsonDocument.Parse(body, options).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
