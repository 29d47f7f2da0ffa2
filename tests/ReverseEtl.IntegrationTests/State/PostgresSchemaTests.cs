using Npgsql;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.IntegrationTests.Harness;
using ReverseEtl.State.Postgres;
using static ReverseEtl.IntegrationTests.State.StateDatabase;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>How the schema comes to be, what rights it takes, and who shares it.</summary>
public sealed class PostgresSchemaTests
{
    [Fact]
    public async Task Processes_that_begin_at_once_make_one_schema()
    {
        var database = await CreateAsync();

        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => database.OpenAsync(), Stop)));

        Assert.Equal(["4"], await database.QueryAsync("select version from cdp_state.control_store"));
        Assert.Equal(["shop|"], await database.QueryAsync("select project, environment from cdp_state.scopes"));
        var leases = await Task.WhenAll(stores.Select(store => store.AcquireLeaseAsync(Sync, "host:1", TimeSpan.FromMinutes(1), Stop)));
        Assert.Single(leases, result => result.Lease is not null);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_schema_that_is_newer_than_the_program_is_refused_and_left_alone()
    {
        var database = await CreateAsync();
        await (await database.OpenAsync()).DisposeAsync();
        await database.RunAsync("update cdp_state.control_store set version = 99");

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => database.OpenAsync());

        Assert.Contains("the schema cdp_state is version 99, this program knows versions up to 4", error.Message);
        Assert.Contains(database.Server.Database!, error.Message);
        Assert.Equal(["99"], await database.QueryAsync("select version from cdp_state.control_store"));
    }

    [Fact]
    public async Task A_schema_of_something_else_is_refused_and_left_alone()
    {
        var database = await CreateAsync();
        await database.RunAsync("create schema cdp_state; create table cdp_state.runs (id int)");

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => database.OpenAsync());

        Assert.Contains("cdp_state holds tables of something else", error.Message);
        Assert.Equal(["runs"], await database.QueryAsync("select relname from pg_class where relnamespace = 'cdp_state'::regnamespace"));
    }

    [Fact]
    public async Task Projects_and_environments_do_not_see_each_other()
    {
        var database = await CreateAsync();
        await using var shop = await database.OpenAsync();
        await using var prod = await database.OpenAsync(environment: "prod");
        await using var bank = await database.OpenAsync(project: "bank");
        await using var odd = await database.OpenAsync(project: "shop/prod");
        IControlStore[] stores = [shop, prod, bank, odd];

        foreach (var store in stores)
        {
            // The same names in all of them, and none is in another one's way.
            var lease = await BeginAsync(store);
            await store.IntendAsync(lease, Batch(1), Stop);
            await store.DoneAsync(lease, Batch(1), [new RowException(1, "a", RowOutcome.Rejected("bad", "no"))], Stop);
            await store.RecordAuditAsync(lease, new AuditEntry(DateTimeOffset.UnixEpoch, Sync, null, "ann", "full", "--full"), Stop);
            await store.RememberAsync("ads", new Dictionary<string, string?> { ["k"] = "1" }, Stop);
            await store.SaveQuarantineAsync(lease, [new QuarantinedRow("q", "null key", 1)], Stop);
        }

        var first = (await shop.FindLeaseAsync(Sync, Stop))!;
        await shop.RememberAsync("ads", new Dictionary<string, string?> { ["k"] = null }, Stop);
        await shop.SaveQuarantineAsync(new Lease(Sync, first.Name, 1), [], Stop);
        await shop.FinishRunAsync(new Lease(Sync, first.Name, 1), Run("run1") with { Status = RunStatus.Failed }, false, Stop);
        await shop.BreakLeaseAsync(Sync, first.Name, Stop);
        foreach (var store in stores[1..])
        {
            Assert.NotNull(await store.FindLeaseAsync(Sync, Stop));
            Assert.Equal(RunStatus.Running, Assert.Single(await store.ListRunsAsync(null, 10, Stop)).Status);
            Assert.Single(await store.ReadJournalAsync("run1", Stop));
            Assert.Single(await store.ReadExceptionsAsync("run1", Stop));
            Assert.Single(await store.ListRejectedAsync(Sync, 10, Stop));
            Assert.Single(await store.ListAuditAsync(null, 10, Stop));
            Assert.Single(await store.ListQuarantineAsync(Sync, Stop));
            Assert.Single(await store.RecallAsync("ads", ["k"], Stop));
        }

        await using var again = await database.OpenAsync();
        Assert.Equal(RunStatus.Failed, Assert.Single(await again.ListRunsAsync(null, 10, Stop)).Status);
    }

    /// <summary>The rights that the documentation names for a role that may not make tables.</summary>
    [Fact]
    public async Task A_role_that_may_only_read_and_write_the_tables_will_do()
    {
        var database = await CreateAsync();
        await (await database.OpenAsync()).DisposeAsync();
        var options = await RoleAsync(database, """
            grant usage on schema cdp_state to ROLE;
            grant select, insert, update, delete on all tables in schema cdp_state to ROLE;
            revoke update, delete on cdp_state.audit from ROLE;
            revoke insert, update, delete on cdp_state.control_store from ROLE
            """);
        await using var store = await database.OpenAsync(options: options);

        var lease = await BeginAsync(store);
        await store.IntendAsync(lease, Batch(1), Stop);
        await store.DoneAsync(lease, Batch(1), [new RowException(1, "a", RowOutcome.Rejected("bad", "no"))], Stop);
        await store.SaveQuarantineAsync(lease, [new QuarantinedRow("q", "null key", 1)], Stop);
        await store.RecordAuditAsync(lease, new AuditEntry(DateTimeOffset.UnixEpoch, Sync, null, "ann", "full", "--full"), Stop);
        await store.RememberAsync("ads", new Dictionary<string, string?> { ["k"] = "1", ["l"] = null }, Stop);
        await store.FinishRunAsync(lease, Run("run1") with { Status = RunStatus.Partial }, true, Stop);
        await store.ReleaseLeaseAsync(lease, Stop);
        Assert.Single(await store.ListAuditAsync(null, 10, Stop));
    }

    /// <summary>The same for one that gets an empty schema, and for one that makes its own.</summary>
    [Theory]
    [InlineData("create schema cdp_state authorization ROLE")]
    [InlineData("create schema cdp_state; grant usage, create on schema cdp_state to ROLE")]
    [InlineData("grant create on database DATABASE to ROLE")]
    public async Task A_role_that_may_make_tables_makes_them(string grant)
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync(options: await RoleAsync(database, grant));
        await BeginAsync(store);
    }

    [Theory]
    [InlineData("grant connect on database DATABASE to ROLE")]
    [InlineData("create schema cdp_state")]
    [InlineData("create schema cdp_state; grant usage on schema cdp_state to ROLE")]
    public async Task A_role_without_rights_is_told_so(string grant)
    {
        var database = await CreateAsync();
        var options = await RoleAsync(database, grant);

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => database.OpenAsync(options: options));

        Assert.Contains("the role lacks a right", error.Message);
        Assert.Contains("42501", error.Message);
        Assert.Equal(["0"], await database.QueryAsync("select count(*) from pg_class where relnamespace = to_regnamespace('cdp_state')"));
    }

    /// <summary>S25: not even this program's own mistakes change what was recorded.</summary>
    [Theory]
    [InlineData("update cdp_state.audit set who = 'somebody else'")]
    [InlineData("delete from cdp_state.audit")]
    [InlineData("truncate cdp_state.audit")]
    public async Task The_audit_is_only_ever_appended_to(string sql)
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var entry = new AuditEntry(DateTimeOffset.UnixEpoch, Sync, null, "ann@host", "resolve", "--arrived, 1 rows: 7");
        await store.RecordAuditAsync(null, entry, Stop);

        await Assert.ThrowsAsync<PostgresException>(() => database.RunAsync(sql));

        Assert.Equal([entry], await store.ListAuditAsync(null, 10, Stop));
    }

    /// <summary>S1: on disk, whatever somebody has set for speed.</summary>
    [Fact]
    public async Task A_commit_is_on_disk_where_the_servers_default_is_not_to_wait_for_that()
    {
        var database = await CreateAsync();
        await database.RunAsync($"alter database {database.Server.Database} set synchronous_commit = off");
        await database.RunAsync($"alter database {database.Server.Database} set default_transaction_isolation = 'serializable'");
        await using var store = await database.OpenAsync();
        await database.RunAsync("""
            create table seen (setting text, isolation text);
            create function see() returns trigger language plpgsql as $$ begin
              insert into seen values (current_setting('synchronous_commit'), current_setting('transaction_isolation')); return null; end $$;
            create trigger see after insert on cdp_state.runs execute function see()
            """);

        await BeginAsync(store);

        Assert.Equal(["on|read committed"], await database.QueryAsync("select * from seen"));
    }

    private static async Task<PostgresStateOptions> RoleAsync(StateDatabase database, string grants)
    {
        var role = $"role_{database.Server.Database}";
        await database.RunAsync($"create role {role} login password '{PostgresServer.Password}'");
        await database.RunAsync(grants.Replace("ROLE", role, StringComparison.Ordinal).Replace("DATABASE", database.Server.Database, StringComparison.Ordinal));
        return database.Options(connection => connection.Username = role);
    }
}
