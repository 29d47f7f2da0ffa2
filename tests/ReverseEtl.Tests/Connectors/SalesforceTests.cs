using ReverseEtl.Conformance;
using ReverseEtl.Connectors.Salesforce;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Tests.Http;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about Salesforce.</summary>
public sealed class SalesforceTests : IAsyncLifetime
{
    private const string Type = "Shop_Customer__c";
    private const string Id = "External_Id__c";
    private const int Many = 2_001;

    private static readonly string[] Changes = ["PATCH", "POST"];

    private readonly ManualTime _time = SalesforceHarness.NewTime();
    private SalesforceHarness _salesforce = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IReadOnlyList<IReadOnlyDictionary<string, string?>> Held => Objects(Type);

    private List<VendorRequest> Uploads => [.. _salesforce.Received.Where(request => request.Method == "PUT")];

    private List<VendorRequest> Collections => [.. _salesforce.Received.Where(request => request.Path.Contains("/composite/", StringComparison.Ordinal))];

    public async ValueTask InitializeAsync() => _salesforce = await SalesforceHarness.StartAsync(_time, Cancellation);

    public ValueTask DisposeAsync() => _salesforce.DisposeAsync();

    [Fact]
    public async Task Many_rows_go_as_a_job_whose_results_are_matched_by_the_key()
    {
        var keys = Batches.Keys(Many);
        Script(null, new ScriptAction { RejectKeys = ["k7"], Code = "FIELD_CUSTOM_VALIDATION_EXCEPTION", Message = "no, not: that one" });
        await using var destination = Open();
        using var batch = Records("b1", Operation.Upsert, keys);

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Empty(Collections);
        Assert.Single(Uploads);
        Assert.Equal(Many - 1, Held.Count);
        for (var row = 0; row < Many; row++)
            Assert.Equal(row == 7 ? OutcomeKind.Rejected : OutcomeKind.Accepted, report[row].Kind);
        Assert.Equal("FIELD_CUSTOM_VALIDATION_EXCEPTION", report[7].Code);
        Assert.Contains("no, not: that one", report[7].Message);
    }

    [Fact]
    public async Task A_job_clears_what_is_null_and_leaves_what_is_skipped()
    {
        var keys = Batches.Keys(Many);
        await using var destination = Open();
        using (var batch = Records("b1", Operation.Upsert, keys, row => "say \"hi\",\r\nplease"))
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        using (var batch = Records("b2", Operation.Upsert, keys, row => row == 0 ? null : row == 1 ? "" : $"new {row}"))
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal([null, null, "new 2"], Notes("k0", "k1", "k2"));

        using (var batch = Records("b3", Operation.Upsert, keys, row => null, omitNull: true))
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        Assert.Equal("new 2", Notes("k2")[0]);
        Assert.StartsWith($"{Id},Note__c\n\"k0\",\"say \"\"hi\"\",\r\nplease\"\n", Uploads[0].Text);
        Assert.StartsWith($"{Id},Note__c\n\"k0\",#N/A\n\"k1\",#N/A\n\"k2\",\"new 2\"\n", Uploads[1].Text);
    }

    [Fact]
    public async Task A_value_that_a_job_would_take_for_none_goes_in_collections()
    {
        await using var destination = Open();
        using var batch = Records("b1", Operation.Upsert, Batches.Keys(Many), row => row == 3 ? "#N/A" : "x");

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal("#N/A", Notes("k3")[0]);
        Assert.Empty(Uploads);
    }

    [Theory]
    [InlineData(false, OutcomeCodes.StillProcessing)]
    [InlineData(true, OutcomeCodes.DestinationUnusable)]
    public async Task A_job_whose_end_is_not_known_is_asked_for_by_another_run_and_not_uploaded_again(bool isSeen, string code)
    {
        const string Job = "jobs/ingest/750000000000001AAA";
        var keys = Batches.Keys(Many);
        Script($"{Job}/batches", new ScriptAction());
        if (isSeen)
            Script(Job, new ScriptAction());
        Script(Job, new ScriptAction { Trouble = isSeen ? VendorTrouble.Forbidden : VendorTrouble.Broken }, times: null);
        await using (var interrupted = Open(SyncMode.Insert))
        {
            using var batch = Records("b1", Operation.Insert, keys);
            var outcome = (await interrupted.DeliverAsync(batch, Cancellation))[0];
            Assert.Equal((OutcomeKind.Unknown, code), (outcome.Kind, outcome.Code));
        }

        _salesforce.Sandbox.Script.Clear();
        await using var next = Open(SyncMode.Insert);
        using (var again = Records("b1", Operation.Insert, keys))
            Assert.True((await next.DeliverAsync(again, Cancellation)).AllAccepted);
        Assert.Equal(Many, Held.Count);
        Assert.Single(Uploads);
    }

