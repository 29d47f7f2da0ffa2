using ReverseEtl.Connectors.Files;
using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Files;

/// <summary>Wrong set-ups are told before anything is sent, and nothing is overwritten.</summary>
public sealed class FileSetUpTests
{
    [Theory]
    [InlineData("customers")]
    [InlineData("crm/customers-2026_v1.2")]
    public void Plain_names_are_right(string name)
    {
        using var target = new FileTarget(SyncMode.Mirror) { Name = name };
        Assert.Empty(target.Problems());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../out")]
    [InlineData("a/../../b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".staging/x")]
    [InlineData(".hidden")]
    [InlineData("dot.")]
    [InlineData("C:\\x")]
    [InlineData("a b")]
    [InlineData("nul\0")]
    public void Names_that_leave_the_folder_or_trip_file_systems_are_wrong(string name)
    {
        using var target = new FileTarget(SyncMode.Mirror) { Name = name };
        Assert.Contains("the object's name", Assert.Single(target.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SyncMode.Update)]
    [InlineData(SyncMode.Insert)]
    [InlineData(SyncMode.Delete)]
    public void Other_modes_are_wrong(SyncMode mode)
    {
        using var target = new FileTarget(mode);
        Assert.Contains("upsert, mirror, append", Assert.Single(target.Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FileFormat.Csv, true)]
    [InlineData(FileFormat.Parquet, true)]
    [InlineData(FileFormat.Jsonl, false)]
    public void Fields_that_differ_in_case_only_are_wrong_where_they_are_columns(FileFormat format, bool wrong)
    {
        using var target = new FileTarget(SyncMode.Mirror, format) { Fields = ["Email", "email"] };
        Assert.Equal(wrong, target.Problems().Any(problem => problem.Contains("Email and email", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(FileFormat.Csv, true)]
    [InlineData(FileFormat.Parquet, true)]
    [InlineData(FileFormat.Jsonl, false)]
    public void A_field_without_a_name_is_wrong_where_it_is_a_column(FileFormat format, bool wrong)
    {
        using var target = new FileTarget(SyncMode.Mirror, format) { Fields = ["", "email"] };
        Assert.Equal(wrong, target.Problems().Any(problem => problem.Contains("needs a name", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_look_makes_the_folder_and_leaves_no_file()
    {
        using var target = new FileTarget(SyncMode.Mirror) { Path = "deep/out" };
        await using var destination = target.Open("");
        await destination.CheckAsync(FileTarget.Stop);
        Assert.True(Directory.Exists(target.Root));
        Assert.Empty(Directory.EnumerateFiles(target.Root, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(SyncMode.Mirror)]
    [InlineData(SyncMode.Append)]
    public async Task A_folder_that_cannot_be_made_is_told_with_its_path(SyncMode mode)
    {
        // A file in the way stops root too, whom missing rights do not.
        using var target = new FileTarget(mode) { Path = "file/out" };
        await File.WriteAllTextAsync(Path.Combine(target.Folder, "file"), "x", FileTarget.Stop);
        await using var destination = target.Open();
        var error = await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(FileTarget.Stop).AsTask());
        Assert.Contains(target.Root, error.Message, StringComparison.Ordinal);
        Assert.Contains("change the destination's path", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsUnreachable);
    }

    [Fact]
    public async Task A_folder_without_the_right_to_write_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "needs a user whom rights stop");
        using var target = new FileTarget(SyncMode.Mirror);
        Directory.CreateDirectory(target.Root);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(target.Root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var destination = target.Open();
        var error = await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(FileTarget.Stop).AsTask());
        Assert.False(error.IsUnreachable);
    }

    [Fact]
    public async Task A_folder_in_the_files_place_is_told()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        Directory.CreateDirectory(target.File);
        await using var destination = target.Open();
        var error = await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(FileTarget.Stop).AsTask());
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsUnreachable);
    }

    [Fact]
    public async Task A_file_that_the_sync_did_not_write_is_not_overwritten()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
        target.Sync = "another_sync";
        await using var destination = target.Open();
        var error = await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(FileTarget.Stop).AsTask());
        Assert.Contains("another_sync --full", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsUnreachable);

        // Not even by a run that was checked before the file came to be.
        await FileTarget.SendAsync(destination, Batches.Upsert("b1", ["b"], Batches.Text("name", "Bo")));
        await Assert.ThrowsAsync<DestinationException>(() => destination.CompleteAsync(FileTarget.Stop).AsTask());
        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
    }

    [Fact]
    public async Task A_lost_staging_file_stops_the_run_until_the_file_is_moved_away()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "Ada", "Bo")));
        Directory.Delete(Path.GetDirectoryName(target.StageFile)!, recursive: true);
        await Assert.ThrowsAsync<DestinationException>(() => target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Text("name", "Bob"))));
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bo\"}\n", target.Read());

        File.Move(target.File, target.File + ".old");
        await target.RunAsync("run-3", Batches.Upsert("b3", ["a", "b"], Batches.Text("name", "Ada", "Bob")));
        Assert.Equal("{\"name\":\"Ada\"}\n{\"name\":\"Bob\"}\n", target.Read());
    }

    [Fact]
    public async Task A_damaged_staging_file_is_told_with_what_to_do()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        Directory.CreateDirectory(Path.GetDirectoryName(target.StageFile)!);
        await File.WriteAllTextAsync(target.StageFile, new string('x', 100_000), FileTarget.Stop);
        await using var destination = target.Open();
        var error = await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(FileTarget.Stop).AsTask());
        Assert.Contains("--full", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsUnreachable);
    }

    [Fact]
    public async Task A_failed_publication_keeps_what_was_delivered()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Name = "sub/customers" };
        await using (var destination = target.Open())
        {
            await FileTarget.SendAsync(destination, Batches.Upsert("b1", ["a"], Batches.Text("name", "Ada")));
            await File.WriteAllTextAsync(Path.Combine(target.Root, "sub"), "in the way", FileTarget.Stop);
            var error = await Assert.ThrowsAsync<DestinationException>(() => destination.CompleteAsync(FileTarget.Stop).AsTask());
            Assert.Contains(target.Root, error.Message, StringComparison.Ordinal);
            Assert.False(error.IsUnreachable);
        }

        File.Delete(Path.Combine(target.Root, "sub"));
        await target.RunAsync("run-2");
        Assert.Equal("{\"name\":\"Ada\"}\n", target.Read());
    }
}
