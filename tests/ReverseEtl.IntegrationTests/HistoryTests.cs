using System.Globalization;
using System.Text.Json;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>cdp history and cdp explain, for people and for programs.</summary>
public sealed class HistoryTests
{
    private const string Sync = "customers_to_crm";

    [Fact]
    public async Task History_tells_what_was_sent_and_who_was_in_at_an_instant()
    {
        await using var project = await CdpProject.CreateAsync();
        Assert.Contains("no history", (await project.RunAsync("history", Sync)).Exits(0).Out);
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such \"domain\"" } });
        var first = (await project.RunAsync("run", "--json")).Exits(1).Run.GetProperty("run_id").GetString();
        project.Sql("update customers set name = 'New' where id = 1; delete from customers where id in (2, 3)");
        (await project.RunAsync("run", "--allow-removed", "100%")).Exits(0);

        var json = (await project.RunAsync("history", Sync, "--json")).Exits(0).Json;
        Assert.Equal(["sync", "entries"], json.EnumerateObject().Select(property => property.Name));
        var entries = json.GetProperty("entries").EnumerateArray().ToList();
        Assert.All(entries, entry => Assert.Equal(["at", "run_id", "kind", "key", "outcome", "code", "message"], entry.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(["change 1 accepted ", "remove 2 accepted "], entries.Take(2).Select(Words).Order());
        Assert.Equal(["add 1 accepted ", "add 2 accepted ", "add 3 rejected bad_email", "add 4 accepted ", "add 5 accepted "], entries.Skip(2).Select(Words).Order());
        Assert.All(entries.Skip(2), entry => Assert.Equal(first, entry.GetProperty("run_id").GetString()));
        Assert.Equal("no such \"domain\"", entries.Single(entry => Words(entry).StartsWith("add 3", StringComparison.Ordinal)).GetProperty("message").GetString());

        var table = (await project.RunAsync("history", Sync, "--key", "3", "--limit", "5")).Exits(0).Out;
        Assert.Contains("bad_email", table);
        Assert.DoesNotContain("change", table);
        Assert.Single((await project.RunAsync("history", Sync, "--limit", "1", "--json")).Exits(0).Json.GetProperty("entries").EnumerateArray());

        var then = (await project.RunAsync("history", Sync, "--as-of", entries[^1].GetProperty("at").GetString()!, "--json")).Exits(0).Json;
        Assert.Equal(["sync", "as_of", "count", "keys"], then.EnumerateObject().Select(property => property.Name));
        Assert.Equal((4, "1,2,4,5"), (then.GetProperty("count").GetInt32(), Keys(then)));
        var tomorrow = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal("1,4,5", Keys((await project.RunAsync("history", Sync, "--as-of", tomorrow, "--json")).Exits(0).Json));
        Assert.Equal(0, (await project.RunAsync("history", Sync, "--as-of", tomorrow, "--key", "2", "--json")).Exits(0).Json.GetProperty("count").GetInt32());
        Assert.Contains("3 rows were in at", (await project.RunAsync("history", Sync, "--as-of", tomorrow, "--limit", "1")).Exits(0).Out);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-13-01")]
    [InlineData("22-11-2026")]
    public async Task An_instant_that_is_none_is_refused(string instant)
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("history", Sync, "--as-of", instant)).Fails(2, "--as-of takes a date such as 2026-11-22", instant);
    }

    [Fact]
    public async Task Explain_tells_how_a_row_stands_and_what_comes_next()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { RejectKeys = ["3"], Code = "bad_email", Message = "no such domain" } });
        (await project.RunAsync("run")).Exits(1);
        project.Sql("update customers set name = 'New', total = null where id = 1; delete from customers where id = 2");

        var json = (await project.RunAsync("explain", Sync, "1", "--json")).Exits(0).Json;
        Assert.Equal(
            ["sync", "key", "known", "unavailable", "in_model", "fields", "told", "member", "last_sent", "sent_columns", "sent_fields", "last_answer", "refused", "held", "quarantined", "next", "changes", "guard", "open_run"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal((true, true, true, "change"), (json.GetProperty("known").GetBoolean(), json.GetProperty("in_model").GetBoolean(), json.GetProperty("told").GetBoolean(), json.GetProperty("next").GetString()));
        Assert.Equal(["name \"Customer 1\" \"New\"", "total 10.50 null"], json.GetProperty("changes").EnumerateArray().Select(change =>
            $"{change.GetProperty("field").GetString()} {change.GetProperty("old").GetRawText()} {change.GetProperty("new").GetRawText()}"));
        Assert.Equal("Customer 1", json.GetProperty("sent_fields").GetProperty("name").GetString());
        Assert.True(json.GetProperty("member").GetProperty("in").GetBoolean());

        var changed = (await project.RunAsync("explain", Sync, "1")).Exits(0).Out;
        Assert.Contains("it is in the model", changed);
        Assert.Contains("it is in the destination since", changed);
        Assert.Contains("Customer 1 -> New", changed);
        Assert.Contains("the next run takes it out", (await project.RunAsync("explain", Sync, "2")).Exits(0).Out);
        var refused = (await project.RunAsync("explain", Sync, "3")).Exits(0).Out;
        Assert.Contains("the destination never took it", refused);
        Assert.Contains("rejected bad_email no such domain", refused);
        Assert.Contains("refused once; it is due again", refused);
        Assert.Contains("the next run sends nothing of it", refused);
        Assert.Contains("no such row is known", (await project.RunAsync("explain", Sync, "99")).Exits(0).Out);
        Assert.False((await project.RunAsync("explain", Sync, "99", "--json")).Exits(0).Json.GetProperty("known").GetBoolean());
        (await project.RunAsync("explain", "nope", "1")).Fails(2, "there is no sync \"nope\"");

        project.Sql("delete from customers");
        project.Edit(CdpProject.Sync, "mode: mirror", "mode: mirror\nguards: { max_removed: 0% }");
        (await project.RunAsync("run")).Exits(3);
        Assert.Contains("the latest run was stopped by a guard", (await project.RunAsync("explain", Sync, "4")).Exits(0).Out);
    }

    [Fact]
    public async Task Under_another_mapping_the_columns_are_shown_as_they_were_sent()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Edit(CdpProject.Sync, "name: name", "full_name: name");
        var json = (await project.RunAsync("explain", Sync, "1", "--json")).Exits(0).Json;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("sent_fields").ValueKind);
        Assert.Equal("Customer 1", json.GetProperty("sent_columns").GetProperty("name").GetString());
        Assert.Contains("of these columns under another mapping", (await project.RunAsync("explain", Sync, "1")).Exits(0).Out);
    }

    [Fact]
    public async Task A_key_of_several_columns_is_a_list()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Edit(CdpProject.Model, "key: id", "key: [name, id]");
        (await project.RunAsync("run")).Exits(0);
        Assert.Contains("it is in the destination since", (await project.RunAsync("explain", Sync, "[\"Customer 1\", 1]")).Exits(0).Out);
        Assert.Contains("accepted", (await project.RunAsync("history", Sync, "--key", "[\"Customer 1\",1]")).Exits(0).Out);
        (await project.RunAsync("explain", Sync, "1")).Fails(2, "a row's key is a JSON list of 2 values", "not 1");
    }

    [Fact]
    public async Task While_the_sync_runs_the_history_can_be_read()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("update customers set name = 'New'");
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { DelayMs = 15_000 } });
        await using var run = project.Start("run");
        await project.SeenAsync(2);
        Assert.Equal(5, (await project.RunAsync("history", Sync, "--json")).Exits(0).Json.GetProperty("entries").GetArrayLength());
        var explained = (await project.RunAsync("explain", Sync, "1", "--json")).Exits(4).Json;
        Assert.Contains("is being run by another process", explained.GetProperty("unavailable").GetString());
        Assert.Equal("Customer 1", explained.GetProperty("sent_fields").GetProperty("name").GetString());
        (await run.EndAsync()).Exits(0);
        Assert.Equal("nothing", (await project.RunAsync("explain", Sync, "1", "--json")).Exits(0).Json.GetProperty("next").GetString());
    }

    private static string Words(JsonElement entry) =>
        $"{entry.GetProperty("kind").GetString()} {entry.GetProperty("key").GetString()} {entry.GetProperty("outcome").GetString()} {entry.GetProperty("code").GetString()}";

    private static string Keys(JsonElement json) => string.Join(',', json.GetProperty("keys").EnumerateArray().Select(key => key.GetString()));
}
