using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Warehouses;

/// <summary>A project on PostgreSQL, by the program.</summary>
public sealed class PostgresProjectTests
{
    private const string Out = "out/customers.csv";

    [Fact]
    public async Task A_mirror_in_a_file_follows_the_model()
    {
        await using var project = await CdpProject.CreateAsync();
        var source = await UseAsync(project);
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(["email,name,total", "c1@shop.example,Customer 1,10.50", "c2@shop.example,Customer 2,21.00", "c3@shop.example,Customer 3,31.50"], Lines(project));

        await source.RunAsync("delete from shop.customers where id = 1; update shop.customers set name = null where id = 2; insert into shop.customers values (4, 'd@shop.example', 'Dø', 0)");
        Assert.Contains("\"added\":1", (await project.RunAsync("plan", "--json")).Exits(0).Out.Replace(" ", "", StringComparison.Ordinal));
        (await project.RunAsync("plan", "--out", "a.plan")).Exits(0);
        (await project.RunAsync("apply", "a.plan", "--allow-removed", "100%")).Exits(0);
        Assert.Equal(["email,name,total", "c2@shop.example,,21.00", "c3@shop.example,Customer 3,31.50", "d@shop.example,Dø,0.00"], Lines(project));
        var again = (await project.RunAsync("run", "--json")).Exits(0);
        Assert.Equal("unchanged", again.Run.GetProperty("status").GetString());
        Assert.True((await project.RunAsync("explain", "customers_to_crm", "4", "--json")).Exits(0).Json.GetProperty("in_model").GetBoolean());
        Assert.Equal(3, (await project.RunAsync("preview", "customers", "--json")).Exits(0).Json.GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task A_role_with_what_doctor_prints_and_nothing_else_is_enough()
    {
        await using var project = await CdpProject.CreateAsync();
        var source = await UseAsync(project, asReader: true);
        await source.RunAsync("revoke all on schema public from public; create schema other; create table other.secret as select 1 as id");
        (await project.RunAsync("validate")).Exits(0);
        (await project.RunAsync("validate", "--connect")).Fails(2, "models/customers.sql", "permission denied for schema shop", $"GRANT USAGE ON SCHEMA shop TO \"{source.Reader}\"");
        (await project.RunAsync("doctor")).Exits(0);

        var grants = (await project.RunAsync("doctor", "--grants")).Exits(0).Out;
        Assert.Contains($"GRANT SELECT ON \"shop\".\"customers\" TO \"{source.Reader}\";", grants);
        Assert.DoesNotContain("cdp_planner", grants);
        await source.RunAsync(grants);
        (await project.RunAsync("validate", "--connect")).Exits(0);
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(4, Lines(project).Length);

        project.Edit(CdpProject.Model, "{{ source('shop', 'customers') }}", "(select 1 as id, 'a' as email, 'b' as name, count(*) as total from other.secret) s");
        (await project.RunAsync("validate", "--connect")).Fails(2, "permission denied for schema other");
    }

    [Fact]
    public async Task A_warehouse_that_is_not_there()
    {
        await using var project = await CdpProject.CreateAsync();
        await UseAsync(project);
        project.Variables["SHOP_PASSWORD"] = "wr0ng-secret";
        foreach (var command in new[] { "run", "plan", "doctor" })
        {
            var result = await project.RunAsync(command);
            result.Exits(4);
            Assert.Contains("password authentication failed", result.Out + result.Error);
            Assert.DoesNotContain("wr0ng-secret", result.ToString());
        }

        (await project.RunAsync("validate")).Exits(0);
    }

    [Fact]
    public async Task An_empty_database_is_filled_once()
    {
        await using var project = await CdpProject.CreateAsync();
        var source = await UseAsync(project);
        project.Edit(CdpProject.Config, "\"sslMode\": \"disable\" }", "\"sslMode\": \"disable\", \"bootstrap\": [\"seed.sql\"] }");
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(4, Lines(project).Length);

        await source.RunAsync("drop schema shop cascade");
        (await project.RunAsync("run")).Fails(4, "warehouse.bootstrap names seed.sql, which is not there");
        project.Write("seed.sql", "create schema shop; create table shop.customers as select 1 as id, 'a' as email, 'b' as name, 1.5::numeric(10,2) as total; select 1/0");
        (await project.RunAsync("run")).Fails(4, "seed.sql: division by zero");
        project.Edit("seed.sql", "; select 1/0", "");
        var first = (await project.RunAsync("run", "--allow-removed", "100%")).Exits(0);
        Assert.Contains("from seed.sql (once)", first.Error);
        Assert.Equal(["email,name,total", "a,b,1.50"], Lines(project));
        Assert.DoesNotContain("seed.sql", (await project.RunAsync("run")).Exits(0).Error);
    }

    [Fact]
    public async Task Tests_of_models_run_on_the_server_and_leave_nothing()
    {
        await using var project = await CdpProject.CreateAsync();
        var source = await UseAsync(project);
        project.Write("models/big.sql", """
            /* ---
            kind: table
            key: id
            --- */
            select id, round(total, 1) as total, created_at::date as day, tags @> array['vip'] as is_vip
            from {{ ref('customers') }} join {{ source('shop', 'more') }} using (id) where created_at < {{ as_of }}
            """);
        project.Write("models/tests/big.yml", """
            - test: passes
              model: big
              as_of: 2026-11-22T00:00:00Z
              given:
                customers: { csv: models/tests/customers.csv, types: { id: integer } }
                shop.more:
                  - { id: 1, created_at: "2026-01-01T10:00:00", tags: [vip, new] }
                  - { id: 2, created_at: "2026-12-01T10:00:00", tags: [] }
              expect:
                - { id: 1, total: 12.3, day: 2026-01-01, is_vip: true }
            - test: fails
              model: big
              as_of: 2026-11-22T00:00:00Z
              given:
                shop.customers: [{ id: 1, email: a, name: b, total: 1.25 }]
                shop.more: { rows: [], types: { id: int, created_at: timestamptz, tags: "text[]" } }
              expect:
                - { id: 1, total: 1.3 }
            """);
        project.Write("models/tests/customers.csv", "id,email,name,total\n1,a@b.example,A,12.349\n2,,,1\n");
        var result = await project.RunAsync("test");
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains("passed  big: passes", result.Out);
        Assert.Contains("failed  big: fails", result.Out);
        Assert.Contains("missing     {\"id\":1,\"total\":1.3}", result.Out);
        Assert.Null(await source.ValueAsync("select 1 from pg_class where relname like 'cdp%'"));

        project.Write("models/tests/big.yml", """
            test: refused
            model: big
            as_of: 2026-11-22T00:00:00Z
            given:
              customers: [{ id: 1, total: x }]
              shop.more: [{ id: 1, created_at: "2026-01-01T10:00:00", tags: [vip] }]
            expect: [{ id: 1 }]
            """);
        (await project.RunAsync("test")).Fails(2, "models/big.sql:5", "function round(text, integer) does not exist");
    }

    [Fact]
    public async Task A_model_may_have_other_words_for_a_warehouse()
    {
        await using var project = await CdpProject.CreateAsync();
        var source = await UseAsync(project);
        project.Write(CdpProject.Model, """
            /* ---
            kind: profile
            key: id
            dialects: { postgres: customers.postgres.sql }
            --- */
            select id, email, name, total from {{ source('shop', 'customers') }} where list_contains([1, 2], id)
            """);
        project.Write("models/customers.postgres.sql", "select id, email, name, total from {{ source('shop', 'customers') }}\nwhere id = any (array[1, 2]) and nmae is null");
        (await project.RunAsync("validate", "--connect")).Fails(2, "models/customers.postgres.sql:2", "column \"nmae\" does not exist");
        project.Edit("models/customers.postgres.sql", " and nmae is null", "");
        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(3, Lines(project).Length);
        await source.RunAsync("truncate shop.customers");
        (await project.RunAsync("run")).Exits(3);
    }

    /// <summary>Moves the project to a new database, with the file destination.</summary>
    private static async Task<PostgresSource> UseAsync(CdpProject project, bool asReader = false)
    {
        var source = await PostgresSource.CreateAsync("""
            create schema shop; create table shop.customers (id integer, email text, name text, total numeric(10,2));
            insert into shop.customers select i, 'c' || i || '@shop.example', 'Customer ' || i, i * 10.5 from generate_series(1, 3) i;
            """);
        if (asReader)
            await source.MakeReaderAsync();
        project.Variables["SHOP_PASSWORD"] = PostgresServer.Password;
        project.Write(CdpProject.Config, $$"""
            { "project": "shop", "warehouse": {{source.Json(asReader ? source.Reader : null)}}, "destinations": { "files": { "type": "file", "path": "out" } } }
            """);
        project.Edit(CdpProject.Model, "from customers", "from {{ source('shop', 'customers') }}");
        project.Edit(CdpProject.Sync, "destination: crm", "destination: files");
        project.Edit(CdpProject.Sync, "{ path: /customers, identifiers: [email] }", "{ name: customers, format: csv }");
        return source;
    }

    private static string[] Lines(CdpProject project) => File.ReadAllLines(Path.Combine(project.Folder, Out));
}
