using Npgsql;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.IntegrationTests.Harness;
using static ReverseEtl.IntegrationTests.State.StateDatabase;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>Servers that crash, sessions that are ended, locks that are held, clocks that differ.</summary>
public sealed class PostgresLossTests
{
    private static readonly Holder One = new("one", _ => false);
    private static readonly Holder Two = new("two", _ => false);

    [Fact]
    public async Task A_server_that_crashes_in_the_middle_of_writes_loses_none_and_doubles_none()
    {
        Assert.SkipWhen(PostgresCluster.Missing is not null, $"{PostgresCluster.Missing}");
        await using var cluster = await PostgresCluster.CreateAsync();
        var database = new StateDatabase(cluster.At("postgres"));
        await using var store = await database.OpenAsync();
        var lease = await BeginAsync(store);
        var (written, ending) = (0, false);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                var batches = new List<JournalEntry>();
                while (!Volatile.Read(ref ending))
                {
                    var batch = Batch((((batches.Count * 4) + writer) * 10) + 1);
                    await store.IntendAsync(lease, batch, Stop);
                    await store.DoneAsync(lease, batch, [new RowException(batch.SeqFrom, $"{batch.SeqFrom}", RowOutcome.Rejected("bad", "no"))], Stop);
                    batches.Add(batch with { Done = true });
                    Interlocked.Increment(ref written);
                }

                return batches;
            },
            Stop)).ToList();

        for (var crash = 1; crash <= 2; crash++)
        {
            var before = Volatile.Read(ref written);
            await CdpProject.UntilAsync(() => Volatile.Read(ref written) > before + 50);
            await cluster.CrashAsync();
            await cluster.StartAsync();
        }

        var last = Volatile.Read(ref written);
        await CdpProject.UntilAsync(() => Volatile.Read(ref written) > last + 50);
        Volatile.Write(ref ending, true);
        var batches = (await Task.WhenAll(writers)).SelectMany(batch => batch).OrderBy(batch => batch.SeqFrom).ToList();

        Assert.Equal(batches, await store.ReadJournalAsync("run1", Stop));
        Assert.Equal(batches.Count, (await store.ReadExceptionsAsync("run1", Stop)).Count);
        Assert.Equal(batches.Count, await store.CountRejectedAsync(Sync, Stop));
        await store.FinishRunAsync(lease, Run("run1") with { Status = RunStatus.Partial }, true, Stop);
    }

    [Fact]
    public async Task A_write_whose_session_is_ended_while_it_waits_is_begun_anew()
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var lease = await BeginAsync(store);
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var command = new NpgsqlCommand("select from cdp_state.leases for update", other))
            await command.ExecuteNonQueryAsync(Stop);

        var write = store.IntendAsync(lease, Batch(1), Stop);
        await database.RunAsync($"select pg_terminate_backend({await database.WaitingAsync()})");
        await transaction.RollbackAsync(Stop);
        await write;

        Assert.Equal([Batch(1)], await store.ReadJournalAsync("run1", Stop));
    }

    [Fact]
    public async Task After_all_sessions_were_ended_the_next_call_works()
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var lease = await BeginAsync(store);

        await EndSessionsAsync();
        await store.IntendAsync(lease, Batch(1), Stop);
        await EndSessionsAsync();
        Assert.Single(await store.ReadJournalAsync("run1", Stop));

        Task EndSessionsAsync() => database.RunAsync("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
    }

    /// <summary>S4: the fence is looked at behind the lock, not before it.</summary>
    [Fact]
    public async Task A_write_that_waited_behind_another_ones_taking_of_the_lease_is_refused()
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var lease = await BeginAsync(store);
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var take = new NpgsqlCommand("update cdp_state.leases set fence = fence + 1, holder = 'host:2'", other))
            await take.ExecuteNonQueryAsync(Stop);

        var write = store.IntendAsync(lease, Batch(1), Stop);
        await database.WaitingAsync();
        await transaction.CommitAsync(Stop);

        await Assert.ThrowsAsync<LeaseLostException>(() => write);
        Assert.Empty(await store.ReadJournalAsync("run1", Stop));
    }

    /// <summary>How syncs stand can be seen whoever writes.</summary>
    [Fact]
    public async Task While_a_write_waits_for_a_lock_everything_can_be_read_and_a_cancelled_one_does_not_wait()
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var lease = await BeginAsync(store);
        await using var other = await database.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var command = new NpgsqlCommand("select from cdp_state.leases for update", other))
            await command.ExecuteNonQueryAsync(Stop);

        var write = store.IntendAsync(lease, Batch(1), Stop);
        await database.WaitingAsync();
        using var cancel = new CancellationTokenSource();
        var second = store.IntendAsync(lease, Batch(11), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal("host:1", (await store.FindLeaseAsync(Sync, Stop))?.Name);
        Assert.Empty(await store.ReadJournalAsync("run1", Stop));

        await transaction.RollbackAsync(Stop);
        await write;
        Assert.Equal([Batch(1)], await store.ReadJournalAsync("run1", Stop));
    }

    /// <summary>S20: two transactions in each other's way are both written.</summary>
    [Fact]
    public async Task Instances_that_lock_each_other_out_both_write()
    {
        var database = await CreateAsync();
        await database.RunAsync($"alter database {database.Server.Database} set deadlock_timeout = '20ms'");
        await using var one = await database.OpenAsync();
        await using var two = await database.OpenAsync();
        string[] keys = [.. Enumerable.Range(0, 2000).Select(number => $"key {number}")];

        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(
                Task.Run(() => one.RememberAsync("ads", keys.ToDictionary(key => key, _ => (string?)"one"), Stop), Stop),
                Task.Run(() => two.RememberAsync("ads", keys.Reverse().ToDictionary(key => key, _ => (string?)"two"), Stop), Stop));

            Assert.Single((await one.RecallAsync("ads", keys, Stop)).Values.Distinct());
        }
    }

    /// <summary>S26: machines' own clocks say nothing of a lease.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public async Task A_machine_whose_clock_is_hours_off_takes_no_lease_from_a_holder_that_lives(int hours)
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        await using var lease = await HeldLease.AcquireAsync(store, Sync, One, TimeProvider.System, Stop);
        await using var elsewhere = await database.OpenAsync();
        var clock = new ManualTime(DateTimeOffset.UtcNow.AddHours(hours));

        await Assert.ThrowsAsync<SyncBusyException>(() => HeldLease.AcquireAsync(elsewhere, Sync, Two, clock, Stop));

        Assert.Empty(clock.Waits);
        await store.SaveQuarantineAsync(lease.Lease, [], Stop);
    }

    /// <summary>S26: the same by the server's clock, when that is set forward. Whoever lives renews its lease meanwhile.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lease_that_looks_as_if_it_ran_out_is_taken_only_from_a_holder_that_does_not_renew_it(bool lives)
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var lease = (await store.AcquireLeaseAsync(Sync, "one", TimeSpan.FromMinutes(1), Stop)).Lease!;
        await database.RunAsync("update cdp_state.leases set expires_at = clock_timestamp() - interval '5 hours'");
        await using var elsewhere = await database.OpenAsync();
        var clock = new ManualTime(DateTimeOffset.UtcNow.AddHours(-10));

        var taking = HeldLease.AcquireAsync(elsewhere, Sync, Two, clock, Stop);
        await CdpProject.UntilAsync(() => clock.Waits.Count > 0);
        Assert.False(taking.IsCompleted);
        if (lives)
            await store.RenewLeaseAsync(lease, TimeSpan.FromMinutes(1), Stop);
        clock.Advance(clock.Waits[0]);

        if (lives)
            await Assert.ThrowsAsync<SyncBusyException>(() => taking);
        else
            Assert.Equal(2, (await taking).Lease.Fence);
    }

    /// <summary>PostgreSQL has no U+0000 and no half of a pair; vendors' messages have.</summary>
    [Fact]
    public async Task Text_that_the_server_does_not_know_comes_back_and_long_keys_are_told_apart()
    {
        var database = await CreateAsync();
        await using var store = await database.OpenAsync();
        var lease = await BeginAsync(store);
        await store.IntendAsync(lease, Batch(1), Stop);
        // More than an index takes, and nothing that could be compressed.
        var lengthy = string.Concat(Enumerable.Range(0, 3000).Select(number => $"{number * 7919L % 100_003:x}"));
        string[] keys = ["nul \0 in it", "sub \u001A in it", "both \u001A0\0", lengthy + "a", lengthy + "b", ""];

        await store.DoneAsync(lease, Batch(1), [.. keys.Select((key, row) => new RowException(row + 1, key, RowOutcome.Rejected(key, "half \uD83D of it\0")))], Stop);

        Assert.Equal(keys, (await store.ReadExceptionsAsync("run1", Stop)).Select(row => row.Key));
        var rejected = await store.ListRejectedAsync(Sync, 10, Stop);
        Assert.Equal(keys.Order(StringComparer.Ordinal), rejected.Select(row => row.Key));
        Assert.All(rejected, row => Assert.Equal((row.Key, "half \uFFFD of it\0"), (row.Code, row.Message)));
    }

    [Theory]
    [InlineData("wrong password", "the server does not let the role in")]
    [InlineData("no database", "there is no such database")]
    [InlineData("no server", "the server cannot be reached")]
    [InlineData("no TLS", "sslMode: disable")]
    public async Task A_database_that_cannot_be_used_is_named_without_the_password(string what, string said)
    {
        var database = await CreateAsync();
        var options = database.Options(connection => _ = what switch
        {
            "wrong password" => connection.Password = "not-the-password",
            "no database" => connection.Database = "nowhere",
            "no server" => (object)(connection.Port = 1),
            _ => connection.SslMode = SslMode.VerifyFull,
        });

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => database.OpenAsync(options: options));

        Assert.Contains(said, error.Message);
        Assert.Contains($"{database.Server.Host}:", error.Message);
        Assert.DoesNotContain("not-the-password", error.ToString());
        Assert.DoesNotContain(PostgresServer.Password, error.ToString());
    }
}
