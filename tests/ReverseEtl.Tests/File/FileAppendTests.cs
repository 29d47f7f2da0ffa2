using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Files;

/// <summary>Append: a file of events a run.</summary>
public sealed class FileAppendTests
{
    private static string Read(FileTarget target, string file) => File.ReadAllText(Path.Combine(target.Root, file));

    [Fact]
    public async Task Every_run_leaves_one_file_with_its_events()
    {
        using var target = new FileTarget(SyncMode.Append);
        await target.RunAsync("run-1",
            Batches.Append("b1", ["b"], Batches.Text("name", "second")),
            Batches.Append("b2", ["a"], Batches.Text("name", "first")));
        await target.RunAsync("run-2", Batches.Append("b3", ["c"], Batches.Text("name", "third")));
        Assert.Equal(["customers/run-1.jsonl", "customers/run-2.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"first\"}\n{\"name\":\"second\"}\n", Read(target, "customers/run-1.jsonl"));
        Assert.Equal("{\"name\":\"third\"}\n", Read(target, "customers/run-2.jsonl"));
    }

    [Theory]
    [InlineData(FileFormat.Csv, "csv")]
    [InlineData(FileFormat.Parquet, "parquet")]
    public async Task Events_come_in_every_format(FileFormat format, string extension)
    {
        using var target = new FileTarget(SyncMode.Append, format);
        await target.RunAsync("run-1", Batches.Append("b1", ["a", "b"], Batches.Text("name", "Ada", "Bo")));
        Assert.Equal([$"customers/run-1.{extension}"], target.Files());
        Assert.Equal(["Ada", "Bo"], FileTarget.Query($"SELECT name FROM read_{extension}('{target.Root}/customers/*.{extension}') ORDER BY 1"));
    }

    [Fact]
    public async Task A_run_without_events_leaves_no_file()
    {
        using var target = new FileTarget(SyncMode.Append);
        await target.RunAsync("run-1");
        Assert.Empty(target.Files());
    }

    [Fact]
    public async Task The_run_that_finishes_another_writes_a_file_for_each()
    {
        using var target = new FileTarget(SyncMode.Append);
        await target.CrashAsync("run-1", Batches.Append("b1", ["a"], Batches.Text("name", "Ada")));
        await using var destination = target.Open("run-2");
        await destination.CheckAsync(FileTarget.Stop);
        await FileTarget.SendAsync(destination, Batches.Append("b2", ["b"], Batches.Text("name", "Bo")));
        await destination.CompleteAsync(FileTarget.Stop);
        await FileTarget.SendAsync(destination, Batches.Append("b3", ["c"], Batches.Text("name", "Cy")));
        await destination.CompleteAsync(FileTarget.Stop);
        Assert.Equal(["customers/run-1.jsonl", "customers/run-2.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bo\"}\n", Read(target, "customers/run-1.jsonl"));
        Assert.Equal("{\"name\":\"Cy\"}\n", Read(target, "customers/run-2.jsonl"));
    }

    [Fact]
    public async Task Two_completions_of_one_run_do_not_overwrite_each_other()
    {
        using var target = new FileTarget(SyncMode.Append);
        await using var destination = target.Open("run-1");
        await FileTarget.SendAsync(destination, Batches.Append("b1", ["a"], Batches.Text("name", "Ada")));
        await destination.CompleteAsync(FileTarget.Stop);
        await FileTarget.SendAsync(destination, Batches.Append("b2", ["b"], Batches.Text("name", "Bo")));
        await destination.CompleteAsync(FileTarget.Stop);
        Assert.Equal(["customers/run-1-2.jsonl", "customers/run-1.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"Ada\"}\n", Read(target, "customers/run-1.jsonl"));
        Assert.Equal("{\"name\":\"Bo\"}\n", Read(target, "customers/run-1-2.jsonl"));
    }

    [Fact]
    public async Task A_file_of_somebody_else_is_not_overwritten()
    {
        using var target = new FileTarget(SyncMode.Append);
        Directory.CreateDirectory(Path.Combine(target.Root, "customers"));
        await File.WriteAllTextAsync(Path.Combine(target.Root, "customers", "run-1.jsonl"), "theirs", FileTarget.Stop);
        await target.RunAsync("run-1", Batches.Append("b1", ["a"], Batches.Text("name", "Ada")));
        Assert.Equal("theirs", Read(target, "customers/run-1.jsonl"));
        Assert.Equal("{\"name\":\"Ada\"}\n", Read(target, "customers/run-1-2.jsonl"));
    }

    [Fact]
    public async Task A_run_that_is_finished_under_another_mapping_loses_no_event()
    {
        using var target = new FileTarget(SyncMode.Append);
        await target.CrashAsync("run-1", Batches.Append("b1", ["a"], Batches.Text("name", "Ada")));
        await target.RunAsync("run-2", Batches.Append("b2", ["b"], Batches.Text("name", "Bo"), Batches.Integer("age", 7)));
        Assert.Equal(["customers/run-1.jsonl", "customers/run-2.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"Ada\"}\n", Read(target, "customers/run-1.jsonl"));
        Assert.Equal("{\"name\":\"Bo\",\"age\":7}\n", Read(target, "customers/run-2.jsonl"));
    }

    [Fact]
    public async Task A_crash_between_the_file_and_its_note_writes_the_same_file_again()
    {
        using var target = new FileTarget(SyncMode.Append);
        await target.CrashAsync("run-1", Batches.Append("b1", ["a"], Batches.Text("name", "Ada")));
        var before = await File.ReadAllBytesAsync(target.StageFile, FileTarget.Stop);
        await target.RunAsync("run-2");
        await File.WriteAllBytesAsync(target.StageFile, before, FileTarget.Stop);
        await target.RunAsync("run-3");
        Assert.Equal(["customers/run-1.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"Ada\"}\n", Read(target, "customers/run-1.jsonl"));
    }

    [Fact]
    public async Task A_run_id_that_is_no_file_name_is_made_one()
    {
        using var target = new FileTarget(SyncMode.Append);
        await target.RunAsync("../2026-11-22T07:37:00Z", Batches.Append("b1", ["a"], Batches.Text("name", "Ada")));
        Assert.Equal(["customers/-2026-11-22T07-37-00Z.jsonl"], target.Files());
    }
}
