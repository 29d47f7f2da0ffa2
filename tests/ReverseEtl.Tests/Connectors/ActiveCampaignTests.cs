using ReverseEtl.Conformance.Destination;
using ReverseEtl.Connectors.ActiveCampaign;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>What is special about ActiveCampaign.</summary>
public sealed class ActiveCampaignTests
{
    private const string Ann = "ann@example.com";
    private const string Bob = "bob@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_contact_has_texts_and_custom_fields_by_their_numbers_and_null_empties_a_field()
    {
        await using var harness = await ContactsAsync();
        harness.Field("Favourite colours", "COLOURS");
        await using var destination = harness.Open(SyncMode.Upsert, "email", "firstName", "lastName", "phone", "Plan", "%colours%", "Orders");
        harness.Field("Orders");
        using var batch = Batches.Upsert("b", ["7"],
            Batches.Text("email", Ann), Batches.Text("firstName", "Ann"), Batches.Text("lastName", [null]), Batches.Skipping("phone", [null]),
            Batches.Text("Plan", "gold"), Batches.Typed("%colours%", FieldType.Json, """["red","dark blue"]"""), Batches.Integer("Orders", 12));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var sent = Assert.Single(harness.Calls("POST", "contact/sync"));
        Assert.Equal(
            """{"contact":{"email":"ann@example.com","firstName":"Ann","lastName":"","fieldValues":[{"field":"1","value":"gold"},{"field":"2","value":"||red||dark blue||"},{"field":"3","value":"12"}]}}""",
            sent.Text);
        Assert.Equal(harness.Secret.Reveal(), sent.Headers["Api-Token"]);
    }

    [Fact]
    public async Task An_update_leaves_alone_what_is_not_mapped_and_asks_for_no_custom_fields()
    {
        await using var harness = await ContactsAsync();
        await UpsertAsync(harness, Batches.Text("email", Ann), Batches.Text("firstName", "Ann"), Batches.Text("Plan", "gold"));
        var asked = harness.Calls("GET", "fields").Count();

        await UpsertAsync(harness, Batches.Text("email", Ann), Batches.Text("lastName", "Lee"));

        var contact = Assert.Single(harness.Held("contacts"));
        Assert.Equal(("Ann", "Lee", "gold", asked), (contact["firstName"], contact["lastName"], contact["Plan"], harness.Calls("GET", "fields").Count()));
    }

    [Fact]
    public async Task A_custom_field_is_found_on_any_page_and_its_tag_goes_before_titles()
    {
        await using var harness = await ContactsAsync();
        for (var field = 2; field <= 101; field++)
            harness.Field($"Field {field}");
        var tagged = harness.Field("Another", "ORDERS_TAG");
        harness.Field("ORDERS_TAG", "OTHER");

        await UpsertAsync(harness, Batches.Text("email", Ann), Batches.Text("ORDERS_TAG", "12"), Batches.Text("Field 101", "x"));

        Assert.EndsWith($$$"""[{"field":"{{{tagged}}}","value":"12"},{"field":"101","value":"x"}]}}""", Assert.Single(harness.Calls("POST", "contact/sync")).Text);
        Assert.Equal(["?limit=100&offset=0", "?limit=100&offset=100"], harness.Calls("GET", "fields").Select(request => request.Query));
    }

