using System.Security.Cryptography;
using ReverseEtl.Core.Config;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Snowflake.Emulator;
using ReverseEtl.Tests;
using ReverseEtl.Warehouses.Snowflake;

[assembly: AssemblyFixture(typeof(SharedTranslator))]

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>The one process that reads Snowflake's SQL for all tests, started by the first that needs it.</summary>
public sealed class SharedTranslator : IAsyncDisposable
{
    private readonly Lock _starting = new();
    private Translator? _translator;

    internal Translator Get()
    {
        var folder = Path.Combine(Repository.Root, "tests", "snowflake");
        var missing = Translator.Missing(folder);
        Assert.SkipWhen(missing is not null, $"the emulator of Snowflake cannot run: {missing}");
        lock (_starting)
            return _translator ??= Translator.Start(folder);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _translator?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>An account of a test's own, emulated, and a warehouse that connects to it as the options of a project say.</summary>
internal sealed class SnowflakeAccount : IAsyncDisposable
{
    public const string User = "cdp_loader";

    private readonly string _database;

    private SnowflakeAccount(SnowflakeEmulator emulator, string database) => (Emulator, _database) = (emulator, database);

    /// <summary>The user's key pair.</summary>
    public static RSA Key { get; } = RSA.Create(2048);

    public SnowflakeEmulator Emulator { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SnowflakeAccount> StartAsync(Func<EmulatorOptions, EmulatorOptions>? with = null)
    {
        var fixture = await TestContext.Current.GetFixture<SharedTranslator>() ?? throw new InvalidOperationException("there is no fixture");
        var options = new EmulatorOptions
        {
            Keys = new Dictionary<string, string> { [User.ToUpperInvariant()] = Key.ExportSubjectPublicKeyInfoPem() },
            OAuthTokens = ["oauth-secret"],
            AccessTokens = ["pat-secret"],
            Translator = fixture.Get(),
        };
        options = with?.Invoke(options) ?? options;
        return new SnowflakeAccount(await SnowflakeEmulator.StartAsync(options, Cancellation), options.Database);
    }

    public SnowflakeWarehouseOptions Options() => new()
    {
        Type = SnowflakeWarehouseOptions.TypeName,
        Account = "org-shop",
        User = User,
        PrivateKey = new Secret(Key.ExportPkcs8PrivateKeyPem()),
        Warehouse = "COMPUTE",
        Role = "LOADER",
        Database = _database,
        Schema = "PUBLIC",
        BaseUrl = Emulator.Url,
    };

    public SnowflakeWarehouse Open(Func<SnowflakeWarehouseOptions, SnowflakeWarehouseOptions>? with = null, TimeProvider? time = null, string folder = "/project")
    {
        var options = Options();
        return SnowflakeWarehouse.Open(with?.Invoke(options) ?? options, folder, Path.Combine(folder, "work"), time ?? TimeProvider.System);
    }

    /// <summary>Runs a statement, or several, and tells how many rows changed.</summary>
    public async Task<int> RunAsync(string sql, int statements = 1)
    {
        await using var warehouse = Open();
        await using var connection = warehouse.Connect();
        return await new SnowflakeCommand(sql, connection) { StatementCount = statements }.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>All values of a query, as the reader gives them.</summary>
    public async Task<IReadOnlyList<object[]>> RowsAsync(string sql, params object?[] parameters)
    {
        await using var warehouse = Open();
        await using var connection = warehouse.Connect();
        var command = new SnowflakeCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.AddWithValue(parameter);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<object[]>();
        while (await reader.ReadAsync(Cancellation))
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Emulator.DisposeAsync();
}
