using System.Text;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Secrets are sent and nothing else: not printed, not kept, not even where the receiver quotes them.</summary>
public sealed class SecretTests
{
    private const string Token = "tok+9f8e7d6c/5b4a3210==";
    private const string Signing = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task Secrets_are_nowhere_to_be_found()
    {
        await using var project = await CdpProject.CreateAsync(
            """, "headers": { "Authorization": "Bearer ${env:CDP_IT_TOKEN}" }, "secret": "${file:secret.txt}" """);
        project.Variables["CDP_IT_TOKEN"] = Token;
        project.Write("secret.txt", $"whsec_{Signing}\n");
        var said = new StringBuilder();

        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 401, Body = $$"""{"error":"Bearer {{Token}} is not known, nor whsec_{{Signing}}"}""" } });
        await SayAsync(4, "run", "--verbose");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { RejectKeys = ["2"], Code = Token, Message = $"bad token {Token} {Uri.EscapeDataString(Token)} {Token.Replace("+", "\\u002B", StringComparison.Ordinal)}" } });
        await SayAsync(1, "run", "--json", "--verbose");
        Assert.Contains("***", await SayAsync(0, "rejected", "customers_to_crm"));
        await SayAsync(0, "rejected", "customers_to_crm", "--json");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 422, Body = $"cannot read {Token}" } });
        await SayAsync(1, "run", "--retry-rejected");
        await SayAsync(0, "status", "--json");
        await SayAsync(0, "plan", "--verbose");
        await SayAsync(0, "validate", "--connect", "--verbose");
        await SayAsync(0, "doctor", "--json");
        await SayAsync(0, "run", "--retry-rejected");
        project.AssertConverged();

        var needles = new[] { Token, Signing, Uri.EscapeDataString(Token), "9f8e7d6c" };
        Assert.All(needles, needle => Assert.DoesNotContain(needle, said.ToString()));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(project.Folder, ".cdp"), "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.All(needles, needle => Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(needle)) < 0, $"{needle} stands in {file}"));
        }

        Assert.True(File.Exists(Path.Combine(project.Folder, ".cdp", "control.db")));
        Assert.True(File.Exists(Path.Combine(project.Folder, ".cdp", "syncs", "customers_to_crm.duckdb")));

        async Task<string> SayAsync(int code, params string[] arguments)
        {
            var result = (await project.RunAsync(arguments)).Exits(code);
            said.Append(result.Out).Append(result.Error);
            return result.Out;
        }
    }
}
