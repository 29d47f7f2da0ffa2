using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Tests.Delivery;

public sealed class DeliveryReportTests
{
    private static ChangeBatch Batch(params long[] keys)
    {
        var key = new FieldColumnBuilder("id", FieldType.Integer);
        foreach (var value in keys)
            key.AppendFixed(value);
        return new ChangeBatch("b", Operation.Upsert, [.. keys], [.. keys.Select(_ => ChangeKind.Add)], [key.Build()], [], []);
    }

    [Fact]
    public void A_report_without_an_outcome_for_every_row_cannot_be_built()
    {
        var report = DeliveryReport.For(Batch(1, 2));
        report.Set(0, RowOutcome.Accepted);

        Assert.Contains("row 2", Assert.Throws<InvalidOperationException>(() => report.Build()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_has_one_outcome()
    {
        var report = DeliveryReport.For(Batch(1));
        report.Set(0, RowOutcome.Accepted);

        Assert.Throws<InvalidOperationException>(() => report.Set(0, RowOutcome.Accepted));
        Assert.False(report.TrySet("1", RowOutcome.Rejected("a", "b")));
    }

    [Fact]
    public void Outcomes_are_matched_by_key_and_a_key_that_was_not_sent_is_not_taken()
    {
        var report = DeliveryReport.For(Batch(10, 20, 30));

        Assert.True(report.TrySet("30", RowOutcome.Rejected("bad", "no")));
        Assert.False(report.TrySet("40", RowOutcome.Accepted));
        var built = report.BuildWithRest(RowOutcome.Accepted);

        Assert.Equal(OutcomeKind.Rejected, built[2].Kind);
        Assert.True(built[0].IsAccepted && built[1].IsAccepted);
        Assert.False(built.AllAccepted);
        Assert.Throws<ArgumentOutOfRangeException>(() => built[3]);
    }

    [Fact]
    public void Columns_of_a_batch_have_as_many_rows_as_the_batch()
    {
        var key = new FieldColumnBuilder("id", FieldType.Integer);
        key.AppendFixed(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChangeBatch("b", Operation.Upsert, [1, 2], [ChangeKind.Add, ChangeKind.Add], [key.Build()], [], []));
    }
}
