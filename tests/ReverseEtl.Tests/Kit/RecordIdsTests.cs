using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http.Vendors;
using ReverseEtl.Tests.Files;

namespace ReverseEtl.Tests.Kit;

public sealed class RecordIdsTests
{
    private readonly ForgetfulMemory _memory = new();
    private readonly Dictionary<string, string> _vendor = new() { ["a@x"] = "1", ["b@x"] = "2" };
    private readonly List<string[]> _lookUps = [];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ids_are_looked_up_in_batches_and_only_once()
    {
        var ids = Open();
        for (var time = 0; time < 2; time++)
            Assert.Equal("1 2", string.Join(' ', (await ids.FindAsync(["a@x", "b@x", "a@x"], None)).OrderBy(pair => pair.Key).Select(pair => pair.Value)));
        Assert.Equal(2, _lookUps.Sum(values => values.Length));
        Assert.All(_lookUps, values => Assert.Single(values));
    }

    [Fact]
    public async Task The_memory_holds_no_plain_value()
    {
        await Open().FindAsync(["a@x"], None);
        Assert.Empty(await _memory.RecallAsync(["contacts/email/a@x"], None));
    }

    [Fact]
    public async Task A_row_without_a_record_is_rejected_or_as_a_removal_accepted()
    {
        var added = await DeliverAsync(Operation.Upsert, "a@x", "c@x");
        Assert.Equal((OutcomeKind.Accepted, OutcomeKind.Rejected), (added[0].Kind, added[1].Kind));
        Assert.True((await DeliverAsync(Operation.Remove, "a@x", "c@x")).AllAccepted);
    }

    [Fact]
    public async Task A_record_that_is_gone_is_looked_up_anew()
    {
        await Open().FindAsync(["a@x"], None);
        _vendor["a@x"] = "9";
        var report = await DeliverAsync(Operation.Upsert, ["a@x"], gone: "1");
        Assert.Equal(OutcomeKind.Retry, report[0].Kind);
        Assert.Equal("9", (await Open().FindAsync(["a@x"], None))["a@x"]);
    }

    [Fact]
    public async Task One_after_the_other_each_row_has_its_records_id_and_one_that_is_gone_is_looked_up_anew()
    {
        var sent = new List<(int Rows, string Id)>();
        using var batch = Batches.Upsert("b1", ["a", "b", "c"], Batches.Text("email", "a@x", "b@x", "c@x"));

        var report = await Open().DeliverEachAsync(batch, (row, id, _) =>
        {
            sent.Add((row.Count, id));
            return ValueTask.FromResult(DeliveryReport.All(row, id == "1" ? RecordIds.Gone : RowOutcome.Accepted));
        }, None);

        Assert.Equal([(1, "1"), (1, "2")], sent);
        Assert.Equal([OutcomeKind.Retry, OutcomeKind.Accepted, OutcomeKind.Rejected], [report[0].Kind, report[1].Kind, report[2].Kind]);
        var before = _lookUps.Count;
        await Open().FindAsync(["a@x", "b@x"], None);
        Assert.Equal(["a@x"], _lookUps.Skip(before).SelectMany(values => values));
    }

    [Fact]
    public async Task What_is_known_without_a_look_up_is_not_looked_up()
    {
        await Open().RememberAsync(new Dictionary<string, string> { ["c@x"] = "3" }, None);
        Assert.Equal("3", (await Open().FindAsync(["c@x"], None))["c@x"]);
        Assert.Empty(_lookUps);
    }

    [Fact]
    public void What_was_found_is_told_as_it_was_asked_for()
    {
        var ids = RecordIds.Match(["A@x", "c@x"], [("a@x", "1"), ("a@X", "2"), (null, "3"), ("b@x", null)], StringComparer.OrdinalIgnoreCase);
        Assert.Equal([KeyValuePair.Create("A@x", "1")], ids);
        Assert.Empty(RecordIds.Match(["A@x"], [("a@x", "1")], StringComparer.Ordinal));
    }

    private Task<DeliveryReport> DeliverAsync(Operation operation, params string[] values) => DeliverAsync(operation, values, gone: null);

    private async Task<DeliveryReport> DeliverAsync(Operation operation, string[] values, string? gone)
    {
        using var batch = operation is Operation.Remove
            ? new ChangeBatch("b1", operation, [.. values.Select((_, row) => (long)row)], [.. values.Select(_ => ChangeKind.Remove)], [Batches.Text("id", values)], [], [Batches.Text("email", values)])
            : Batches.Upsert("b1", values, Batches.Text("email", values));
        return await Open().DeliverAsync(batch, (ids, missing) =>
        {
            if (gone is not null)
                missing.Add(gone);
            return ValueTask.FromResult(DeliveryReport.All(batch, RowOutcome.Accepted));
        }, None);
    }

    private RecordIds Open() => new(_memory, "contacts", "email", 1, (values, _) =>
    {
        _lookUps.Add([.. values]);
        return ValueTask.FromResult<IReadOnlyDictionary<string, string>>(
            values.Where(_vendor.ContainsKey).ToDictionary(value => value, value => _vendor[value]));
    });
}
