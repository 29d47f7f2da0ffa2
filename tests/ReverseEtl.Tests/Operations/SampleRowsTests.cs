using System.Text.Json;
using ReverseEtl.Connectors.Slack;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Json;
using ReverseEtl.Tests.Connectors;
using ReverseEtl.Tests.Files;

namespace ReverseEtl.Tests.Operations;

/// <summary>Rows of a plan, of messages with their texts.</summary>
public sealed class SampleRowsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_says_in_the_plan_what_is_then_sent(bool digest)
    {
        var @object = SlackHarness.Of("*{{name}}*\nspent {{total}} & more") with { Digest = digest };
        await using var harness = new SlackHarness(await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken), @object, null);
        await using var destination = harness.OpenDriven(SyncMode.Append, "name", "total");
        var look = new SampleRows(new SlackDestinationType().Describe(null, @object), harness.Request with { Mode = SyncMode.Append, Fields = ["name", "total"] });
        using var batch = Batches.Append("b", ["1", "2"], Batches.Text("name", "<!channel>", "Bo"), Batches.Text("total", "5", null));

        var rows = look.Of(batch);
        for (var row = 0; row < (digest ? 1 : 2); row++)
        {
            using var part = batch.Take(digest ? [0, 1] : [row], $"b{row}");
            Assert.True((await destination.DeliverAsync(part, TestContext.Current.CancellationToken)).AllAccepted);
        }

        Assert.Equal(["*&lt;!channel&gt;*\nspent 5 & more", "*Bo*\nspent  & more"], rows.Select(row => row.Text));
        Assert.Equal(digest ? [string.Join('\n', rows.Select(row => row.Text))] : rows.Select(row => row.Text), harness.Messages);
    }

    [Fact]
    public void A_row_that_gives_no_text_says_so()
    {
        var @object = SlackHarness.Of("{{name}}");
        var look = new SampleRows(new SlackDestinationType().Describe(null, @object), Request(@object));
        using var batch = Batches.Append("b", ["1", "2"], Batches.Text("name", null, "Bo"));

        var rows = look.Of(batch);

        Assert.Equal(["""{"kind":"add","key":"1","fields":{"name":null},"refused":"the row gives no text"}""", """{"kind":"add","key":"2","fields":{"name":"Bo"},"text":"Bo"}"""],
            rows.Select(row => JsonSerializer.Serialize(row, OperationJson.Whole)));
    }

    [Fact]
    public void A_text_is_made_of_the_shaped_row_and_a_row_that_cannot_be_shaped_says_why()
    {
        var spec = ChargedDestinationType.Spec with { Text = (batch, row) => $"{batch.Fields[0].Text(row)} is {batch.Fields[1].Integer(row)}" };
        var look = new SampleRows(spec, Request(new ChargedObject()));
        using var batch = Batches.Append("b", ["1", "2", "3"], Batches.Text("name", "Ann", "Bo", "Cy"), Batches.Text("age", "30.0", "old", "40"));

        var rows = look.Of(batch);

        Assert.Equal(["Ann is 30", null, "Cy is 40"], rows.Select(row => row.Text));
        Assert.Equal([null, "age must be a whole number, but is text 'old'", null], rows.Select(row => row.Refused));
    }

    [Fact]
    public void Rows_of_other_objects_have_no_text_and_are_not_shaped()
    {
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("name", [null]), Batches.Text("age", "old"));

        var row = Assert.Single(new SampleRows(ChargedDestinationType.Spec, Request(new ChargedObject())).Of(batch));

        Assert.Equal("""{"kind":"add","key":"1","fields":{"name":null,"age":"old"}}""", JsonSerializer.Serialize(row, OperationJson.Whole));
    }

    private static DestinationRequest Request(object @object) => new()
    {
        Options = new ChargedOptions { Type = "charged" },
        Object = @object,
        Sync = "s",
        Model = "m",
        Mode = SyncMode.Append,
        Key = ["id"],
        Fields = ["name"],
        ProjectFolder = ".",
    };
}
