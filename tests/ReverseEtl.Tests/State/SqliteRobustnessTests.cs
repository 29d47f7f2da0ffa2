using Dapper;
using Microsoft.Data.Sqlite;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;

namespace ReverseEtl.Tests.State;

/// <summary>A full disk, a lock, a file that goes away: what was promised holds, and what to do is said.</summary>
public sealed class SqliteRobustnessTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string FilePath => _folder.File("control.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>S1</summary>
    [Fact]
    public async Task On_a_full_disk_a_write_is_refused_whole_and_goes_through_when_there_is_space_again()
    {
        using var connection = SqliteFile.Open(FilePath);
        await using var store = new SqliteControlStore(FilePath, _time, connection);
        var lease = await BeginAsync(store);
        connection.Execute($"pragma max_page_count = {connection.ExecuteScalar<int>("pragma page_count") + 2}");
        var rows = Enumerable.Range(1, 100).Select(seq => new RowException(seq, $"key {seq}", RowOutcome.Rejected("bad", new string('x', 200)))).ToList();
        await store.IntendAsync(lease, Batch(1, 100), Cancellation);

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => store.DoneAsync(lease, Batch(1, 100), rows, Cancellation));

        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        Assert.Equal([Batch(1, 100)], await store.ReadJournalAsync("r1", Cancellation));
        Assert.Equal(0, await store.CountRejectedAsync("sync", Cancellation));
        Assert.Equal("ok", connection.ExecuteScalar<string>("pragma integrity_check"));
        connection.Execute("pragma max_page_count = 1000000");
        await store.DoneAsync(lease, Batch(1, 100), rows, Cancellation);
        Assert.Equal(rows, await store.ReadExceptionsAsync("r1", Cancellation));
    }

    /// <summary>Readers need no lock: how syncs stand can be seen whoever writes.</summary>
    [Fact]
    public async Task While_another_process_keeps_the_file_locked_it_is_read_and_opened_and_writes_say_so_after_a_while()
    {
        using var connection = SqliteFile.Open(FilePath);
        connection.Impatient();
        await using var store = new SqliteControlStore(FilePath, _time, connection);
        var lease = await BeginAsync(store);
        using (var other = SqliteFile.Open(FilePath))
        {
            other.Execute("begin immediate");

            var error = await Assert.ThrowsAsync<ControlStoreException>(() => store.IntendAsync(lease, Batch(1, 10), Cancellation));

            Assert.Contains("locked", error.Message, StringComparison.Ordinal);
            await using var reader = await OpenAsync();
            Assert.Equal("r1", (await reader.FindOpenRunAsync("sync", Cancellation))?.RunId);
            Assert.Empty(await reader.ReadJournalAsync("r1", Cancellation));
        }

        await store.IntendAsync(lease, Batch(1, 10), Cancellation);
    }

    /// <summary>The system would let the writes succeed, into a file that nobody finds again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_is_deleted_or_replaced_while_it_is_in_use_is_not_written_to(bool replaced)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let go of an open file");
        await using var store = await OpenAsync();
        var lease = await BeginAsync(store);
        foreach (var file in Directory.EnumerateFiles(_folder.FullName).ToList())
            File.Move(file, file + ".away");
        if (replaced)
            await (await OpenAsync()).DisposeAsync();

        var error = await Assert.ThrowsAsync<ControlStoreException>(() => store.IntendAsync(lease, Batch(1, 10), Cancellation));
        Assert.Contains("moved, replaced or deleted", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ControlStoreException>(() => store.ReleaseLeaseAsync(lease, Cancellation));

        foreach (var file in Directory.EnumerateFiles(_folder.FullName, "*.away").ToList())
            File.Move(file, file[..^".away".Length], overwrite: true);
        await store.IntendAsync(lease, Batch(1, 10), Cancellation);
    }

    /// <summary>As a copy leaves it that ran out of space.</summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(0.5)]
    [InlineData(0.1)]
    public async Task A_file_that_is_cut_short_is_named(double share)
    {
        await using (var store = await OpenAsync())
        {
            var lease = await BeginAsync(store);
            for (var row = 1; row <= 500; row++)
                await store.IntendAsync(lease, Batch(row, row), Cancellation);
        }

        await using (var file = File.OpenWrite(FilePath))
            file.SetLength((long)(file.Length * share));

        var error = await Assert.ThrowsAsync<ControlStoreException>(async () =>
        {
            await using var store = await OpenAsync();
            await store.ReadJournalAsync("r1", Cancellation);
        });

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
    }

    /// <summary>S25: not even this program's own mistakes change what was recorded.</summary>
    [Theory]
    [InlineData("update audit set who = 'somebody else'")]
    [InlineData("delete from audit")]
    public async Task The_audit_is_only_ever_appended_to(string sql)
    {
        await using var store = await OpenAsync();
        var entry = new AuditEntry(_time.GetUtcNow(), "sync", null, "ann@host", "resolve", "--arrived, 1 rows: 7");
        await store.RecordAuditAsync(null, entry, Cancellation);
        using var connection = SqliteFile.Open(FilePath);

        Assert.Throws<SqliteException>(() => connection.Execute(sql));

        Assert.Equal([entry], await store.ListAuditAsync(null, 10, Cancellation));
    }

    private static JournalEntry Batch(long from, long to) => new("r1", Operation.Append, from, to, (int)(to - from + 1), false);

    private Task<SqliteControlStore> OpenAsync() => SqliteControlStore.OpenAsync(FilePath, _time, Cancellation);

    private async Task<Lease> BeginAsync(SqliteControlStore store)
    {
        var lease = (await store.AcquireLeaseAsync("sync", "host:1", Minute, Cancellation)).Lease!;
        await store.BeginRunAsync(
            lease, new RunRecord { RunId = "r1", Sync = "sync", Status = RunStatus.Running, AsOf = _time.GetUtcNow() }, Cancellation);
        return lease;
    }
}
