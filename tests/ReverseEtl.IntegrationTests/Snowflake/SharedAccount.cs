using ReverseEtl.IntegrationTests.Snowflake;

[assembly: AssemblyFixture(typeof(SharedAccount))]

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>One account for all tests that need no more of it than a database of their own.</summary>
public sealed class SharedAccount : IAsyncDisposable
{
    private readonly Lock _starting = new();
    private Task<SnowflakeAccount>? _account;
    private int _databases;

    /// <summary>The account, with a new database.</summary>
    internal static async Task<(SnowflakeAccount Account, string Database)> DatabaseAsync()
    {
        var shared = await TestContext.Current.GetFixture<SharedAccount>() ?? throw new InvalidOperationException("there is no fixture");
        var account = await shared.StartAsync();
        var name = $"TEST{Interlocked.Increment(ref shared._databases)}";
        await account.RunAsync($"create database {name}");
        return (account, name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_account is { IsCompletedSuccessfully: true })
            await (await _account).DisposeAsync();
    }

    private Task<SnowflakeAccount> StartAsync()
    {
        lock (_starting)
            return _account ??= SnowflakeAccount.StartAsync(options => options with { StatusWait = TimeSpan.FromMinutes(1) });
    }
}
