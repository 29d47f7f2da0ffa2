using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Vendors;
using Rows = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Http;

public sealed class NamedRefusalsTests
{
    private static readonly RowOutcome No = RowOutcome.Rejected("no", "no");
    private static readonly RowOutcome Unnamed = RowOutcome.Unknown("unnamed", "not named");

    [Fact]
    public void A_value_names_the_rows_that_have_it_and_only_else_those_that_differ_in_case()
    {
        using var batch = Rows.Upsert("b", ["1", "2", "3", "4"], Rows.Text("email", "a@x.org", "A@x.org", "B@x.org", "c@x.org"));
        var refusals = new NamedRefusals(batch);

        Assert.True(refusals.Add("email", "a@x.org", No));
        Assert.True(refusals.Add("email", "b@x.org", No));

        Assert.Equal("no,,no,", Codes(refusals.Build(2, Unnamed)));
    }

    [Fact]
    public void Where_fewer_are_named_than_were_refused_nothing_is_known_of_the_others()
    {
        using var batch = Rows.Upsert("b", ["1", "2"], Rows.Text("email", "a@x.org", null));
        var refusals = new NamedRefusals(batch);

        Assert.False(refusals.Add("email", "nobody@x.org", No));
        Assert.False(refusals.Add("phone", "a@x.org", No));
        Assert.Equal(",", Codes(refusals.Build(0, Unnamed)));
        Assert.Equal("unnamed,unnamed", Codes(refusals.Build(1, Unnamed)));

        refusals.Add(1, No);
        refusals.Add(1, RowOutcome.Rejected("again", "told twice"));
        Assert.Equal(",no", Codes(refusals.Build(1, Unnamed)));
        Assert.Equal("unnamed,no", Codes(refusals.Build(2, Unnamed)));
    }

    private static string Codes(DeliveryReport report) => string.Join(',', Enumerable.Range(0, report.Count).Select(row => report[row].Code));
}
