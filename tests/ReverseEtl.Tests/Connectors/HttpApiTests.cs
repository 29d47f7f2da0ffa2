using ReverseEtl.Connectors.HttpApi;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Http;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Tests.Projects;
using Batches = ReverseEtl.Tests.Files.Batches;

namespace ReverseEtl.Tests.Connectors;

/// <summary>Requests and answers of an API that only the sync describes, over real HTTP.</summary>
public sealed class HttpApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_body_has_values_with_their_types_all_fields_texts_and_what_stands_as_it_is()
    {
        await using var server = await SmallServer.StartAsync(_ => (200, "{}"));
        await using var destination = Open(server, """
              upsert:
                method: PUT
                path: /contacts?source=cdp
                body:
                  list: 7
                  double_opt_in: false
                  note: null
                  zip: "0123"
                  contacts: { each: { key: "{{$key}}", id: "{{id}}", greeting: "Dear {{name}}, {{email}}", tags: [cdp, "{{name}}"], fields: "{{*}}" } }
            """, SyncMode.Upsert, new() { ["X-Account"] = new("acme") });
        using var batch = Batches.Upsert("b", ["k1", "k2"], Batches.Integer("id", 1, 2), Batches.Skipping("email", "a@x.example", null), Batches.Text("name", "A \"B\"", null));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var sent = Assert.Single(server.Received);
        Assert.Equal(("PUT", "/contacts?source=cdp", "acme"), (sent.Method, sent.Address, sent.Headers["X-Account"]));
        Assert.Equal(
            """{"list":7,"double_opt_in":false,"note":null,"zip":"0123","contacts":[""" +
            """{"key":"k1","id":1,"greeting":"Dear A \"B\", a@x.example","tags":["cdp","A \"B\""],"fields":{"id":1,"email":"a@x.example","name":"A \"B\""}},""" +
            """{"key":"k2","id":2,"greeting":"Dear , ","tags":["cdp",null],"fields":{"id":2,"name":null}}]}""",
            sent.Body);
    }

    [Theory]
    [InlineData("a/b?c=d&e#f", "/people/a%2Fb%3Fc%3Dd%26e%23f?by=id")]
    [InlineData("Ærø 1+1%", "/people/%C3%86r%C3%B8%201%2B1%25?by=id")]
    public async Task A_value_in_a_path_is_escaped(string value, string address)
    {
        await using var server = await SmallServer.StartAsync(_ => (204, ""));
        await using var destination = Open(server, """
              upsert: { method: PATCH, path: "/people/{{id}}?by=id", body: { email: "{{email}}", name: "{{name}}" } }
            """, SyncMode.Upsert);
        using var batch = Batches.Upsert("b", ["k"], Batches.Text("id", value), Batches.Text("email", "a@x.example"), Batches.Skipping("name", [null]));

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var sent = Assert.Single(server.Received);
        Assert.Equal(("PATCH", address, """{"email":"a@x.example"}"""), (sent.Method, sent.Address, sent.Body));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("..")]
    public async Task A_row_without_a_value_for_the_path_is_rejected_and_not_sent(string? value)
    {
        await using var server = await SmallServer.StartAsync(_ => (204, ""));
        await using var destination = Open(server, """
              upsert: { path: /people, body: "{{*}}" }
              remove: { method: DELETE, path: "/people/{{id}}" }
              identifiers: [id]
            """, SyncMode.Mirror);
        using var batch = Removal(value);

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal((OutcomeKind.Rejected, OutcomeCodes.InvalidValue), (report[0].Kind, report[0].Code));
        Assert.Empty(server.Received);
    }

    [Fact]
    public async Task A_row_without_any_identifier_is_rejected_and_the_others_are_sent()
    {
        await using var server = await SmallServer.StartAsync(_ => (200, ""));
        await using var destination = Open(server, """
              upsert: { path: /people, body: { each: "{{*}}" } }
              identifiers: [id, email]
            """, SyncMode.Upsert);
        using var batch = Batches.Upsert("b", ["1", "2", "3"], Batches.Text("id", "a", null, null), Batches.Text("email", null, null, "c@x.example"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal([null, OutcomeCodes.InvalidValue, null], Enumerable.Range(0, 3).Select(row => report[row].Code));
        Assert.Equal("""[{"id":"a","email":null},{"id":null,"email":"c@x.example"}]""", Assert.Single(server.Received).Body);
    }

    [Fact]
    public void Each_request_has_its_own_number_of_rows_and_a_mode_needs_its_requests()
    {
        var @object = HttpApiYaml.Object("""
              upsert: { path: /people, body: { each: "{{*}}" } }
              insert: { path: /people/new, rows_per_request: 20, body: { each: "{{*}}" } }
              remove: { method: DELETE, path: "/people/{{id}}" }
              identifiers: [id]
            """);

        var spec = new HttpApiDestinationType().Describe(null, @object);

        Assert.Equal((20, 1), (spec.MaxBatchRows, spec.MaxRemovalRows));
        Assert.Equal([SyncMode.Upsert, SyncMode.Insert, SyncMode.Mirror, SyncMode.Delete], spec.Modes);
        Assert.Equal(Enum.GetValues<SyncMode>(), spec.UnsafeToRepeat);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(404)]
    public async Task A_removal_is_done_also_where_there_is_nothing_left_and_its_request_has_no_body(int status)
    {
        await using var server = await SmallServer.StartAsync(_ => (status, ""));
        await using var destination = Open(server, """
              upsert: { path: /people, body: "{{*}}" }
              remove: { method: DELETE, path: "/people/{{id}}" }
              identifiers: [id]
            """, SyncMode.Mirror);
        using var batch = Removal("7");

        Assert.True((await destination.DeliverAsync(batch, Cancellation)).AllAccepted);

        var sent = Assert.Single(server.Received);
        Assert.Equal(("DELETE", "/people/7", "", false), (sent.Method, sent.Address, sent.Body, sent.Headers.ContainsKey("Content-Type")));
    }

    [Fact]
    public async Task A_404_rejects_the_row_that_the_path_names_and_stops_where_it_names_none()
    {
        await using var server = await SmallServer.StartAsync(_ => (404, ""));
        await using var one = Open(server, """  update: { method: PATCH, path: "/people/{{id}}", body: "{{*}}" }""", SyncMode.Update);
        using var batch = Batches.Of("b", Operation.Update, ChangeKind.Change, Batches.Text("key", "k"), Batches.Text("id", "7"));
        await using var all = Open(server, """  update: { path: /people, body: "{{*}}" }""", SyncMode.Update);

        Assert.Equal(OutcomeKind.Rejected, (await one.DeliverAsync(batch, Cancellation))[0].Kind);
        await Assert.ThrowsAsync<DestinationException>(async () => await all.DeliverAsync(batch, Cancellation));
    }

    [Theory]
    // By the value of a field, in another order; a row that is not named has not arrived for certain.
    [InlineData("results: { at: data.items, key: id, error: problem.text, code: problem.code }",
        """{"data":{"items":[{"id":"k2","problem":{"text":"no","code":"E1"}},{"id":"k1"}]}}""", "Accepted,Rejected E1 no,Unknown no_result")]
    // By a status for each.
    [InlineData("results: { at: items, key: id, ok: status, error: text }", """{"items":[{"id":"k1","status":201},{"id":"k2","status":409,"text":"no"},{"id":"k3","status":200}]}""",
        "Accepted,Rejected refused no,Accepted")]
    [InlineData("results: { key: id, ok: success }", """[{"id":"k1","success":true},{"id":"k2","success":false},{"id":"k3"}]""",
        "Accepted,Rejected refused,Rejected refused")]
    // By order, which a list of another length has not.
    [InlineData("results: { at: items, index: true, error: text }", """{"items":[{},{"text":"no"},{}]}""", "Accepted,Rejected refused no,Accepted")]
    [InlineData("results: { at: items, index: true, error: text }", """{"items":[{},{"text":"no"}]}""", "Unknown no_result,Unknown no_result,Unknown no_result")]
    // Only those that were refused.
    [InlineData("results: { at: errors, key: id, error: text, others_accepted: true }", """{"errors":[{"id":"k2","text":"no"}]}""", "Accepted,Rejected refused no,Accepted")]
    [InlineData("results: { at: errors, key: id, error: text, others_accepted: true }", """{"errors":[{"id":"K2","text":"no"}]}""", "Unknown no_result,Unknown no_result,Unknown no_result")]
    [InlineData("results: { at: errors, index: at, error: text, others_accepted: true }", """{"errors":[{"at":2,"text":"no"}]}""", "Accepted,Accepted,Rejected refused no")]
    [InlineData("results: { at: errors, index: at, error: text, others_accepted: true }", """{"errors":[{"at":9,"text":"no"}]}""", "Unknown no_result,Unknown no_result,Unknown no_result")]
    // A row that is to wait, and one that is told of twice.
    [InlineData("results: { at: items, key: id, error: text, code: code }\n  throttle: { code: busy }",
        """{"items":[{"id":"k1","text":"later","code":"busy"},{"id":"k2","text":"no"},{"id":"k2"},{"id":"k3"}]}""", "Retry busy later,Rejected refused no,Accepted")]
    public async Task Results_are_read_from_where_the_sync_says(string results, string answer, string expected)
    {
        await using var server = await SmallServer.StartAsync(_ => (200, answer));
        await using var destination = Open(server, """
              upsert: { path: /people, body: { each: "{{*}}" } }
              identifiers: [id]

            """ + "  " + results, SyncMode.Upsert);
        using var batch = Batches.Upsert("b", ["1", "2", "3"], Batches.Text("id", "k1", "k2", "k3"));

        var report = await destination.DeliverAsync(batch, Cancellation);

        Assert.Equal(expected, string.Join(',', Enumerable.Range(0, 3).Select(row => Said(report[row]))));
    }

    [Theory]
    [InlineData(200, """{"code":0}""", "Accepted")]
    [InlineData(200, """{"code":4001,"info":{"text":"bad"}}""", "Rejected 4001")]
    [InlineData(200, """{"code":429001}""", "Retry 429001")]
    [InlineData(403, """{"code":4001}""", "Retry 4001")]
    [InlineData(500, """{"code":1}""", "Retry 1")]
    public async Task An_error_in_the_body_counts_whatever_the_status(int status, string answer, string expected)
    {
        await using var server = await SmallServer.StartAsync(_ => (status, answer), ("X-Wait", "42"));
        await using var destination = Open(server, """
              upsert: { path: /people, body: "{{*}}" }
              error: { at: code, is_not: ["0"], message: info.text }
              throttle: { status: 403, code: ["429001"], retry_after: X-Wait }
              unusable: ["4002"]
            """, SyncMode.Upsert);
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("id", "k1"));

        var outcome = (await destination.DeliverAsync(batch, Cancellation))[0];

        Assert.Equal(expected, outcome.Kind is OutcomeKind.Accepted ? "Accepted" : $"{outcome.Kind} {outcome.Code}");
        Assert.Equal(outcome.Kind is OutcomeKind.Retry ? TimeSpan.FromSeconds(42) : null, outcome.RetryAfter);
    }

    [Fact]
    public async Task A_code_that_makes_the_rest_useless_stops_the_run()
    {
        await using var server = await SmallServer.StartAsync(_ => (200, """{"errors":[{"code":"closed","detail":"account is closed"}]}"""));
        await using var destination = Open(server, """
              upsert: { path: /people, body: "{{*}}" }
              error: { at: errors, code: errors.0.code, message: errors.0.detail }
              unusable: closed
            """, SyncMode.Upsert);
        using var batch = Batches.Upsert("b", ["1"], Batches.Text("id", "k1"));

        var stopped = await Assert.ThrowsAsync<DestinationException>(async () => await destination.DeliverAsync(batch, Cancellation));

        Assert.Contains("closed: account is closed", stopped.Message);
    }

    [Fact]
    public async Task Client_credentials_fetch_a_token_and_the_check_uses_it()
    {
        await using var server = await SmallServer.StartAsync(sent => sent.Address == "/oauth/token"
            ? (200, """{"access_token":"tok-1","expires_in":3600}""")
            : sent.Headers["Authorization"] == "Bearer tok-1" ? (200, "{}") : (401, ""));
        var client = new HttpApiClient { TokenUrl = new Uri(server.Url, "oauth/token"), ClientId = "me", ClientSecret = new("s3cret-1"), Scope = "write" };
        await using var destination = Open(server, """  upsert: { path: /people, body: "{{*}}" }""", SyncMode.Upsert, [], new() { Oauth = client }, "/me?full=1");

        await destination.CheckAsync(Cancellation);

        Assert.Equal(("POST", "grant_type=client_credentials&client_id=me&client_secret=s3cret-1&scope=write"), (server.Received[0].Method, server.Received[0].Body));
        Assert.Equal(("GET", "/me?full=1"), (server.Received[1].Method, server.Received[1].Address));
    }

    [Theory]
    [InlineData("upsert", """  upsert: { path: /p, body: { a: "{{emial}}" } }""", "object.upsert.body names {{emial}}, which is not mapped; did you mean \"email\"?")]
    [InlineData("upsert", """  upsert: { path: /p, body: { a: "{{email" } }""", "(object.upsert.body.a): \"{{email\" has a {{ that names no field; write {{field}}")]
    [InlineData("upsert", """  upsert: { path: /p, body: { a: "x {{*}}" } }""", "(object.upsert.body.a): {{*}} is an object, and must be the whole text")]
    [InlineData("upsert", """  upsert: { path: /p, body: { a: "{{id}}", b: { each: "{{*}}" } } }""", "(object.upsert.body.a): {{id}} stands outside of each, where there are many rows")]
    [InlineData("upsert", """  upsert: { path: /p, body: { each: { each: "{{*}}" } } }""", "(object.upsert.body.each): each stands within another each; there is one list of rows only")]
    [InlineData("upsert", """  upsert: { path: /p, body: { each: "{{*}}", x: 1 } }""", "(object.upsert.body): each makes a list of its object, so nothing can stand beside it")]
    [InlineData("upsert", """  upsert: { path: /p, body: 7 }""", "(object.upsert.body): a body must be an object or a list, but this is the number 7")]
    [InlineData("upsert", """  upsert: { path: "/p/{{id}}", body: { each: "{{*}}" } }""", "object.upsert.path names {{id}}, which is for one row per request")]
    [InlineData("upsert", """  upsert: { path: "/p/{{*}}" }""", "object.upsert.path: {{*}} is an object and cannot stand in a path")]
    [InlineData("upsert", """  upsert: { path: /p, rows_per_request: 10, body: "{{*}}" }""", "object.upsert.rows_per_request is 10, but the body has no { each: ... }")]
    [InlineData("upsert", """  upsert: { path: "https://x.example/p" }""", "object.upsert.path begins with a host")]
    [InlineData("upsert", """  upsert: { path: /p, method: GET }""", "object.upsert.method is \"GET\"; it can be POST, PUT, PATCH, DELETE")]
    [InlineData("mirror", """  upsert: { path: /p, body: "{{*}}" }""", "rows has no mode mirror; it has: upsert")]
    [InlineData("delete", """  remove: { path: "/p/{{email}}" }""", "object.remove.path names {{email}}, which is not among the identifiers")]
    [InlineData("upsert", """  upsert: { path: /p, body: "{{*}}" }, results: { at: x }""", "object.results needs either key")]
    [InlineData("upsert", """  results: []""", "rows has no mode upsert")]
    public void A_description_that_is_wrong_is_found_before_anything_is_sent(string mode, string description, string problem)
    {
        if (description.Contains("}, results", StringComparison.Ordinal))
            description = description.Replace("}, results", "}\n  results", StringComparison.Ordinal);

        Assert.Contains(problem, HttpApiYaml.Problems(description, mode)[0]);
    }

    [Fact]
    public async Task The_example_sends_what_its_API_asks_for()
    {
        var example = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "connectors/Http/example.yml"), Cancellation);
        var entry = example.Split('\n')[1].TrimStart('#').Trim();
        var project = new MemoryProject { Secrets = { ["ACTIVECAMPAIGN_TOKEN"] = "token-123456" } }
            .With("cdp.config.json", config => config.Replace("\"hook\":", $"{entry}, \"hook\":", StringComparison.Ordinal));
        project["models/syncs/example.yml"] = example;
        var sync = project.Load().Syncs.Single(sync => sync.Name == "customers_to_activecampaign");
        await using var server = await SmallServer.StartAsync(sent => sent.Method == "GET" ? (200, "{}") : (422, """{"errors":[{"title":"The email is not valid.","code":"email_invalid"}]}"""));
        await using var destination = sync.Type.Open(sync.Request("", "run1", TimeProvider.System) with { Options = (HttpApiOptions)sync.Options! with { BaseUrl = new Uri(server.Url, "api/3") } });
        using var batch = Batches.Upsert("b", ["7"], Batches.Text("email", "a@x.example"), Batches.Text("first_name", "Ann"), Batches.Text("last_name", [null]),
            Batches.Skipping("phone", [null]), Batches.Typed("lifetime_value", FieldType.Decimal, "12.50"));

        await destination.CheckAsync(Cancellation);
        var outcome = (await destination.DeliverAsync(batch, Cancellation))[0];

        Assert.Equal([("GET", "/api/3/users/me"), ("POST", "/api/3/contact/sync")], server.Received.Select(sent => (sent.Method, sent.Address)));
        Assert.All(server.Received, sent => Assert.Equal("token-123456", sent.Headers["Api-Token"]));
        Assert.Equal(
            """{"contact":{"email":"a@x.example","firstName":"Ann","lastName":"","fieldValues":[{"field":"1","value":12.50}]}}""", server.Received[1].Body);
        Assert.Equal((OutcomeKind.Rejected, "email_invalid"), (outcome.Kind, outcome.Code));
        Assert.Contains("The email is not valid.", outcome.Message);
    }

    private static IDestination Open(SmallServer server, string description, SyncMode mode, Dictionary<string, Secret>? headers = null, HttpApiAuth? auth = null, string? check = null)
    {
        var (type, @object) = (new HttpApiDestinationType(), HttpApiYaml.Object(description, mode.ToString().ToLowerInvariant()));
        var request = new DestinationRequest
        {
            Options = new HttpApiOptions { Type = "http", Url = server.Url, Headers = headers ?? [], Auth = auth ?? new(), Check = check },
            Object = @object,
            Sync = "s",
            Model = "m",
            Mode = mode,
            Key = ["key"],
            Fields = ["id", "email", "name"],
            ProjectFolder = ".",
        };
        return ShapedDestination.Wrap(type.Open(request), type.Describe(request.Options, @object), request);
    }

    private static ChangeBatch Removal(string? id) => new("b", Operation.Remove, [0], [ChangeKind.Remove], [Batches.Text("key", "k")], [], [Batches.Text("id", id)]);

    private static string Said(RowOutcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Accepted => "Accepted",
        OutcomeKind.Unknown => $"Unknown {outcome.Code}",
        _ when outcome.Message!.Contains(' ') => $"{outcome.Kind} {outcome.Code}",
        _ => $"{outcome.Kind} {outcome.Code} {outcome.Message}",
    };
}
