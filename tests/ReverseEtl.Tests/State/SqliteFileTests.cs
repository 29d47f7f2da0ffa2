using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;

namespace ReverseEtl.Tests.State;

/// <summary>What is true of the SQLite store alone: its file.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly JournalEntry Batch = new("r1", Operation.Append, 1, 10, 10, false);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => _folder.File("deep/er/control.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_folder_and_the_file_are_created()
    {
        await using (await OpenAsync(FilePath))
            Assert.True(File.Exists(FilePath));
    }

    /// <summary>S1: a commit is on disk before it returns, and readers do not stop the writer.</summary>
    [Fact]
    public void Commits_are_synchronous_in_a_write_ahead_log()
    {
        Directory.CreateDirectory(_folder.File("deep/er"));
        using var connection = SqliteFile.Open(FilePath);

        Assert.Equal(2, connection.ExecuteScalar<long>("pragma synchronous"));
        Assert.Equal("wal", connection.ExecuteScalar<string>("pragma journal_mode"));
        Assert.Equal(30_000, connection.ExecuteScalar<long>("pragma busy_timeout"));
    }

    /// <summary>S1: the image of the files at any moment is what a killed process leaves behind.</summary>
    [Fact]
    public async Task A_process_that_is_killed_after_it_intended_a_batch_leaves_it_intended()
    {
        await using var store = await OpenAsync(FilePath);
        var lease = await BeginAsync(store);
        await store.IntendAsync(lease, Batch, Cancellation);
        var image = CopyOfFiles("intended.db");
        await store.DoneAsync(lease, Batch, [new RowException(3, "c", RowOutcome.Rejected("bad", "no"))], Cancellation);

        await using var killed = await OpenAsync(image);
        Assert.Equal("r1", (await killed.FindOpenRunAsync("sync", Cancellation))?.RunId);
        Assert.Equal([Batch], await killed.ReadJournalAsync("r1", Cancellation));

        _time.Advance(Minute);
        var next = (await killed.AcquireLeaseAsync("sync", "host:2", Minute, Cancellation)).Lease!;
        await killed.DoneAsync(next, Batch, [new RowException(3, "c", RowOutcome.Unknown("crash", "no answer"))], Cancellation);
        Assert.Equal(OutcomeKind.Unknown, Assert.Single(await killed.ReadExceptionsAsync("r1", Cancellation)).Outcome.Kind);
    }

    /// <summary>S1</summary>
    [Fact]
    public async Task A_process_that_is_killed_after_a_batch_was_done_leaves_it_done_with_its_exceptions()
    {
        await using var store = await OpenAsync(FilePath);
        var lease = await BeginAsync(store);
        await store.IntendAsync(lease, Batch, Cancellation);
        await store.DoneAsync(lease, Batch, [new RowException(3, "c", RowOutcome.Rejected("bad", "no"))], Cancellation);

        await using var killed = await OpenAsync(CopyOfFiles("done.db"));
        Assert.True(Assert.Single(await killed.ReadJournalAsync("r1", Cancellation)).Done);
        Assert.Equal("c", Assert.Single(await killed.ReadExceptionsAsync("r1", Cancellation)).Key);
        Assert.Equal(1, await killed.CountRejectedAsync("sync", Cancellation));
    }

    /// <summary>S13: a write that fails in the middle leaves nothing behind, and the store goes on working.</summary>
    [Fact]
    public async Task A_write_that_fails_in_the_middle_changes_nothing()
    {
        await using var store = await OpenAsync(FilePath);
        var lease = await BeginAsync(store);
        await store.IntendAsync(lease, Batch, Cancellation);
        var twice = new RowException(3, "c", RowOutcome.Rejected("bad", "no"));

        await Assert.ThrowsAsync<ControlStoreException>(() => store.DoneAsync(lease, Batch, [twice, twice], Cancellation));

        Assert.Equal([Batch], await store.ReadJournalAsync("r1", Cancellation));
        Assert.Equal(0, await store.CountRejectedAsync("sync", Cancellation));
        await store.DoneAsync(lease, Batch, [twice], Cancellation);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_and_left_as_it_is()
    {
        var path = _folder.File("control.db");
        await File.WriteAllTextAsync(path, new string('x', 5000), Cancellation);

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => OpenAsync(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("Restore it from a backup", error.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_damaged_inside_is_named_when_it_is_read()
    {
        await using (var store = await OpenAsync(FilePath))
            await BeginAsync(store);
        await using (var file = File.OpenWrite(FilePath))
        {
            file.Position = 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xEE, (int)file.Length - 4096).ToArray(), Cancellation);
        }

        var error = await Assert.ThrowsAsync<ControlStoreException>(async () =>
        {
            await using var store = await OpenAsync(FilePath);
            await store.FindOpenRunAsync("sync", Cancellation);
        });

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused_with_both_versions_and_left_as_it_is()
    {
        await using (await OpenAsync(FilePath))
            Raw("pragma user_version = 9");

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => OpenAsync(FilePath));

        Assert.Contains("version 9", error.Message, StringComparison.Ordinal);
        Assert.Contains("up to 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(9, Raw("pragma user_version"));
    }

    [Theory]
    [InlineData("create table theirs (id integer)")]
    [InlineData("pragma user_version = 1")]
    public async Task A_database_of_another_program_is_refused_and_left_as_it_is(string theirs)
    {
        Directory.CreateDirectory(_folder.File("deep/er"));
        Raw(theirs);
        var tables = Raw("select count(*) from sqlite_master");

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => OpenAsync(FilePath));

        Assert.Contains("another program", error.Message, StringComparison.Ordinal);
        Assert.Equal(tables, Raw("select count(*) from sqlite_master"));
    }

    [Fact]
    public async Task A_path_that_cannot_be_a_file_is_refused()
    {
        await File.WriteAllTextAsync(_folder.File("file"), "", Cancellation);

        foreach (var path in new[] { _folder.File("file/control.db"), _folder.File("") })
        {
            var error = await Assert.ThrowsAsync<ControlStoreException>(() => OpenAsync(path));
            Assert.Contains("Check state.path", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>S2: many instances may create and open a new file at the same moment.</summary>
    [Fact]
    public async Task Instances_that_open_a_new_file_at_once_all_get_it()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => OpenAsync(FilePath), Cancellation)));

        var leases = await Task.WhenAll(stores.Select((store, number) => Task.Run(
            () => store.AcquireLeaseAsync("sync", $"host:{number}", Minute, Cancellation), Cancellation)));

        Assert.Single(leases, result => result.Lease is not null);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_closed_store_says_so_and_closing_twice_is_harmless()
    {
        var store = await OpenAsync(FilePath);
        await store.DisposeAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.FindOpenRunAsync("sync", Cancellation));
    }

    /// <summary>S20: SQLite alone; PostgreSQL has no U+0000 in text.</summary>
    [Fact]
    public async Task A_key_with_a_zero_character_comes_back_whole()
    {
        await using var store = await OpenAsync(FilePath);
        var lease = await BeginAsync(store);

        await store.SaveQuarantineAsync(lease, [new QuarantinedRow("a\0b", "duplicate key", 2)], Cancellation);

        Assert.Equal("a\0b", Assert.Single(await store.ListQuarantineAsync("sync", Cancellation)).Key);
    }

    private Task<SqliteControlStore> OpenAsync(string path) => SqliteControlStore.OpenAsync(path, _time, Cancellation);

    private async Task<Lease> BeginAsync(SqliteControlStore store)
    {
        var lease = (await store.AcquireLeaseAsync("sync", "host:1", Minute, Cancellation)).Lease!;
        var run = new RunRecord { RunId = "r1", Sync = "sync", Status = RunStatus.Running, AsOf = _time.GetUtcNow() };
        await store.BeginRunAsync(lease, run, Cancellation);
        return lease;
    }

    private string CopyOfFiles(string name)
    {
        File.Copy(FilePath, _folder.File(name));
        File.Copy(FilePath + "-wal", _folder.File(name + "-wal"));
        return _folder.File(name);
    }

    private long? Raw(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=false");
        return connection.ExecuteScalar<long?>(sql);
    }
}
