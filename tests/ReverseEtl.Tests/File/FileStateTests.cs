using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Tests.Files;

/// <summary>Upsert and mirror: what the one file holds after runs.</summary>
public sealed class FileStateTests
{
    [Fact]
    public async Task Upserts_become_one_file_with_a_row_per_key()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["b", "a"], Batches.Text("name", "Bo", "Ada")));
        Assert.Equal(["customers.jsonl"], target.Files());
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bo\"}\n", target.Read());
    }

    [Fact]
    public async Task A_changed_row_takes_the_place_of_the_old_one_and_a_null_clears()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b", "c"], Batches.Text("name", "Ada", "Bo", "Cy")));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b", "c"], Batches.Text("name", "Bob", null)));
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bob\"}\n{\"name\":null}\n", target.Read());
    }

    [Fact]
    public async Task The_last_of_two_upserts_of_a_key_in_one_run_wins()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1",
            Batches.Upsert("b1", ["a"], Batches.Text("name", "first")),
            Batches.Upsert("b2", ["a"], Batches.Text("name", "second")));
        Assert.Equal("{\"name\":\"second\"}\n", target.Read());
    }

    [Fact]
    public async Task A_removal_is_not_overtaken_by_an_upsert_sent_before_it_nor_undoes_one_sent_after_it()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.RunAsync("run-1",
            Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "Ada", "Bo")),
            Batches.Remove("b2", "a", "b"),
            Batches.Upsert("b3", ["b"], Batches.Text("name", "Bo again")));
        Assert.Equal("{\"name\":\"Bo again\"}\n", target.Read());
    }

    [Theory]
    [InlineData(FileFormat.Jsonl, "")]
    [InlineData(FileFormat.Csv, "name\n")]
    public async Task A_mirror_of_nothing_is_an_empty_file(FileFormat format, string expected)
    {
        using var target = new FileTarget(SyncMode.Mirror, format);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        Assert.NotEqual(expected, target.Read());
        await target.RunAsync("run-2", Batches.Remove("b2", "a"));
        Assert.Equal(expected, target.Read());
    }

    [Fact]
    public async Task A_mirror_of_nothing_keeps_the_columns_of_a_parquet_file()
    {
        using var target = new FileTarget(SyncMode.Mirror, FileFormat.Parquet);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Integer("name", 7)));
        await target.RunAsync("run-2", Batches.Remove("b2", "a"));
        Assert.Empty(FileTarget.Query($"FROM read_parquet('{target.File}')"));
        Assert.Equal(["name|BIGINT"], FileTarget.Query($"SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet('{target.File}'))"));
    }

    [Fact]
    public async Task Under_null_skip_a_null_leaves_the_old_value()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Fields = ["name", "city"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Skipping("name", "Ada", "Bo"), Batches.Text("city", "Rome", "Oslo")));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["a", "b", "c"], Batches.Skipping("name", null, "Bob", null), Batches.Text("city", null, "Bergen", "Pau")));
        Assert.Equal("{\"name\":\"Ada\",\"city\":null}\n{\"name\":\"Bob\",\"city\":\"Bergen\"}\n{\"city\":\"Pau\"}\n", target.Read());
    }

    [Fact]
    public async Task Under_null_skip_a_null_leaves_a_value_that_waits_in_the_same_run()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1",
            Batches.Upsert("b1", ["a"], Batches.Skipping("name", "Ada")),
            Batches.Upsert("b2", ["a"], Batches.Skipping("name", [null])));
        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
    }

    [Fact]
    public async Task A_removed_row_leaves_nothing_behind_for_null_skip()
    {
        using var target = new FileTarget(SyncMode.Mirror) { Fields = ["name", "city"] };
        await target.RunAsync("run-1",
            Batches.Upsert("b1", ["a"], Batches.Skipping("name", "Ada"), Batches.Text("city", "Rome")),
            Batches.Remove("b2", "a"),
            Batches.Upsert("b3", ["a"], Batches.Skipping("name", [null]), Batches.Text("city", "Oslo")));
        Assert.Equal("{\"city\":\"Oslo\"}\n", target.Read());
    }

    [Theory]
    [InlineData(FileFormat.Jsonl)]
    [InlineData(FileFormat.Csv)]
    public async Task Equal_states_give_equal_bytes_however_they_came_about(FileFormat format)
    {
        using var one = new FileTarget(SyncMode.Mirror, format);
        using var other = new FileTarget(SyncMode.Mirror, format);
        var keys = Enumerable.Range(0, 5000).Select(i => $"k{i}").ToArray();
        await one.RunAsync("run-1", Batches.Upsert("b1", keys, Batches.Text("name", keys)));

        var shuffled = keys.OrderBy(key => string.Concat(key.Reverse()), StringComparer.Ordinal).ToArray();
        await other.RunAsync("run-1", Batches.Upsert("b1", [.. shuffled[..3000], "x"], Batches.Text("name", [.. Enumerable.Repeat("old", 3000), "gone"])));
        await other.RunAsync("run-2", Batches.Remove("b2", "x"), Batches.Upsert("b3", shuffled, Batches.Text("name", shuffled)));

        Assert.NotEmpty(await File.ReadAllBytesAsync(one.File, FileTarget.Stop));
        Assert.Equal(await File.ReadAllBytesAsync(one.File, FileTarget.Stop), await File.ReadAllBytesAsync(other.File, FileTarget.Stop));
    }

    [Fact]
    public async Task Rows_of_a_key_of_several_columns_are_told_apart()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        ChangeBatch Batch(string id, string name) => new(id, Operation.Upsert, [0, 1], [ChangeKind.Add, ChangeKind.Add],
            [Batches.Text("shop", "s", "s"), Batches.Integer("number", 1, 2)], [Batches.Text("name", "one", name)], []);
        await target.RunAsync("run-1", Batch("b1", "two"), Batch("b2", "zwei"));
        Assert.Equal("{\"name\":\"one\"}\n{\"name\":\"zwei\"}\n", target.Read());
    }

    [Fact]
    public async Task A_published_file_that_was_deleted_is_written_again_in_full()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "Ada", "Bo")));
        File.Delete(target.File);
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Text("name", "Bob")));
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bob\"}\n", target.Read());
    }

    [Fact]
    public async Task A_name_may_have_folders()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Name = "crm/eu/customers" };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        Assert.Equal(["crm/eu/customers.jsonl"], target.Files());
    }
}
