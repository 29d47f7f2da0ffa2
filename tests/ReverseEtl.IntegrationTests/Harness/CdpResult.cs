using System.Text.Json;

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>How a call of the program ended.</summary>
internal sealed record CdpResult(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonDocument.Parse(Out).RootElement;
            }
            catch (JsonException error)
            {
                throw new InvalidOperationException($"standard output is not one JSON document ({error.Message})\n{this}");
            }
        }
    }

    /// <summary>The last run that <c>run --json</c> tells of.</summary>
    public JsonElement Run => Json.GetProperty("runs").EnumerateArray().Last();

    /// <summary>The only plan that <c>plan --json</c> tells of.</summary>
    public JsonElement Plan => Assert.Single(Json.GetProperty("plans").EnumerateArray());

    /// <summary>Fails with everything that was printed unless the exit code is as expected.</summary>
    public CdpResult Exits(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode}, expected {code}\n{this}");
        return this;
    }

    /// <summary>
    /// Fails unless the program ended with this code and said all of this on one line of standard error, without a stack trace.
    /// </summary>
    public CdpResult Fails(int code, params string[] words)
    {
        Exits(code);
        Assert.DoesNotContain("   at ", Error);
        Assert.DoesNotContain("bug in cdp", Error);
        Assert.True(
            Error.Split('\n').Any(line => words.All(word => line.Contains(word, StringComparison.Ordinal))),
            $"no line of standard error has all of: {string.Join(" | ", words)}\n{this}");
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"exit code: {ExitCode}\nstdout: {Out}\nstderr: {Error}";
}
