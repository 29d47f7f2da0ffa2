using Npgsql;
using ReverseEtl.Core.Config;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.Warehouses.Postgres;

namespace ReverseEtl.IntegrationTests.Warehouses;

/// <summary>A database of the tests' server as somebody's warehouse, as its owner sees it.</summary>
internal sealed class PostgresSource(NpgsqlConnectionStringBuilder server)
{
    /// <summary>Who may only read, by the same password.</summary>
    public string Reader => $"{server.Database}_reader";

    /// <summary>As the superuser, over a connection without TLS, which the tests' server has none of.</summary>
    public PostgresWarehouseOptions Options => new()
    {
        Type = PostgresWarehouseOptions.TypeName,
        Host = server.Host,
        Port = server.Port,
        Database = server.Database,
        User = server.Username,
        Password = new Secret(PostgresServer.Password),
        SslMode = SslMode.Disable,
    };

    /// <summary>The same in cdp.config.json, with the password in SHOP_PASSWORD.</summary>
    public string Json(string? user = null) => $$"""
        { "type": "postgres", "host": "{{server.Host}}", "port": {{server.Port}}, "database": "{{server.Database}}", "user": "{{user ?? server.Username}}",
          "password": "${env:SHOP_PASSWORD}", "sslMode": "disable" }
        """;

    public static async Task<PostgresSource> CreateAsync(string setUp = "")
    {
        var source = new PostgresSource(await PostgresServer.DatabaseAsync());
        if (setUp.Length > 0)
            await source.RunAsync(setUp);
        return source;
    }

    /// <summary>Makes <see cref="Reader"/>, who has no rights but to log in.</summary>
    public Task MakeReaderAsync() => RunAsync($"CREATE ROLE {Reader} LOGIN PASSWORD '{PostgresServer.Password}'");

    public async Task RunAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(ModelBench.Stop);
    }

    /// <summary>One value as text, or null.</summary>
    public async Task<string?> ValueAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        return await command.ExecuteScalarAsync(ModelBench.Stop) as string;
    }

    public async Task<NpgsqlConnection> ConnectAsync()
    {
        var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(ModelBench.Stop);
        return connection;
    }
}
