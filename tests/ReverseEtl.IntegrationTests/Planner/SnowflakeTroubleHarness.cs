using ReverseEtl.Core.Config;
using ReverseEtl.Http.Auth;
using ReverseEtl.Http.Resilience;
using ReverseEtl.IntegrationTests.Snowflake;
using ReverseEtl.Warehouses;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Planner;

/// <summary>An account of the test's own, and connections to it that break.</summary>
public sealed class SnowflakeTroubleHarness : SnowflakeInsideHarness
{
    private LosingAuth? _losing;

    /// <summary>The statement that the connection is lost at, from 1; 0 for none.</summary>
    public int LosesAt { get; set; }

    /// <summary>True where Snowflake gets the statement, and goes on with it unseen.</summary>
    public bool IsSent { get; set; }

    /// <summary>True where the latest connection was lost.</summary>
    public bool IsLost => _losing is { IsLost: true };

    private protected override async Task<(SnowflakeAccount Account, string Database)> DatabaseAsync() =>
        (await SnowflakeAccount.StartAsync(options => options with { StatusWait = TimeSpan.FromMinutes(1), Database = "TROUBLE" }), "TROUBLE");

    private protected override SnowflakeWarehouse Connect()
    {
        var options = Account.Options() with { Planner = PlannerPlace.Warehouse };
        _losing = new LosingAuth(SnowflakeCredentials.Of(options, Folder, TimeProvider.System)) { LosesAt = LosesAt, IsSent = IsSent };
        return new SnowflakeWarehouse(
            options,
            new SnowflakeApi(new SnowflakeSettings { Root = options.BaseUrl!, Auth = _losing, Time = TimeProvider.System, Retry = new RetryPolicy { MaxAttempts = 1 } }),
            new SnowflakeContext { Warehouse = options.Warehouse, Role = options.Role, Database = Database, Schema = options.Schema },
            Folder);
    }

    private protected override async Task CloseAsync() => await Account.DisposeAsync();

    // Every request passes by it.
    private sealed class LosingAuth(IRequestAuth inner) : IRequestAuth
    {
        private int _statements;

        public required int LosesAt { get; init; }

        public required bool IsSent { get; init; }

        public bool IsLost { get; private set; }

        public IEnumerable<Secret> Secrets => inner.Secrets;

        public ValueTask SignAsync(HttpRequestMessage request, HttpMessageInvoker client, CancellationToken cancellationToken)
        {
            var isStatement = request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/statements", StringComparison.Ordinal);
            var isIt = isStatement && Interlocked.Increment(ref _statements) == LosesAt;
            if (IsLost || (isIt && !IsSent))
            {
                IsLost = true;
                throw new HttpRequestException("the connection is lost");
            }

            IsLost = isIt;
            return inner.SignAsync(request, client, cancellationToken);
        }
    }
}
