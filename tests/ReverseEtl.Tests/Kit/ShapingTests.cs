using ReverseEtl.Connectors.MetaAudiences;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Tests.Files;

namespace ReverseEtl.Tests.Kit;

public sealed class ShapingTests
{
    private readonly List<string?[]> _sent = [];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connector_gets_hashes_and_never_what_they_stand_for()
    {
        using var batch = Batches.Upsert("b1", ["1"], Batches.Text("EMAIL", " John_Smith@GMail.com "), Batches.Text("EXTERN_ID", "17"));
        Assert.True((await Audience().DeliverAsync(batch, None)).AllAccepted);
        // The address in Meta's own example.
        Assert.Equal("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f 17", string.Join(' ', _sent[0]));
    }

    [Fact]
    public async Task A_declared_hash_passes_through_and_an_undeclared_one_is_left_out()
    {
        const string Hash = "62A14E44F765419D10FEA99367361A727C12365E2520F32218D505ED9AA0F62F";
        using var batch = Batches.Upsert("b1", ["1"], Batches.Text("EMAIL", Hash), Batches.Text("EXTERN_ID", "17"));
        await Audience("EMAIL").DeliverAsync(batch, None);
        Assert.Equal(Hash.ToLowerInvariant(), _sent[0][0]);

        var report = await Audience().DeliverAsync(batch, None);
        Assert.Null(_sent[1][0]);
        Assert.Equal(1, report.Reported["invalid EMAIL left out"]);
    }

    [Fact]
    public async Task A_value_that_is_no_good_is_left_out_and_counted_where_another_one_knows_the_row()
    {
        using var batch = Batches.Upsert("b1", ["1", "2", "3"], Batches.Text("EMAIL", "a@example.com", "nonsense", null), Batches.Text("PHONE", "12", "13", null));
        var report = await Audience().DeliverAsync(batch, None);
        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Rejected, OutcomeKind.Rejected], Enumerable.Range(0, 3).Select(row => report[row].Kind));
        Assert.Single(_sent);
        Assert.Equal((1, 2), (report.Reported["invalid EMAIL left out"], report.Reported["invalid PHONE left out"]));
        Assert.Contains("(8 characters)", report[1].Message, StringComparison.Ordinal);
        Assert.Contains("EMAIL, PHONE", report[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_value_that_is_no_good_refuses_its_row_alone()
    {
        using var batch = Batches.Upsert("b1", ["1", "2"], Batches.Text("EMAIL", "a@example.com", "b@example.com"), Batches.Text("LOOKALIKE_VALUE", "12.5", "a lot"));
        var report = await Audience().DeliverAsync(batch, None);
        Assert.Equal((OutcomeKind.Accepted, OutcomeKind.Rejected), (report[0].Kind, report[1].Kind));
        Assert.Equal("LOOKALIKE_VALUE must be a number, but is text 'a lot'", report[1].Message);
    }

    [Theory]
    [InlineData("DK", "4532123456")]
    [InlineData("DE", null)]
    public async Task Phone_numbers_are_read_by_the_rows_country_before_the_syncs(string country, string? digits)
    {
        using var batch = Batches.Upsert("b1", ["1"], Batches.Text("PHONE", "32 12 34 56"), Batches.Text("COUNTRY", country), Batches.Text("EXTERN_ID", "17"));
        await Audience().DeliverAsync(batch, None);
        var expected = digits is null ? null : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(digits)));
        if (expected is not null)
            Assert.Equal(expected, _sent[0][0]);
        else
            Assert.NotEqual(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("4532123456"u8)), _sent[0][0]);
    }

    [Fact]
    public async Task Identifiers_of_removals_are_shaped_like_those_that_were_added()
    {
        using var batch = new ChangeBatch("b1", Operation.Remove, [1], [Core.Planning.ChangeKind.Remove], [Batches.Text("id", "1")], [],
            [Batches.Text("EMAIL", "John_Smith@gmail.com")]);
        await Audience().DeliverAsync(batch, None);
        Assert.Equal("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f", Assert.Single(_sent[0]));
    }

    [Fact]
    public async Task A_removal_repeats_an_identifier_that_is_the_same_in_every_row()
    {
        using var batch = new ChangeBatch("b1", Operation.Remove, [1], [Core.Planning.ChangeKind.Remove], [Batches.Text("id", "1")], [],
            [Batches.Text("EMAIL", "John_Smith@gmail.com")]);
        await Audience(new Dictionary<string, string> { ["EXTERN_ID"] = "everybody", ["FN"] = "Jo" }).DeliverAsync(batch, None);
        Assert.Equal("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f everybody", string.Join(' ', _sent[0]));
    }

    [Fact]
    public async Task A_row_without_a_required_value_is_refused_alone()
    {
        using var batch = Batches.Upsert("b1", ["1", "2"], Batches.Text("email", "a@example.com", null), Batches.Text("firstname", "A", "B"));
        var spec = new ReverseEtl.Connectors.HubSpot.HubSpotDestinationType().Objects[0];
        var request = new DestinationRequest
        {
            Options = new object(), Object = new object(), Sync = "s", Model = "m", Mode = SyncMode.Upsert, Key = ["id"], Fields = [], ProjectFolder = ".",
        };
        var report = await ShapedDestination.Wrap(new Recorder(_sent), spec, request).DeliverAsync(batch, None);
        Assert.Equal((OutcomeKind.Accepted, OutcomeKind.Rejected), (report[0].Kind, report[1].Kind));
        Assert.Contains("email", report[1].Message, StringComparison.Ordinal);
        Assert.Single(_sent);
    }

    private IDestination Audience(params string[] hashed) => Audience(new Dictionary<string, string>(), hashed);

    private IDestination Audience(Dictionary<string, string> constants, params string[] hashed) => ShapedDestination.Wrap(
        new Recorder(_sent),
        new MetaAudiencesDestinationType().Describe(null, new MetaObject { Audience = "VIP" }),
        new DestinationRequest
        {
            Options = new object(), Object = new object(), Sync = "s", Model = "m", Mode = SyncMode.Mirror, Key = ["id"], Fields = [], ProjectFolder = ".",
            Hashed = hashed.ToHashSet(), Constants = constants,
        });

    /// <summary>A vendor that accepts everything and remembers what it got.</summary>
    private sealed class Recorder(List<string?[]> rows) : IDestination
    {
        public DestinationDescriptor Descriptor { get; } = new() { Modes = new HashSet<SyncMode>(), MaxBatchRows = 100, ReplaySafe = true };

        public ValueTask CheckAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<DeliveryReport> DeliverAsync(ChangeBatch batch, CancellationToken cancellationToken)
        {
            var columns = batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields;
            for (var row = 0; row < batch.Count; row++)
                rows.Add([.. columns.Select(column => column.Text(row))]);
            return ValueTask.FromResult(DeliveryReport.All(batch, RowOutcome.Accepted));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
