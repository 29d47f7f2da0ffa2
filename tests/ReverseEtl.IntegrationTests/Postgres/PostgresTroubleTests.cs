using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.IntegrationTests.Harness;
using static ReverseEtl.IntegrationTests.Postgres.PostgresTarget;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>Bad rows, locks, lost connections.</summary>
public sealed class PostgresTroubleTests
{
    private const string Customers = "CREATE TABLE customers (id int PRIMARY KEY, name text UNIQUE CHECK (name <> 'bad'))";

    [Fact]
    public async Task A_poison_row_is_found_and_the_others_arrive()
    {
        var target = await CreateAsync(Customers);
        await using var destination = target.OpenDriven();
        long?[] ids = [.. Enumerable.Range(0, 1000).Select(id => (long?)id)];

        var report = await SendAsync(destination, Upserts(Whole("id", ids), Text("name", [.. ids.Select(id => id switch { 500 => "bad", 700 => "n1", _ => $"n{id}" })])));

        Assert.Equal([500, 700], Enumerable.Range(0, 1000).Where(row => report[row].Kind is OutcomeKind.Rejected));
        Assert.Equal(("23514", "23505"), (report[500].Code, report[700].Code));
        Assert.Contains("customers_name_check", report[500].Message);
        Assert.Contains("customers_name_key", report[700].Message);
        Assert.Equal(["998"], await target.QueryAsync("SELECT count(*) FROM customers"));
    }

    [Fact]
    public async Task A_bad_value_and_a_poison_row_in_one_batch_leave_the_others_alone()
    {
        var target = await CreateAsync(Customers);
        await using var destination = target.OpenDriven();

        var report = await SendAsync(destination, Upserts(Text("id", "1", "x", "3", "4"), Text("name", "a", "b", "bad", "d")));

        Assert.Equal([null, OutcomeCodes.InvalidValue, "23514", null], Enumerable.Range(0, 4).Select(row => report[row].Code));
        Assert.Equal(["1", "4"], await target.QueryAsync("SELECT id FROM customers ORDER BY 1"));
    }

    [Fact]
    public async Task What_a_trigger_raises_is_the_rows_own_fault()
    {
        var target = await CreateAsync(Customers + "; CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 2 THEN RAISE 'no twos'; END IF; RETURN NEW; END $$; CREATE TRIGGER refuse BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION refuse()");
        await using var destination = target.OpenDriven();

        var report = await SendAsync(destination, Upserts(Whole("id", 1, 2, 3), Text("name", "a", "b", "c")));

        Assert.Equal([null, "P0001", null], Enumerable.Range(0, 3).Select(row => report[row].Code));
        Assert.Contains("no twos", report[1].Message);
    }

    [Fact]
    public async Task A_constraint_that_is_checked_at_commit_refuses_the_batch()
    {
        var target = await CreateAsync("CREATE TABLE countries (code text PRIMARY KEY); INSERT INTO countries VALUES ('dk'); CREATE TABLE customers (id int PRIMARY KEY, name text REFERENCES countries DEFERRABLE INITIALLY DEFERRED)");
        await using var destination = target.OpenDriven();

        var report = await SendAsync(destination, Upserts(Whole("id", 1, 2), Text("name", "dk", "xx")));

        Assert.Equal([null, "23503"], Enumerable.Range(0, 2).Select(row => report[row].Code));
        Assert.Equal(["1"], await target.QueryAsync("SELECT id FROM customers"));
    }

    [Fact]
    public async Task A_lock_that_is_held_too_long_is_worth_another_try()
    {
        var target = await CreateAsync(Customers + "; INSERT INTO customers VALUES (1, 'a')");
        await using var other = await target.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var update = new Npgsql.NpgsqlCommand("UPDATE customers SET name = 'b'", other))
            await update.ExecuteNonQueryAsync(Stop);
        await using var destination = target.Open();

        var held = await SendAsync(destination, Upserts(Whole("id", 1, 2), Text("name", "c", "d")));
        await transaction.RollbackAsync(Stop);
        var free = await SendAsync(destination, Upserts(Whole("id", 1, 2), Text("name", "c", "d")));

