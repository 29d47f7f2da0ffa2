using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;

namespace ReverseEtl.Tests.State;

/// <summary>Files of older versions are brought to this one with all that is in them.</summary>
public sealed class SqliteMigrationTests : IDisposable
{
    /// <summary>As version 1 made it; never to be changed.</summary>
    private const string Version1 = """
        create table leases (
            sync       text    not null primary key,
            fence      integer not null,
            holder     text,
            expires_at text    not null) without rowid;

        create table runs (
            run_id      text    not null primary key,
            sync        text    not null,
            status      text    not null,
            as_of       text    not null,
            finished_at text,
            added       integer not null,
            changed     integer not null,
            removed     integer not null,
            accepted    integer not null,
            rejected    integer not null,
            unknown     integer not null,
            quarantined integer not null,
            guard       text,
            error       text,
            duration_ms integer not null) without rowid;
        create unique index one_open_run on runs (sync) where status = 'Running';
        create index runs_of_sync on runs (sync, as_of desc, run_id desc);
        create index runs_newest on runs (as_of desc, run_id desc);

        create table journal (
            run_id    text    not null,
            operation text    not null,
            seq_from  integer not null,
            seq_to    integer not null,
            rows      integer not null,
            done      integer not null,
            primary key (run_id, operation, seq_from)) without rowid;

        create table row_exceptions (
            run_id    text    not null,
            operation text    not null,
            seq       integer not null,
            key       text    not null,
            kind      text    not null,
            code      text,
            message   text,
            primary key (run_id, operation, seq)) without rowid;

        create table rejected (
            sync     text    not null,
            key      text    not null,
            code     text    not null,
            message  text    not null,
            attempts integer not null,
            first_at text    not null,
            last_at  text    not null,
            last_run text    not null,
            primary key (sync, key)) without rowid;
        create index rejected_newest on rejected (sync, last_at desc, key);

        create table quarantine (
            sync     text    not null,
            position integer not null,
            key      text    not null,
            reason   text    not null,
            rows     integer not null,
            primary key (sync, position)) without rowid;

        insert into leases values ('sync', 41, 'host:1', '2026-03-01T08:01:00.000000Z'), ('idle', 7, null, '2026-02-01T08:01:00.000000Z');
        insert into runs values
            ('r1', 'sync', 'Partial', '2026-03-01T07:00:00.000000Z', '2026-03-01T07:00:09.000001Z', 1, 2, 3, 4, 5, 6, 7, 'a guard', 'an error', 9),
            ('r2', 'sync', 'Running', '2026-03-01T08:00:00.000000Z', null, 0, 0, 0, 0, 0, 0, 0, null, null, 0);
        insert into journal values
            ('r1', 'Upsert', 1, 10, 10, 1), ('r2', 'Upsert', 1, 10, 10, 1), ('r2', 'Upsert', 11, 20, 10, 0), ('r2', 'Remove', 30, 31, 2, -1);
        insert into row_exceptions values ('r1', 'Upsert', 3, 'c', 'Rejected', 'bad', 'no'), ('r2', 'Upsert', 4, 'd', 'Unknown', null, null);
        insert into rejected values ('sync', 'c', 'bad', 'no', 2, '2026-02-01T08:00:00.000000Z', '2026-03-01T07:00:00.000000Z', 'r1');
        insert into quarantine values ('sync', 0, 'q', 'duplicate key', 2);
        pragma user_version = 1;
        pragma application_id = 1667526705;
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => _folder.File("control.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_of_version_1_is_opened_with_everything_and_its_interrupted_run_goes_on()
    {
        Make();
        await using var store = await OpenAsync();

        Assert.Equal(new LeaseHolder("host:1", _time.GetUtcNow().AddMinutes(1)), await store.FindLeaseAsync("sync", Cancellation));
        var earlier = new RunRecord
        {
            RunId = "r1", Sync = "sync", Status = RunStatus.Partial, AsOf = _time.GetUtcNow().AddHours(-1),
            FinishedAt = _time.GetUtcNow().AddHours(-1).AddSeconds(9).AddMicroseconds(1), Added = 1, Changed = 2, Removed = 3, Accepted = 4,
            Rejected = 5, Unknown = 6, Quarantined = 7, Guard = "a guard", Error = "an error", DurationMs = 9,
        };
        var open = new RunRecord { RunId = "r2", Sync = "sync", Status = RunStatus.Running, AsOf = _time.GetUtcNow() };
        Assert.Equal([open, earlier], await store.ListRunsAsync(null, 10, Cancellation));
        Assert.Equal([Batch(1, true), Batch(11, false), Taken], await store.ReadJournalAsync("r2", Cancellation));
        Assert.Equal([new RowException(4, "d", new RowOutcome(OutcomeKind.Unknown, null, null))], await store.ReadExceptionsAsync("r2", Cancellation));
        Assert.Equal(2, Assert.Single(await store.ListRejectedAsync("sync", 10, Cancellation)).Attempts);
        Assert.Equal([new QuarantinedRow("q", "duplicate key", 2)], await store.ListQuarantineAsync("sync", Cancellation));
        Assert.Empty(await store.ListAuditAsync(null, 10, Cancellation));

        await store.BreakLeaseAsync("sync", "host:1", Cancellation);
        var lease = (await store.AcquireLeaseAsync("sync", "host:2", TimeSpan.FromMinutes(1), Cancellation)).Lease!;
        Assert.Equal(42, lease.Fence);
        foreach (var entry in new[] { Batch(11, false), Taken })
        {
            await store.IntendAsync(lease, entry, Cancellation);
            await store.DoneAsync(lease, entry, [], Cancellation);
        }

        await store.FinishRunAsync(lease, open with { Status = RunStatus.Partial, Waiting = 3 }, true, Cancellation);
        Assert.Equal(3, (await store.ListRunsAsync("sync", 1, Cancellation))[0].Waiting);
        Assert.Empty(await store.ReadJournalAsync("r1", Cancellation));
        await store.RecordAuditAsync(lease, new AuditEntry(_time.GetUtcNow(), "sync", "r2", "ann", "resolve", "--arrived"), Cancellation);
    }

    /// <summary>What was migrated and what was made new have the same tables, written the same way.</summary>
    [Fact]
    public async Task A_file_of_version_1_ends_like_a_new_one()
    {
        Make();
        await (await OpenAsync()).DisposeAsync();
        await (await SqliteControlStore.OpenAsync(_folder.File("new.db"), _time, Cancellation)).DisposeAsync();

        Assert.Equal(Tables("new.db"), Tables("control.db"));
    }

    [Fact]
    public async Task Instances_that_migrate_a_file_at_once_all_get_it()
    {
        Make();

        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(OpenAsync, Cancellation)));

        foreach (var store in stores)
        {
            Assert.Equal(2, (await store.ListRunsAsync("sync", 10, Cancellation)).Count);
            await store.DisposeAsync();
        }
    }

    private static JournalEntry Taken => new("r2", Operation.Remove, 30, 31, 2, false) { Withdrawn = true };

    private static JournalEntry Batch(long from, bool done) => new("r2", Operation.Upsert, from, from + 9, 10, done);

    private Task<SqliteControlStore> OpenAsync() => SqliteControlStore.OpenAsync(FilePath, _time, Cancellation);

    private void Make()
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=false");
        connection.Execute(Version1);
    }

    private List<string> Tables(string file)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File(file)};Pooling=false");
        return
        [
            .. connection.Query<string>("select m.name || ' ' || coalesce(c.name, '') || ' ' || coalesce(c.type, '') || ' ' || coalesce(c.pk, '') "
                + "from sqlite_master m left join pragma_table_info(m.name) c order by 1"),
        ];
    }
}
