using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using Npgsql;
using ReverseEtl.IntegrationTests.Harness;
using static ReverseEtl.IntegrationTests.Postgres.PostgresTarget;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>What the check before a run says of a set-up that cannot work.</summary>
public sealed class PostgresCheckTests
{
    private const string Customers = "CREATE TABLE customers (id int PRIMARY KEY, name text, deleted_at timestamptz)";

    [Theory]
    [InlineData("CREATE TABLE clients (id int)", "there is no table \"public\".\"customers\": correct object.schema and object.table, or set create: true")]
    [InlineData("CREATE VIEW customers AS SELECT 1 AS id, 'a' AS name", "there is no table")]
    [InlineData("CREATE TABLE customers (id int PRIMARY KEY, nmae text)", "has no column \"name\"; did you mean \"nmae\"?")]
    [InlineData("CREATE TABLE customers (id int, name text); CREATE INDEX ON customers (id)", "no unique index on exactly (id)")]
    [InlineData("CREATE TABLE customers (id int, name text, UNIQUE (id, name))", "no unique index on exactly (id)")]
    [InlineData("CREATE TABLE customers (id int, name text); CREATE UNIQUE INDEX ON customers (id) WHERE name <> ''", "no unique index on exactly (id)")]
    [InlineData("CREATE TABLE customers (id int UNIQUE DEFERRABLE, name text)", "no unique index on exactly (id)")]
    [InlineData("CREATE TABLE customers (id int PRIMARY KEY, name text GENERATED ALWAYS AS ('x') STORED)", "\"customers\".name is written by the server alone")]
    public async Task A_table_that_does_not_fit(string sql, string said)
    {
        var target = await CreateAsync(sql);

        Assert.Contains(said, await target.RefusalAsync());
    }

    [Fact]
    public async Task A_unique_index_with_more_columns_included_will_do()
    {
        var target = await CreateAsync("CREATE TABLE customers (id int, name text); CREATE UNIQUE INDEX ON customers (id) INCLUDE (name)");

        await target.AcceptedAsync(Upserts(Whole("id", 1), Text("name", "a")));

        Assert.Equal(["1|a"], await target.QueryAsync("SELECT * FROM customers"));
    }

    [Theory]
    [InlineData(SyncMode.Upsert, Removal.Delete, "SELECT", "the role may not insert id: GRANT INSERT ON \"public\".\"customers\" to it; ")]
    [InlineData(SyncMode.Upsert, Removal.Delete, "SELECT, INSERT, UPDATE", null)]
    [InlineData(SyncMode.Update, Removal.Delete, "SELECT, UPDATE (name)", null)]
    [InlineData(SyncMode.Update, Removal.Delete, "SELECT, INSERT", "the role may not update name: GRANT UPDATE ON")]
    [InlineData(SyncMode.Insert, Removal.Delete, "SELECT, INSERT", null)]
    [InlineData(SyncMode.Mirror, Removal.Delete, "SELECT, INSERT, UPDATE", "the role may not delete: GRANT DELETE ON")]
    [InlineData(SyncMode.Mirror, Removal.Clear, "SELECT, INSERT, UPDATE", null)]
    [InlineData(SyncMode.Mirror, Removal.Archive, "SELECT, INSERT, UPDATE (name)", "the role may not update deleted_at")]
    [InlineData(SyncMode.Mirror, Removal.Archive, "SELECT, INSERT, UPDATE", null)]
    [InlineData(SyncMode.Delete, Removal.Delete, "SELECT (id), DELETE", null)]
    [InlineData(SyncMode.Delete, Removal.Delete, "DELETE", "the role may not select id")]
    public async Task The_rights_that_a_mode_needs_and_no_more(SyncMode mode, Removal removal, string granted, string? said)
    {
        var target = await CreateAsync(Customers);
        (target.Mode, target.OnRemoved) = (mode, removal);
        await BecomeAsync(target, $"GRANT {granted} ON customers TO");

        if (said is not null)
        {
            Assert.Contains(said, await target.RefusalAsync());
            return;
        }

        foreach (var operation in SyncModes.InOrder.Where(operation => mode.KindsFor(operation).Count > 0))
        {
            FieldColumn[] Columns() => [Whole("id", 1), Text("name", "a")];
            await target.AcceptedAsync(operation is Operation.Remove ? Removals(Whole("id", 1)) : Batch(operation, Columns(), []));
        }
    }