        Assert.Equal((OutcomeKind.Retry, "55P03"), (held[1].Kind, held[1].Code));
        Assert.False(held[1].MayHaveArrived);
        Assert.True(free.AllAccepted);
    }

    [Fact]
    public async Task A_deadlock_is_tried_again_and_everything_arrives()
    {
        var target = await CreateAsync(Customers + "; INSERT INTO customers VALUES (1, 'a'), (2, 'b')");
        target.Options = target.Options with { LockTimeout = TimeSpan.FromMinutes(1) };
        await target.RunAsync("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''50ms''', current_database()); END $$");
        // The batch holds the row and waits until the other asks for it; then it asks for what the other holds, and so finds the deadlock.
        await target.RunAsync("""
            CREATE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND transactionid = pg_current_xact_id()::xid AND NOT granted) LOOP
                PERFORM pg_sleep(0.05); END LOOP;
              PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
            CREATE TRIGGER halt AFTER UPDATE ON customers FOR EACH ROW WHEN (NEW.name = 'a2') EXECUTE FUNCTION halt()
            """);
        await using var other = await target.ConnectAsync();
        async Task OtherAsync(string sql)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, other);
            await command.ExecuteNonQueryAsync(Stop);
        }

        await OtherAsync("SET deadlock_timeout = '1h'; SELECT pg_advisory_lock(1); BEGIN; UPDATE customers SET name = 'other' WHERE id = 2");
        await using var destination = target.Open();
        var first = SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a2")));
        await target.WaitsAsync("Timeout");
        var crossing = OtherAsync("UPDATE customers SET name = 'other1' WHERE id = 1; COMMIT; SELECT pg_advisory_unlock(1)");
        var report = await first;
        await crossing;
        await target.RunAsync("DROP TRIGGER halt ON customers");
        var again = await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a2")));

        Assert.Equal((OutcomeKind.Retry, "40P01"), (report[0].Kind, report[0].Code));
        Assert.True(again.AllAccepted);
        Assert.Equal(["1|a2", "2|other"], await target.QueryAsync("SELECT * FROM customers ORDER BY id"));
    }

    [Fact]
    public async Task A_connection_that_was_ended_between_two_batches_is_replaced()
    {
        var target = await CreateAsync(Customers);
        await using var destination = target.OpenDriven();
        Assert.True((await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a")))).AllAccepted);

        Assert.Equal(["1"], await EndSessionsAsync(target));
        var report = await SendAsync(destination, Upserts(Whole("id", 2), Text("name", "b")));

        Assert.True(report.AllAccepted);
        Assert.Equal(["1", "2"], await target.QueryAsync("SELECT id FROM customers ORDER BY 1"));
    }

    [Fact]
    public async Task A_connection_that_is_ended_within_a_batch_has_brought_nothing()
    {
        var target = await CreateAsync(Customers + "; INSERT INTO customers VALUES (9, 'z')");
        target.Options = target.Options with { LockTimeout = TimeSpan.FromMinutes(1) };
        await using var other = await target.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var update = new Npgsql.NpgsqlCommand("UPDATE customers SET name = 'y'", other))
            await update.ExecuteNonQueryAsync(Stop);
        await using var destination = target.Open();

        var sending = SendAsync(destination, Upserts(Whole("id", 1, 9), Text("name", "a", "x")));
        await target.WaitsAsync();
        await EndSessionsAsync(target);
        var report = await sending;

        Assert.Equal((OutcomeKind.Retry, "57P01"), (report[0].Kind, report[0].Code));
        Assert.False(report[0].MayHaveArrived);
        await transaction.RollbackAsync(Stop);
        Assert.Equal(["9|z"], await target.QueryAsync("SELECT * FROM customers"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task A_connection_that_is_ended_while_rows_are_copied_has_brought_nothing(int rows)
    {
        // The domain's check runs within COPY; the many rows are more than the buffers in between take.
        var target = await CreateAsync("""
            CREATE FUNCTION die() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN true; END $$;
            CREATE DOMAIN deadly AS text CHECK (value <> 'dead' OR die());
            CREATE TABLE customers (id int PRIMARY KEY, name deadly)
            """);
        await using var destination = target.Open();
        var text = new string('x', 1000);

        var report = await SendAsync(destination, Upserts(Whole("id", [.. Enumerable.Range(0, rows).Select(id => (long?)id)]), Text("name", [.. Enumerable.Range(0, rows).Select(id => id == 0 ? "dead" : text)])));

        Assert.Equal((OutcomeKind.Retry, false), (report[0].Kind, report[0].MayHaveArrived));
        Assert.Empty(await target.QueryAsync("SELECT id FROM customers"));
        Assert.True((await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a")))).AllAccepted);
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_on_its_way_has_brought_nothing()
    {
        var target = await CreateAsync(Customers + "; INSERT INTO customers VALUES (9, 'z')");
        target.Options = target.Options with { LockTimeout = TimeSpan.FromMinutes(1) };
        await using var other = await target.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var update = new Npgsql.NpgsqlCommand("UPDATE customers SET name = 'y'", other))
            await update.ExecuteNonQueryAsync(Stop);
        await using var destination = target.Open();
        using var cancel = new CancellationTokenSource();
        using var batch = Upserts(Whole("id", 1, 9), Text("name", "a", "x"));

        var sending = destination.DeliverAsync(batch, cancel.Token).AsTask();
        await target.WaitsAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await transaction.RollbackAsync(Stop);
        Assert.Equal(["9|z"], await target.QueryAsync("SELECT * FROM customers"));
        Assert.True((await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a")))).AllAccepted);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_worth_another_try()
    {
        var target = await CreateAsync(Customers + "; CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$; CREATE TRIGGER dawdle BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION dawdle()");
        target.Options = target.Options with { Timeout = TimeSpan.FromSeconds(1) };
        await using var destination = target.Open();

        var report = await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a")));

        Assert.Equal((OutcomeKind.Retry, OutcomeCodes.TimedOut), (report[0].Kind, report[0].Code));
        Assert.Empty(await target.QueryAsync("SELECT * FROM customers"));
    }

    [Fact]
    public async Task A_connection_that_is_ended_at_commit_leaves_the_outcome_unknown()
    {
        // A constraint trigger runs within COMMIT.
        var target = await CreateAsync(Customers + """
            ; CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER die AFTER INSERT ON customers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()
            """);
        await using var destination = target.Open();

        var report = await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a")));

        Assert.Equal((OutcomeKind.Unknown, OutcomeCodes.ConnectionLost), (report[0].Kind, report[0].Code));
    }

    [Fact]
    public async Task A_server_that_has_no_connection_left_is_tried_again()
    {
        var target = await CreateAsync(Customers);
        var role = $"role_{target.Options.Database}";
        await target.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD '{PostgresServer.Password}' CONNECTION LIMIT 0; GRANT ALL ON customers TO {role}");
        target.Options = target.Options with { User = role };
        await using var destination = target.Open();

        var report = await SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a")));

        Assert.Equal((OutcomeKind.Retry, "53300"), (report[0].Kind, report[0].Code));
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_the_run()
    {
        var target = await CreateAsync(Customers);
        target.Options = target.Options with { Port = 1 };
        await using var destination = target.OpenDriven();

        var refusal = await Assert.ThrowsAsync<DestinationException>(() => SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a"))));

        Assert.True(refusal.IsUnreachable);
    }

    [Fact]
    public async Task A_column_that_was_dropped_after_the_check_ends_the_run()
    {
        var target = await CreateAsync(Customers);
        await using var destination = target.OpenDriven();
        await destination.CheckAsync(Stop);
        await target.RunAsync("ALTER TABLE customers DROP COLUMN name");

        var refusal = await Assert.ThrowsAsync<DestinationException>(() => SendAsync(destination, Upserts(Whole("id", 1), Text("name", "a"))));

        Assert.Contains("42703", refusal.Message);
        Assert.False(refusal.IsUnreachable);
    }

    [Fact]
    public async Task Events_without_an_id_are_not_repeated_in_secret_and_may_be_alike()
    {
        var target = await CreateAsync("CREATE TABLE events (name text)");
        (target.Object, target.Mode, target.Fields) = (new PostgresObject { Table = "events" }, SyncMode.Append, ["name"]);
        await using var destination = target.Open();

        await target.AcceptedAsync(Batch(Operation.Append, [Text("name", "a", "a")], []));

        Assert.False(destination.Descriptor.ReplaySafe);
        Assert.Equal(["a", "a"], await target.QueryAsync("SELECT name FROM events"));
    }

    /// <summary>Ends the connector's sessions; tells how many there were.</summary>
    private static async Task<string[]> EndSessionsAsync(PostgresTarget target)
    {
        var ended = await target.QueryAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cdp'");
        while ((await target.QueryAsync("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cdp'")).Length > 0)
            await Task.Delay(10, Stop);
        return ended;
    }
}