    [Theory]
    [InlineData(Disconnect.Before)]
    [InlineData(Disconnect.After)]
    public async Task An_upload_that_was_not_answered_has_no_effect_and_is_made_again(Disconnect disconnect)
    {
        Script(null, new ScriptAction { Disconnect = disconnect }, times: 1);
        await using var destination = Open(SyncMode.Insert);
        using var batch = Records("b1", Operation.Insert, Batches.Keys(Many));

        var first = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Retry, false), (first[0].Kind, first[0].MayHaveArrived));
        Assert.Empty(Held);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        Assert.Equal(Many, Held.Count);
    }

    [Fact]
    public async Task A_job_that_fails_as_a_whole_rejects_its_rows_in_Salesforces_words()
    {
        await using var destination = Open();
        var keys = Batches.Keys(Many);
        using var batch = Batches.Build("b1", Operation.Upsert, [Batches.Texts("id", keys)], [Batches.Texts(Id, keys), Batches.Texts("Nickname", keys)]);

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.All(report.Outcomes(), outcome => Assert.Equal(OutcomeKind.Rejected, outcome.Kind));
        Assert.Contains("Nickname", report[0].Message);
    }

    [Fact]
    public async Task A_job_that_Salesforce_does_not_know_any_more_is_made_again()
    {
        await _salesforce.Memory.RememberAsync(new Dictionary<string, string?> { ["job/b1"] = "750000000000099AAA" }, Cancellation);
        await using var destination = Open();
        using var batch = Records("b1", Operation.Upsert, Batches.Keys(Many));

        Assert.Equal(OutcomeKind.Retry, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    [Fact]
    public async Task A_few_hundred_rows_go_in_collections_of_200_until_one_fails()
    {
        Script(null, new ScriptAction { RejectBatchContaining = ["k250"], Message = "a bad one" });
        await using var destination = Open();
        using var batch = Records("b1", Operation.Upsert, Batches.Keys(450));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(["PATCH", "PATCH"], Collections.Select(request => request.Method));
        Assert.StartsWith("""{"allOrNone":false,"records":[{"attributes":{"type":"Shop_Customer__c"},"External_Id__c":"k0","Note__c":"note of k0"},""", Collections[0].Text);
        Assert.Equal(200, Held.Count);
        for (var row = 0; row < 450; row++)
            Assert.Equal(row < 200 ? OutcomeKind.Accepted : OutcomeKind.Retry, report[row].Kind);
    }

    [Fact]
    public async Task A_bad_row_among_several_collections_is_found_and_all_others_arrive()
    {
        Script(null, new ScriptAction { RejectBatchContaining = ["k250"], Message = "a bad one" }, times: null);
        var waits = new ManualTime(jumps: true);
        var request = Request(SyncMode.Upsert, null, null);
        await using var destination = DestinationKit.Open(_salesforce.Type, request, new ReverseEtl.Http.Resilience.RateBuckets(waits), "crm", new ReverseEtl.Http.Resilience.RetryPolicy(), waits);
        using var batch = Records("b1", Operation.Upsert, Batches.Keys(450));

        var report = await destination.DeliverAsync(batch, Cancellation);

        for (var row = 0; row < 450; row++)
            Assert.Equal(row == 250 ? OutcomeKind.Rejected : OutcomeKind.Accepted, report[row].Kind);
        Assert.Equal(449, Held.Count);
    }

    [Fact]
    public async Task An_update_changes_what_is_there_and_makes_nothing()
    {
        await using var destination = Open(SyncMode.Update);
        await UpsertAsync("a", "b");
        using var batch = Records("u1", Operation.Update, ["a", "c"], row => "changed");

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Accepted, OutcomeKind.Rejected, "no_record"), (report[0].Kind, report[1].Kind, report[1].Code));
        Assert.Equal(["changed", "note of b"], Notes("a", "b"));
        Assert.Equal(2, Held.Count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(Many)]
    public async Task A_removal_deletes_its_records_and_one_that_comes_back_is_known_by_its_new_id(int count)
    {
        var keys = Batches.Keys(count);
        await UpsertAsync([.. keys, "stays"]);
        await using var destination = Open(SyncMode.Mirror);
        for (var time = 0; time < 2; time++)
        {
            using (var batch = Removal($"r{time}", keys))
                Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
            Assert.Equal("stays", Assert.Single(Held)[Id]);
            await UpsertAsync(keys);
        }

        Assert.Equal(count + 1, Held.Count);
    }

    [Fact]
    public async Task A_record_that_somebody_else_deleted_is_looked_up_anew()
    {
        await UpsertAsync("a");
        await using var destination = Open(SyncMode.Update);
        using var batch = Records("u1", Operation.Update, ["a"], row => "changed");
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        await using (var other = Open(SyncMode.Mirror, memory: new ForgetfulMemory()))
        {
            using var removal = Removal("r1", "a");
            Assert.True((await other.DeliverAsync(removal, Cancellation)).AllAccepted);
        }

        await UpsertAsync("a");
        Assert.Equal(OutcomeKind.Retry, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        Assert.Equal("changed", Notes("a")[0]);
    }

    [Fact]
    public async Task A_field_of_another_record_finds_that_record()
    {
        await using (var accounts = Open(@object: new SalesforceObject { Type = "Account", Id = Id }))
        {
            using var shop = Batches.Build("a1", Operation.Upsert, [Batches.Texts("id", "1")], [Batches.Texts(Id, "shop"), Batches.Texts("Name", "Shop")]);
            Assert.True((await accounts.DeliverAsync(shop, Cancellation)).AllAccepted);
        }

        await using var contacts = Open(@object: new SalesforceObject { Type = "Contact", Id = Id });
        using var batch = Batches.Build("b1", Operation.Upsert, [Batches.Texts("id", "1")],
            [Batches.Texts(Id, "anna"), Batches.Texts("LastName", "Lund"), Batches.Texts($"Account.{Id}", "shop")]);
        Assert.True((await contacts.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(Objects("Account")[0]["Id"], Objects("Contact")[0]["AccountId"]);
    }

    [Fact]
    public async Task Who_is_a_member_already_is_accepted_and_who_is_unknown_is_told()
    {
        await using (var contacts = Open(@object: new SalesforceObject { Type = "Contact", Id = "Email" }))
        {
            using var anna = Batches.Build("c1", Operation.Upsert, [Batches.Texts("id", "1")], [Batches.Texts("Email", "Anna@shop.example"), Batches.Texts("LastName", "L'und")]);
            Assert.True((await contacts.DeliverAsync(anna, Cancellation)).AllAccepted);
        }

        var campaign = new SalesforceObject { Campaign = "701000000000001AAA", Type = "Contact", Id = "Email", Status = "Sent" };
        await _salesforce.Memory.RememberAsync(new Dictionary<string, string?> { ["campaign/701000000000001AAA"] = "701000000000001AAA" }, Cancellation);
        await using var destination = Open(@object: campaign);
        for (var time = 0; time < 2; time++)
        {
            using var batch = Batches.Build($"b{time}", Operation.Upsert, [Batches.Texts("id", "1", "2")], [Batches.Texts("Email", "anna@shop.example", "o'neil@shop.example")]);
            var report = await destination.DeliverAsync(batch, Cancellation);
            Assert.Equal((OutcomeKind.Accepted, "no_record"), (report[0].Kind, report[1].Code));
        }

        var member = Assert.Single(Objects("CampaignMember"));
        Assert.Equal(("701000000000001AAA", "Sent"), (member["CampaignId"], member["Status"]));
    }

    [Fact]
    public async Task Two_campaigns_of_one_name_are_told_apart_by_their_ids_only()
    {
        await using (var campaigns = Open(SyncMode.Insert, new SalesforceObject { Type = "Campaign", Id = "Name" }))
        {
            using var twice = Batches.Build("c1", Operation.Insert, [Batches.Texts("id", "1", "2")], [Batches.Texts("Name", "Spring", "Spring")]);
            Assert.True((await campaigns.DeliverAsync(twice, Cancellation)).AllAccepted);
        }

        await using var byName = Open(@object: new SalesforceObject { Campaign = "Spring", Id = "Email" });
        Assert.Contains("several campaigns", (await Assert.ThrowsAsync<DestinationException>(() => byName.CheckAsync(Cancellation).AsTask())).Message);
        await using var byId = Open(@object: new SalesforceObject { Campaign = Objects("Campaign")[1]["Id"], Id = "Email" });
        await byId.CheckAsync(Cancellation);
    }

    [Fact]
    public async Task A_secret_is_taken_in_the_place_of_a_key_and_a_session_that_ended_is_renewed_once()
    {
        var options = _salesforce.OptionsAt(_salesforce.BaseUrl) with { PrivateKey = null, ClientSecret = new Secret("hush") };
        await using var destination = Open(options: options);
        using var batch = Records("b1", Operation.Upsert, ["a"]);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        _time.Advance(TimeSpan.FromMinutes(5));
        Script(null, new ScriptAction { Trouble = VendorTrouble.Credentials }, times: 1);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        // One that was only just given out is refused for another reason.
        Script(null, new ScriptAction { Trouble = VendorTrouble.Credentials }, times: 1);
        await Assert.ThrowsAsync<DestinationException>(() => destination.DeliverAsync(batch, Cancellation).AsTask());

        Assert.Equal(2, _salesforce.Received.Count(request => request.Path == "services/oauth2/token"));
    }

    [Fact]
    public async Task The_latest_version_is_used_unless_one_is_asked_for()
    {
        await UpsertAsync("a");
        await using var old = Open(options: _salesforce.OptionsAt(_salesforce.BaseUrl) with { ApiVersion = "65.0" });
        using var batch = Records("b2", Operation.Upsert, ["a"]);
        Assert.True((await old.DeliverAsync(batch, Cancellation)).AllAccepted);

        Assert.Equal(["services/data/v67.0", "services/data/v65.0"], Collections.Select(request => request.Path[..19]));
        Assert.DoesNotContain(_salesforce.Received, request => Changes.Contains(request.Method) && request.Path == "services/data");
    }

    [Fact]
    public async Task A_field_that_finds_no_records_is_told_by_the_check()
    {
        await using var destination = Open(@object: new SalesforceObject { Type = "Contact", Id = "LastName" });

        Assert.Contains("Contact.LastName finds no records", (await Assert.ThrowsAsync<DestinationException>(() => destination.CheckAsync(Cancellation).AsTask())).Message);
    }

    [Fact]
    public void What_Salesforce_would_not_take_is_told_before_a_run()
    {
        var request = Request(SyncMode.Upsert, new SalesforceObject { Campaign = "x", Type = "Account", Status = "Sent" }, new SalesforceOptions { Type = "salesforce", ClientId = "id" }) with { Fields = [""] };

        Assert.Equal(
        [
            "object.id is missing: name a field of Account that finds records, such as an external id",
            "members of a campaign are of type Contact or Lead, not Account",
            "instanceUrl is missing: the address of your org, such as https://shop.my.salesforce.com",
            "credentials are missing: give clientSecret, or privateKey and username",
        ], _salesforce.Type.Check(request));
    }

    private static ChangeBatch Records(string id, Operation operation, string[] keys, Func<int, string?>? note = null, bool omitNull = false)
    {
        using var notes = new FieldColumnBuilder("Note__c", FieldType.Text);
        for (var row = 0; row < keys.Length; row++)
            notes.AppendText(note is null ? $"note of {keys[row]}" : note(row));
        return Batches.Build(id, operation, [Batches.Texts("id", keys)], [Batches.Texts(Id, keys), notes.Build(omitNull)]);
    }

    private static ChangeBatch Removal(string id, params string[] keys)
    {
        using var empty = Batches.Build(id, Operation.Remove, [Batches.Texts("id", keys)], []);
        using var batch = empty.With([], [Batches.Texts(Id, keys)]);
        return batch.Take([.. Enumerable.Range(0, keys.Length)], id);
    }

    private async Task UpsertAsync(params string[] keys)
    {
        await using var destination = Open();
        using var batch = Records($"upsert-{Guid.NewGuid():N}", Operation.Upsert, keys);
        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
    }

    private List<string?> Notes(params string[] keys) => [.. keys.Select(key => Held.Single(record => record[Id] == key).GetValueOrDefault("Note__c"))];

    private IReadOnlyList<IReadOnlyDictionary<string, string?>> Objects(string name) =>
        [.. _salesforce.Sandbox.Holdings("salesforce", VendorHarness.Account).Where(holding => holding.Kind == "object" && holding.Name == name).SelectMany(holding => holding.Records)];

    private void Script(string? path, ScriptAction then, int? times = 1) => _salesforce.Sandbox.Script.Add(
        new ScriptRule { Path = path is null ? $"salesforce/{VendorHarness.Account}" : $"salesforce/{VendorHarness.Account}/services/data/v67.0/{path}", Times = times, Then = then });

    private DestinationRequest Request(SyncMode mode, SalesforceObject? @object, SalesforceOptions? options, IDestinationMemory? memory = null)
    {
        var request = _salesforce.Request with { Mode = mode, Fields = [Id, "Note__c"], Time = _time, Memory = memory ?? _salesforce.Memory };
        return request with { Object = @object ?? request.Object, Options = options ?? request.Options };
    }

    private IDestination Open(SyncMode mode = SyncMode.Upsert, SalesforceObject? @object = null, SalesforceOptions? options = null, IDestinationMemory? memory = null)
    {
        var request = Request(mode, @object, options, memory);
        return ShapedDestination.Wrap(_salesforce.Type.Open(request), _salesforce.Type.Describe(request.Options, request.Object), request);
    }
}