    [Theory]
    [InlineData("Shoe size", "no custom field with the personal tag or title \"Shoe size\"")]
    [InlineData("Twin", "2 custom fields with the title \"Twin\"")]
    public async Task A_custom_field_that_is_not_there_or_not_clear_is_named_by_the_check_and_stops_the_run(string field, string said)
    {
        await using var harness = await ContactsAsync();
        harness.Field("Twin", "TWIN_A");
        harness.Field("Twin", "TWIN_B");
        await using var destination = harness.Open(SyncMode.Upsert, "email", field);
        using var batch = Batches.Upsert("b", ["a"], Batches.Text("email", Ann), Batches.Text(field, "x"));

        Assert.Contains(said, (await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation))).Message);
        Assert.Contains(said, (await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation))).Message);
        Assert.Empty(harness.Held("contacts"));
    }

    [Fact]
    public async Task A_contact_who_was_made_anew_by_hand_is_deleted_by_the_new_number_and_nobody_else_is()
    {
        await using var harness = await ContactsAsync();
        var first = harness.Contact(Ann);
        harness.Contact(Bob);
        await RemoveAsync(harness, Ann);
        var second = harness.Contact(Ann);

        await RemoveAsync(harness, Ann.ToUpperInvariant());
        await RemoveAsync(harness, Ann);

        Assert.NotEqual(first, second);
        Assert.Equal([$"/{first}", $"/{second}"], harness.Calls("DELETE", "").Select(request => request.Path[request.Path.LastIndexOf('/')..]));
        Assert.Equal([Bob], harness.Held("contacts").Select(contact => contact["email"]));
    }

    [Fact]
    public async Task A_removal_that_is_not_answered_is_unknown()
    {
        await using var harness = await ContactsAsync();
        harness.Contact(Ann);
        harness.TryScript(new Trouble(TroubleKind.DisconnectAfter));
        await using var destination = harness.Open(SyncMode.Mirror, "email");
        using var batch = Removal(Ann);

        Assert.Equal(OutcomeKind.Unknown, (await destination.DeliverAsync(batch, Cancellation))[0].Kind);
        Assert.Empty(harness.Held("contacts"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_row_is_told_in_the_vendors_words()
    {
        await using var harness = await ContactsAsync();

        var outcome = await UpsertAsync(harness, Batches.Text("email", "nobody"));

        Assert.Equal((OutcomeKind.Rejected, "email_invalid"), (outcome.Kind, outcome.Code));
        Assert.Contains("Contact Email Address is not valid.", outcome.Message);
        Assert.Contains("/data/attributes/email", outcome.Message);
    }

    [Fact]
    public async Task Unsubscribing_from_a_list_touches_no_other_one()
    {
        await using var harness = await ListAsync();
        var (contact, other) = (harness.Contact(Ann), harness.List("Others"));
        harness.SetStatus(other, contact, 1);
        await UpsertAsync(harness, Batches.Text("email", Ann));
        Assert.Equal([Ann], harness.On("VIP"));

        await RemoveAsync(harness, Ann);

        Assert.Equal(("2", "1"), (harness.Statuses(contact)[$"{harness.Number}"], harness.Statuses(contact)[$"{other}"]));
        Assert.Equal([$$$"""{"contactList":{"list":{{{harness.Number}}},"contact":{{{contact}}},"status":1}}""", $$$"""{"contactList":{"list":{{{harness.Number}}},"contact":{{{contact}}},"status":2}}"""],
            harness.Calls("POST", "contactLists").Select(request => request.Text));
    }

    [Fact]
    public async Task Who_was_never_on_the_list_or_left_by_themselves_is_not_unsubscribed()
    {
        await using var harness = await ListAsync();
        long stranger = harness.Contact(Ann), gone = harness.Contact(Bob);
        harness.SetStatus(harness.Number, gone, 2);

        await RemoveAsync(harness, Ann);
        await RemoveAsync(harness, Bob);
        await RemoveAsync(harness, "nobody@example.com");

        Assert.Empty(harness.Statuses(stranger));
        Assert.Empty(harness.Calls("POST", "contactLists"));
        Assert.Equal("unsubscribed", (await UpsertAsync(harness, Batches.Text("email", Bob))).Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_unsubscribed_is_subscribed_again_only_where_the_sync_says_so(bool says)
    {
        await using var harness = await ListAsync(says);
        var contact = harness.Contact(Ann);
        await UpsertAsync(harness, Batches.Text("email", Ann));
        harness.SetStatus(harness.Number, contact, 2);

        var outcome = await UpsertAsync(harness, Batches.Text("email", Ann));

        Assert.Equal(says ? (OutcomeKind.Accepted, null, null) : (OutcomeKind.Rejected, "unsubscribed", RowOutcome.Never), (outcome.Kind, outcome.Code, outcome.Due));
        Assert.Equal(says ? [Ann] : [], harness.On("VIP"));
    }

    [Fact]
    public async Task Who_left_the_model_and_comes_back_is_subscribed_again_until_they_unsubscribe_themselves()
    {
        await using var harness = await ListAsync();
        var contact = harness.Contact(Ann);
        await UpsertAsync(harness, Batches.Text("email", Ann));
        await RemoveAsync(harness, Ann);
        Assert.Empty(harness.On("VIP"));

        Assert.True((await UpsertAsync(harness, Batches.Text("email", Ann))).IsAccepted);
        Assert.Equal([Ann], harness.On("VIP"));
        harness.SetStatus(harness.Number, contact, 2);

        Assert.Equal("unsubscribed", (await UpsertAsync(harness, Batches.Text("email", Ann))).Code);
        Assert.Empty(harness.On("VIP"));
    }

    [Theory]
    [InlineData(TroubleKind.DisconnectAfter, true)]
    [InlineData(TroubleKind.ServerError, true)]
    [InlineData(TroubleKind.RefuseRow, false)]
    [InlineData(TroubleKind.Throttle, false)]
    [InlineData(TroubleKind.RefuseCredentials, false)]
    public async Task A_removal_that_may_have_arrived_is_cdps_own_and_one_that_did_not_is_not(TroubleKind trouble, bool isOurs)
    {
        await using var harness = await ListAsync();
        var email = harness.Value("a");
        var contact = harness.Contact(email);
        await UpsertAsync(harness, Batches.Text("email", email));
        harness.TryScript(new Trouble(trouble) { Key = "a" });
        if (trouble is TroubleKind.RefuseCredentials)
            await Assert.ThrowsAsync<DestinationException>(() => RemoveAsync(harness, email));
        else
            await RemoveAsync(harness, email, isAccepted: false);
        harness.SetStatus(harness.Number, contact, 2);

        Assert.Equal(isOurs, (await UpsertAsync(harness, Batches.Text("email", email))).IsAccepted);

        Assert.Equal(isOurs ? ["a"] : [], (await harness.RowsAsync()).Select(row => row["email"]));
    }

    [Fact]
    public async Task A_contact_that_somebody_deletes_meanwhile_is_not_there_and_ends_no_run()
    {
        await using var contacts = await ContactsAsync();
        await using var list = await ListAsync();
        foreach (var harness in new[] { contacts, list })
        {
            var contact = harness.Contact(Ann);
            harness.Sandbox.Script.Add(new ScriptRule { Path = $"activecampaign/account/api/3/contacts/{contact}", Times = null, Then = new ScriptAction { Trouble = VendorTrouble.Missing } });
        }

        Assert.True((await RemoveAsync(contacts, Ann)).IsAccepted);
        Assert.True((await RemoveAsync(list, Ann)).IsAccepted);
        Assert.Equal("no_record", (await UpsertAsync(list, Batches.Text("email", Ann))).Code);
        Assert.Single(contacts.Calls("DELETE", ""));
        Assert.Equal(2, list.Calls("GET", "/contactLists").Count());
    }

    [Fact]
    public async Task Who_is_no_contact_is_rejected_until_they_are_one()
    {
        await using var harness = await ListAsync();
        Assert.Equal("no_record", (await UpsertAsync(harness, Batches.Text("email", Ann))).Code);

        harness.Contact(Ann);

        Assert.True((await UpsertAsync(harness, Batches.Text("email", Ann))).IsAccepted);
    }

    [Fact]
    public async Task A_list_is_made_once_where_the_sync_says_so_and_others_with_the_name_in_theirs_are_not_it()
    {
        await using var harness = await ContactsAsync();
        harness.List("VIP old");
        harness.Contact(Ann);
        var type = new ActiveCampaignDestinationType();
        var request = harness.Request with { Object = new ActiveCampaignObject { List = "VIP" }, Fields = ["email"] };
        await using (var without = type.Open(request))
        {
            Assert.Contains("create: true", (await Assert.ThrowsAsync<DestinationException>(async () => await without.CheckAsync(Cancellation))).Message);
        }

        for (var run = 0; run < 2; run++)
        {
            await using var destination = type.Open(request with { Object = new ActiveCampaignObject { List = "VIP", Create = true }, Memory = new ForgetfulMemory() });
            await destination.CheckAsync(Cancellation);
            using var batch = Batches.Upsert("b", ["a"], Batches.Text("email", Ann));
            Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);
        }

        Assert.Equal([Ann], harness.On("VIP"));
        Assert.Empty(harness.On("VIP old"));
        Assert.Matches("""^{"list":{"name":"VIP","stringid":"cdp-[0-9a-f]{12}","sender_url":"https://shop.example","sender_reminder":"You shop here"}}$""",
            Assert.Single(harness.Calls("POST", "lists")).Text);
    }

    [Fact]
    public async Task Two_lists_of_one_name_are_not_chosen_between()
    {
        await using var harness = await ListAsync();
        harness.List("VIP", "another");
        await using var destination = harness.Open(SyncMode.Mirror, "email");

        Assert.Contains("2 lists named \"VIP\"", (await Assert.ThrowsAsync<DestinationException>(async () => await destination.CheckAsync(Cancellation))).Message);
    }

    [Fact]
    public void A_sync_is_told_what_lists_and_addresses_need()
    {
        var type = new ActiveCampaignDestinationType();
        var options = new ActiveCampaignOptions { Type = "activecampaign", Url = new Uri("https://acme.api-us1.com"), Token = new("k") };
        var request = new DestinationRequest
        {
            Options = options,
            Object = new ActiveCampaignObject { List = "VIP", Create = true },
            Sync = "s",
            Model = "m",
            Mode = SyncMode.Mirror,
            Key = ["id"],
            Fields = ["email"],
            ProjectFolder = ".",
        };

        Assert.Contains("senderReminder", Assert.Single(type.Check(request)));
        Assert.Contains("about lists", Assert.Single(type.Check(request with { Object = new ActiveCampaignObject { Resubscribe = true } })));
        var contacts = request with { Object = new ActiveCampaignObject() };
        Assert.Contains("without a path: https://acme.api-us1.com", Assert.Single(type.Check(contacts with { Options = options with { Url = new Uri("https://acme.api-us1.com/api/3") } })));
        Assert.Contains("requestsPerSecond", Assert.Single(type.Check(contacts with { Options = options with { RequestsPerSecond = 0 } })));
        Assert.Contains("email", Assert.Single(type.Check(contacts with { Fields = ["firstName"] })));
        Assert.Empty(type.Check(contacts));
    }

    private static async Task<ActiveCampaignHarness> ContactsAsync() => new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation));

    private static async Task<ActiveCampaignListHarness> ListAsync(bool resubscribe = false) =>
        new(await SandboxServer.StartAsync(new SandboxOptions(), Cancellation), resubscribe);

    /// <summary>Tells a row, in a run of its own.</summary>
    private static async Task<RowOutcome> UpsertAsync(ActiveCampaignHarness harness, params FieldColumn[] fields)
    {
        await using var destination = harness.Open(SyncMode.Mirror, [.. fields.Select(field => field.Name)]);
        using var batch = Batches.Upsert("b", ["a"], fields);
        return (await destination.DeliverAsync(batch, Cancellation))[0];
    }

    /// <summary>Takes a row out, in a run of its own.</summary>
    private static async Task<RowOutcome> RemoveAsync(ActiveCampaignHarness harness, string email, bool isAccepted = true)
    {
        await using var destination = harness.Open(SyncMode.Mirror, "email");
        using var batch = Removal(email);
        var outcome = (await destination.DeliverAsync(batch, Cancellation))[0];
        Assert.Equal(isAccepted, outcome.IsAccepted);
        return outcome;
    }

    private static ChangeBatch Removal(string email) => Batches.Remove("r", "a").With([], [Batches.Text("email", email)]);
}
