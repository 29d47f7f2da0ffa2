using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests;

/// <summary>Rows that cannot be sent, and rows that the destination refuses.</summary>
public sealed class BadRowsTests
{
    [Fact]
    public async Task Null_and_duplicate_keys_are_quarantined_and_never_taken_for_removed()
    {
        await using var project = await CdpProject.CreateAsync();
        (await project.RunAsync("run")).Exits(0);
        project.Sql("""
            insert into customers values (null, 'nobody@shop.example', 'Nobody', 1), (2, 'twice@shop.example', 'Twice', 2),
              (7, 'a@shop.example', 'A', 1), (7, 'b@shop.example', 'B', 1), (8, 'c8@shop.example', 'Eight', 8);
            """);
        var before = project.Delivered();
        var run = (await project.RunAsync("run", "--json")).Exits(1).Run;
        Assert.Equal(("partial", 1, 0, 0, 5), (run.GetProperty("status").GetString(), run.GetProperty("added").GetInt32(),
            run.GetProperty("changed").GetInt32(), run.GetProperty("removed").GetInt32(), run.GetProperty("quarantined").GetInt32()));
        before.Add(8, """{"email":"c8@shop.example","name":"Eight","total":8.00}""");
        Assert.Equal(before, project.Delivered());

        var quarantined = (await project.RunAsync("rejected", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("quarantined");
        Assert.Equal(["2 duplicate key 2", "7 duplicate key 2", "null null key 1"],
            quarantined.EnumerateArray().Select(row => $"{row.GetProperty("key").GetString()} {row.GetProperty("reason").GetString()} {row.GetProperty("rows").GetInt32()}").Order());
        // As long as they are there, a run says so, with nothing else to do too.
        Assert.Equal("partial", (await project.RunAsync("run", "--json")).Exits(1).Run.GetProperty("status").GetString());

        project.Sql("delete from customers where id is null or name in ('Twice', 'A')");
        (await project.RunAsync("run")).Exits(0);
        project.AssertConverged();
        Assert.Contains("no row is waiting", (await project.RunAsync("rejected", "customers_to_crm")).Exits(0).Out);
    }

    [Fact]
    public async Task A_refused_row_is_listed_and_sent_again_until_it_is_accepted()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Times = 2, Then = new() { RejectKeys = ["2", "4"], Code = "bad_email", Message = "the domain does not exist" } });
        var first = await project.RunAsync("run");
        first.Exits(1);
        Assert.Contains("cdp rejected customers_to_crm", first.Out);
        Assert.Equal([1, 3, 5], project.Delivered().Keys);
        // They are not due yet: they wait, and are counted.
        var waiting = (await project.RunAsync("run", "--json")).Exits(1).Run;
        Assert.Equal(("partial", 2), (waiting.GetProperty("status").GetString(), waiting.GetProperty("waiting").GetInt32()));
        Assert.Equal("partial", (await project.RunAsync("run", "--retry-rejected", "--json")).Exits(1).Run.GetProperty("status").GetString());

        var table = (await project.RunAsync("rejected", "customers_to_crm")).Exits(0).Out;
        Assert.Contains("bad_email", table);
        Assert.Contains("the domain does not exist", table);
        var rows = (await project.RunAsync("rejected", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("rejected").EnumerateArray().ToList();
        Assert.Equal(["2", "4"], rows.Select(row => row.GetProperty("key").GetString()!).Order());
        Assert.All(rows, row => Assert.Equal(2, row.GetProperty("attempts").GetInt32()));

        (await project.RunAsync("run", "--retry-rejected")).Exits(0);
        project.AssertConverged();
        Assert.Empty((await project.RunAsync("rejected", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal([2, 2, 5], project.Sandbox.Requests().Select(request => request.Rows));
    }

    [Fact]
    public async Task What_an_interrupted_run_left_and_the_next_delivered_is_no_failure()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { Status = 401 } });
        (await project.RunAsync("run")).Exits(4);
        project.Sandbox.Script.Add(new() { Times = 1, Then = new() { RejectKeys = ["2"] } });
        // The interrupted run is finished but for one row, which the new run sends again.
        var result = (await project.RunAsync("run", "--retry-rejected")).Exits(0);
        Assert.Contains("partial", result.Out);
        Assert.DoesNotContain("remain undelivered", result.Out);
        project.AssertConverged();
    }

    [Fact]
    public async Task One_poison_row_does_not_hold_back_the_rest_of_its_request()
    {
        await using var project = await CdpProject.CreateAsync();
        project.Sandbox.Script.Add(new() { Then = new() { RejectBatchContaining = ["3"], Message = "cannot parse row" } });
        (await project.RunAsync("run")).Exits(1);
        Assert.Equal([1, 2, 4, 5], project.Delivered().Keys);
        var row = Assert.Single((await project.RunAsync("rejected", "customers_to_crm", "--json")).Exits(0).Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal("3", row.GetProperty("key").GetString());
        Assert.Contains("cannot parse row", row.GetProperty("message").GetString());
    }
}
