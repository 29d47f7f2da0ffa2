using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Files;

/// <summary>What was accepted survives; what was sent twice is there once; nothing half-written is seen.</summary>
public sealed class FileCrashTests
{
    [Fact]
    public async Task Batches_of_a_run_that_died_are_published_by_the_next_one()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.CrashAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        Assert.Empty(target.Files());
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Text("name", "Bo")));
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bo\"}\n", target.Read());
    }

    [Fact]
    public async Task The_old_file_stays_until_the_new_one_is_complete()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        await target.CrashAsync("run-2", Batches.Remove("b2", "a"), Batches.Upsert("b3", ["b"], Batches.Text("name", "Bo")));
        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
        await target.RunAsync("run-3");
        Assert.Equal("{\"name\":\"Bo\"}\n", target.Read());
    }

    [Fact]
    public async Task The_first_file_is_the_syncs_own_also_when_it_died_right_after_writing_it()
    {
        using var target = new FileTarget(SyncMode.Mirror) { Name = "sub/customers" };
        await using (var destination = target.Open())
        {
            await FileTarget.SendAsync(destination, Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
            // Stops it as late as can be: after all that precedes the file.
            await File.WriteAllTextAsync(Path.Combine(target.Root, "sub"), "in the way", FileTarget.Stop);
            await Assert.ThrowsAsync<DestinationException>(() => destination.CompleteAsync(FileTarget.Stop).AsTask());
        }

        File.Delete(Path.Combine(target.Root, "sub"));
        Directory.CreateDirectory(Path.Combine(target.Root, "sub"));
        await File.WriteAllTextAsync(target.File, "as if renamed just before", FileTarget.Stop);
        await target.RunAsync("run-2");
        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
    }

    [Fact]
    public async Task What_a_writer_left_half_written_is_replaced()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        Directory.CreateDirectory(target.Root);
        await File.WriteAllTextAsync(Path.Combine(target.Root, ".customers.jsonl.tmp"), new string('x', 100_000), FileTarget.Stop);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        Assert.Equal(["customers.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
    }

    [Fact]
    public async Task A_cancelled_publication_leaves_the_old_file_and_no_other()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        await using (var destination = target.Open("run-2"))
        {
            await FileTarget.SendAsync(destination, Batches.Upsert("b2", ["b"], Batches.Text("name", "Bo")));
            using var stop = new CancellationTokenSource();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => destination.CompleteAsync(stop.Token).AsTask());
        }

        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
        Assert.Equal(["customers.jsonl"], target.Files());
        await target.RunAsync("run-3");
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bo\"}\n", target.Read());
    }
}
