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

    [Theory]
    [InlineData("together")]
    [InlineData("by row")]
    [InlineData("one by one")]
    public async Task Removals_are_looked_up_anew_and_those_that_are_not_found_are_forgotten(string way)
    {
        await Open().FindAsync(["a@x", "b@x"], None);
        _vendor["a@x"] = "9";
        _vendor.Remove("b@x");

        Assert.Equal(["9"], await RemoveAsync(Open(), way, "a@x", "b@x"));

        var before = _lookUps.Count;
        await Open().FindAsync(["a@x", "b@x"], None);
        Assert.Equal(["b@x"], _lookUps.Skip(before).SelectMany(values => values));
    }

    [Theory]
    [InlineData("together")]
    [InlineData("by row")]
    [InlineData("one by one")]
    public async Task Where_the_vendor_finds_late_a_removal_that_is_not_found_goes_by_what_is_remembered(string way)
    {
        await Open().FindAsync(["a@x", "b@x"], None);
        _vendor["a@x"] = "9";
        _vendor.Remove("b@x");

        Assert.Equal(["9", "2"], await RemoveAsync(Open(findsLate: true), way, "a@x", "b@x"));
    }

    [Fact]
    public async Task One_record_to_a_request_is_updated_where_it_is_there_and_else_made_and_remembered()
    {
        var sent = new List<string>();
        using var batch = Batches.Upsert("b1", ["a", "b", "c"], Batches.Text("email", "a@x", "b@x", "c@x"));

        var report = await Open().WriteEachAsync(batch, (row, id, _) =>
        {
            sent.Add($"update {id}");
            return ValueTask.FromResult(DeliveryReport.All(row, id == "2" ? RecordIds.Gone : RowOutcome.Accepted));
        }, (row, _) =>
        {
            sent.Add($"make {row.KeyText(0)}");
            return ValueTask.FromResult<(DeliveryReport, string?)>((DeliveryReport.All(row, RowOutcome.Accepted), $"new {row.KeyText(0)}"));
        }, None);

        Assert.True(report.AllAccepted);
        Assert.Equal(["update 1", "update 2", "make b", "make c"], sent);
        Assert.Equal(["1", "new b", "new c"], (await Open().FindAsync(["a@x", "b@x", "c@x"], None)).OrderBy(pair => pair.Key).Select(pair => pair.Value));
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
        using var batch = operation is Operation.Remove ? Removal(values) : Batches.Upsert("b1", values, Batches.Text("email", values));
        return await Open().DeliverAsync(batch, (ids, missing) =>
        {
            if (gone is not null)
                missing.Add(gone);
            return ValueTask.FromResult(DeliveryReport.All(batch, RowOutcome.Accepted));
        }, None);
    }

    /// <summary>Removes records in one of the ways that there are, and gives the ids that were sent.</summary>
    private static async Task<List<string>> RemoveAsync(RecordIds ids, string way, params string[] values)
    {
        var sent = new List<string>();
        using var batch = Removal(values);
        ValueTask<DeliveryReport> Accept(ChangeBatch rows, IEnumerable<string> removed)
        {
            sent.AddRange(removed);
            return ValueTask.FromResult(DeliveryReport.All(rows, RowOutcome.Accepted));
        }

        var report = way switch
        {
            "together" => await ids.DeliverAsync(batch, (found, _) => Accept(batch, found), None),
            "by row" => await ids.DeliverAsync(batch, "id", rows => Accept(rows, Enumerable.Range(0, rows.Count).Select(row => rows.Identifiers[0].Text(row)!)), RecordIds.IsGone, None),
            _ => await ids.DeliverEachAsync(batch, (row, id, _) => Accept(row, [id]), None),
        };
        Assert.True(report.AllAccepted);
        return sent;
    }

    private static ChangeBatch Removal(string[] values) => new(
        "b1", Operation.Remove, [.. values.Select((_, row) => (long)row)], [.. values.Select(_ => ChangeKind.Remove)], [Batches.Text("id", values)], [], [Batches.Text("email", values)]);

    private RecordIds Open(bool findsLate = false) => new(_memory, "contacts", "email", 1, (values, _) =>
    {
        _lookUps.Add([.. values]);
        return ValueTask.FromResult<IReadOnlyDictionary<string, string>>(
            values.Where(_vendor.ContainsKey).ToDictionary(value => value, value => _vendor[value]));
    }) { FindsLate = findsLate };
}