    [Fact]
    public async Task A_role_that_may_not_make_tables_nor_stage_rows()
    {
        var target = await CreateAsync();
        target.Object = target.Object with { Create = true };
        await target.RunAsync("REVOKE CREATE ON SCHEMA public FROM public; DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM public', current_database()); END $$");
        await BecomeAsync(target);

        var said = await target.RefusalAsync();

        Assert.Contains("GRANT TEMPORARY ON DATABASE", said);
        Assert.Contains("\"public\".\"customers\" cannot be made", said);
    }

    [Fact]
    public async Task A_role_that_only_reads()
    {
        var target = await CreateAsync(Customers);
        await BecomeAsync(target, "GRANT SELECT, INSERT, UPDATE, DELETE ON customers TO");
        await target.RunAsync($"ALTER ROLE {target.Options.User} SET default_transaction_read_only = on");

        Assert.Contains("the server takes no writes", await target.RefusalAsync());
        await using var destination = target.OpenDriven();
        var refusal = await Assert.ThrowsAsync<DestinationException>(() => SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a"))));
        Assert.Contains("25006", refusal.Message);
    }

    [Fact]
    public async Task Without_the_check_a_missing_right_ends_the_run()
    {
        var target = await CreateAsync(Customers);
        await BecomeAsync(target, "GRANT SELECT ON customers TO");
        await using var destination = target.OpenDriven();

        var refusal = await Assert.ThrowsAsync<DestinationException>(() => SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a"))));

        Assert.False(refusal.IsUnreachable);
        Assert.Contains("42501", refusal.Message);
        Assert.Contains("GRANT what is missing", refusal.Message);
    }

    [Theory]
    [InlineData("wrong password", "28P01", false)]
    [InlineData("no database", "3D000", false)]
    [InlineData("no server", "Check host, port and the network", true)]
    [InlineData("no TLS", "sslMode: disable", true)]
    public async Task A_server_that_cannot_be_used(string how, string said, bool unreachable)
    {
        var target = await CreateAsync(Customers);
        target.Options = how switch
        {
            "wrong password" => target.Options with { Password = new Secret("not-the-password") },
            "no database" => target.Options with { Database = "nowhere" },
            "no server" => target.Options with { Port = 1 },
            _ => target.Options with { SslMode = SslMode.VerifyFull },
        };
        await using var destination = target.Open();

        var refusal = await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Stop));

        Assert.Equal(unreachable, refusal.IsUnreachable);
        Assert.Contains(said, refusal.Message);
        Assert.DoesNotContain("not-the-password", refusal.ToString());
        Assert.DoesNotContain(PostgresServer.Password, refusal.ToString());
    }

    [Fact]
    public async Task A_connection_string_will_do()
    {
        var target = await CreateAsync(Customers);
        var given = target.Options;
        target.Options = new PostgresOptions { Type = "postgres", ConnectionString = new Secret($"Host={given.Host};Port={given.Port};Database={given.Database};Username={given.User};Password={PostgresServer.Password};SSL Mode=Disable") };

        await target.AcceptedAsync(Upserts(Whole("id", 1), Text("name", "a")));

        Assert.Equal(["1|a"], await target.QueryAsync("SELECT id, name FROM customers"));
    }

    /// <summary>Goes on as a role without rights but those.</summary>
    private static async Task BecomeAsync(PostgresTarget target, string? grant = null)
    {
        var role = $"role_{target.Options.Database}";
        await target.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD '{PostgresServer.Password}'");
        if (grant is not null)
            await target.RunAsync($"{grant} {role}");
        target.Options = target.Options with { User = role };
    }
}
