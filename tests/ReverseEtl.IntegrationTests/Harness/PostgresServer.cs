using System.Collections.Concurrent;
using Npgsql;
using ReverseEtl.IntegrationTests.Harness;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace ReverseEtl.IntegrationTests.Harness;

/// <summary>
/// The PostgreSQL of the tests, with a database per test: the one that the variable CDP_TEST_POSTGRES names, by the connection string of a
/// superuser with a password and without TLS; else one from the binaries that are installed, started by the first test that asks for it.
/// Without either these tests are skipped. A role that a test makes is called role_DATABASE, and goes with the database.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly string? Named = Environment.GetEnvironmentVariable("CDP_TEST_POSTGRES") is { Length: > 0 } value ? value : null;

    /// <summary>The superuser's password, and that of the roles that tests make.</summary>
    public static string Password { get; } = Named is null ? PostgresCluster.Password : new NpgsqlConnectionStringBuilder(Named).Password ?? "";

    private readonly string _prefix = $"cdp_test_{Guid.NewGuid():n}"[..17];
    private readonly Lock _starting = new();
    private readonly ConcurrentBag<string> _made = [];
    private Task<PostgresCluster>? _own;
    private int _databases;

    /// <summary>Makes an empty database, and tells how a superuser connects to it.</summary>
    public static async Task<NpgsqlConnectionStringBuilder> DatabaseAsync()
    {
        Assert.SkipWhen(Named is null && PostgresCluster.Missing is not null, $"{PostgresCluster.Missing}; CDP_TEST_POSTGRES may name a server");
        var server = await TestContext.Current.GetFixture<PostgresServer>() ?? throw new InvalidOperationException("there is no fixture");
        var name = $"{server._prefix}_{Interlocked.Increment(ref server._databases)}";
        var database = await server.AtAsync(null);
        await RunAsync(database, $"CREATE DATABASE {name}");
        server._made.Add(name);
        return await server.AtAsync(name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
            await (await _own).DisposeAsync();
        if (Named is null)
            return;
        var server = await AtAsync(null);
        foreach (var name in _made)
        {
            await RunAsync(server, $"DROP DATABASE {name} WITH (FORCE)");
            await RunAsync(server, $"DROP ROLE IF EXISTS role_{name}");
        }
    }

    private async Task<NpgsqlConnectionStringBuilder> AtAsync(string? database)
    {
        if (Named is null)
            return (await OwnAsync()).At(database ?? "postgres");
        var named = new NpgsqlConnectionStringBuilder(Named) { Pooling = false };
        named.Database = database ?? named.Database;
        return named;
    }

    private Task<PostgresCluster> OwnAsync()
    {
        lock (_starting)
            return _own ??= PostgresCluster.CreateAsync();
    }

    private static async Task RunAsync(NpgsqlConnectionStringBuilder server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        // Databases come and go with a checkpoint, which takes long on a busy disk.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }
}
