using System.Security.Cryptography;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Planning;
using ReverseEtl.Snowflake.Emulator;
using ReverseEtl.Tests;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>Who is asking. The emulator verifies tokens with the public key, as Snowflake does.</summary>
public sealed class SnowflakeAuthTests
{
    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);

    [Fact]
    public async Task A_key_pair_is_taken_whatever_the_case_of_account_and_user()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        Assert.Equal("LOADER", await ScalarAsync(account, options => options with { Account = "Org-Shop", User = "Cdp_Loader" }));
        Assert.Equal("KEYPAIR_JWT", account.Emulator.Requests[^1].Headers["X-Snowflake-Authorization-Token-Type"]);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\\n")]
    public async Task A_key_may_be_encrypted(string lineEnd)
    {
        await using var account = await SnowflakeAccount.StartAsync();
        var pem = SnowflakeAccount.Key.ExportEncryptedPkcs8PrivateKeyPem("pass phrase", Encryption);

        Assert.Equal("LOADER", await ScalarAsync(account, options => options with { PrivateKey = new Secret(pem.Replace("\n", lineEnd, StringComparison.Ordinal)), Passphrase = new Secret("pass phrase") }));
    }

    [Fact]
    public async Task A_key_may_be_in_a_file_below_the_project()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("key.p8"), SnowflakeAccount.Key.ExportPkcs8PrivateKeyPem(), SnowflakeAccount.Cancellation);

        Assert.Equal("LOADER", await ScalarAsync(account, options => options with { PrivateKey = null, PrivateKeyFile = "key.p8" }, folder.FullName));
    }

    [Fact]
    public async Task Tokens_that_others_gave_out_are_taken()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        Assert.Equal("LOADER", await ScalarAsync(account, options => options with { PrivateKey = null, User = null, Token = new Secret("pat-secret") }));
        Assert.Equal("PROGRAMMATIC_ACCESS_TOKEN", account.Emulator.Requests[^1].Headers["X-Snowflake-Authorization-Token-Type"]);
        Assert.Equal("LOADER", await ScalarAsync(account, options => options with { PrivateKey = null, User = null, OauthToken = new Secret("oauth-secret") }));
        Assert.Equal("OAUTH", account.Emulator.Requests[^1].Headers["X-Snowflake-Authorization-Token-Type"]);
    }

    [Fact]
    public async Task A_refused_user_is_told_and_no_secret_with_it()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        using var other = RSA.Create(2048);
        await using var warehouse = account.Open(options => options with { PrivateKey = new Secret(other.ExportPkcs8PrivateKeyPem()) });

        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.DescribeAsync(new SnowflakeModels(("t", "select 1 as id")).Compile(), SnowflakeAccount.Cancellation));

        Assert.Contains("the issuer is not the subject with its key's fingerprint (390144). Correct account, user and credentials", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", error.Message, StringComparison.Ordinal);
        // A token that was made just now would fare no better.
        Assert.Single(account.Emulator.Requests);
    }

    [Fact]
    public async Task A_token_is_made_anew_before_it_ends_and_kept_until_then()
    {
        var time = new ShiftedTime();
        await using var account = await SnowflakeAccount.StartAsync(options => options with { Time = time });
        await using var warehouse = account.Open(time: time);
        var tokens = new List<string>();
        for (var i = 0; i < 4; i++, time.Shift += TimeSpan.FromMinutes(25))
        {
            await AskAsync(warehouse);
            tokens.Add(account.Emulator.Requests[^1].Headers["Authorization"]);
        }

        Assert.Equal(2, tokens.Distinct().Count());
        Assert.Equal([tokens[0], tokens[0], tokens[2], tokens[2]], tokens);
    }

    [Fact]
    public async Task A_token_that_is_refused_before_its_time_is_made_anew_and_the_statement_runs_once()
    {
        var time = new ShiftedTime();
        await using var account = await SnowflakeAccount.StartAsync(options => options with { Time = time });
        await using var warehouse = account.Open(time: time);
        await AskAsync(warehouse);
        time.Shift += TimeSpan.FromMinutes(2);
        account.Emulator.Script.Add(new Trouble(Step.Submit) { Status = 401 });

        await AskAsync(warehouse);

        Assert.Equal(2, account.Emulator.Executions.Count);
        Assert.Equal(2, account.Emulator.Requests.Select(request => request.Headers["Authorization"]).Distinct().Count());
    }

    [Fact]
    public void Wrong_options_are_told_where_they_stand()
    {
        Assert.Contains("there are no credentials", Problem(options => options with { PrivateKey = null }), StringComparison.Ordinal);
        Assert.Contains("privateKey and token are given", Problem(options => options with { Token = new Secret("t") }), StringComparison.Ordinal);
        Assert.Contains("\"user\" is missing", Problem(options => options with { User = null }), StringComparison.Ordinal);
        Assert.Contains("(warehouse.privateKeyFile): the file nowhere.p8 cannot be read", Problem(options => options with { PrivateKey = null, PrivateKeyFile = "nowhere.p8" }), StringComparison.Ordinal);
        Assert.Contains("needs \"passphrase\"", Problem(options => options with { PrivateKey = new Secret(SnowflakeAccount.Key.ExportEncryptedPkcs8PrivateKeyPem("x", Encryption)) }), StringComparison.Ordinal);
        var wrong = Problem(options => options with { PrivateKey = new Secret(SnowflakeAccount.Key.ExportEncryptedPkcs8PrivateKeyPem("x", Encryption)), Passphrase = new Secret("wrong-phrase") });
        Assert.Contains("\"passphrase\" is not its own", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-phrase", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("myorg-my_account", "MYORG-MY_ACCOUNT", "https://myorg-my-account.snowflakecomputing.com/")]
    [InlineData("xy12345.eu-central-1", "XY12345", "https://xy12345.eu-central-1.snowflakecomputing.com/")]
    [InlineData("xy12345-a1b2.global", "XY12345", "https://xy12345-a1b2.global.snowflakecomputing.com/")]
    public void Accounts_have_a_name_for_tokens_and_one_for_hosts(string account, string inTokens, string root)
    {
        Assert.Equal(inTokens, AccountName.ForTokens(account));
        Assert.Equal(root, AccountName.Root(account).ToString());
    }

    private static string Problem(Func<SnowflakeWarehouseOptions, SnowflakeWarehouseOptions> with)
    {
        var options = new SnowflakeWarehouseOptions { Type = "snowflake", Account = "org-shop", User = "u", PrivateKey = new Secret(SnowflakeAccount.Key.ExportPkcs8PrivateKeyPem()) };
        return Assert.Throws<ProjectException>(() => SnowflakeWarehouse.Open(with(options), "/project", "/project", TimeProvider.System)).Message;
    }

    private static async Task<object?> ScalarAsync(SnowflakeAccount account, Func<SnowflakeWarehouseOptions, SnowflakeWarehouseOptions> with, string folder = "/project")
    {
        await using var warehouse = account.Open(with, folder: folder);
        return await AskAsync(warehouse);
    }

    private static async Task<object?> AskAsync(SnowflakeWarehouse warehouse)
    {
        await using var connection = warehouse.Connect();
        return await new SnowflakeCommand("select current_role()", connection).ExecuteScalarAsync(SnowflakeAccount.Cancellation);
    }

    /// <summary>A clock that goes as ever, and is set forward.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
