using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>The whole way: from the warehouse into a table, by the program.</summary>
public sealed class PostgresRunTests
{
    [Fact]
    public async Task A_mirror_follows_the_model()
    {
        var target = await PostgresTarget.CreateAsync();
        await using var project = await CdpProject.CreateAsync();
        project.Variables["SHOP_PASSWORD"] = PostgresServer.Password;
        project.Write(CdpProject.Config, $$"""
            {
              "project": "shop",
              "warehouse": { "type": "duckdb", "path": "shop.duckdb" },
              "destinations": {
                "crm": { "type": "postgres", "host": "{{target.Options.Host}}", "port": {{target.Options.Port}}, "database": "{{target.Options.Database}}",
                         "user": "{{target.Options.User}}", "password": "${env:SHOP_PASSWORD}", "sslMode": "disable" }
              }
            }
            """);
        project.Edit(CdpProject.Sync, "{ path: /customers, identifiers: [email] }", "{ table: customers, id: [email], create: true }");

        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(project.Query("select email || '|' || name || '|' || total::varchar from customers order by id"), await HeldAsync());
        Assert.Equal(["email text", "name text", "total numeric"],
            await target.QueryAsync("SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attnum > 0 ORDER BY attnum"));

        project.Sql("delete from customers where id = 1; update customers set email = 'new@shop.example' where id = 2; update customers set name = null where id = 3");
        (await project.RunAsync("run", "--allow-removed", "100%")).Exits(0);
        Assert.Equal(["c3@shop.example|NULL|31.50", "c4@shop.example|Customer 4|42.00", "c5@shop.example|Customer 5|52.50", "new@shop.example|Customer 2|21.00"], await HeldAsync());

        (await project.RunAsync("run")).Exits(0);
        Assert.Equal(4, (await HeldAsync()).Length);

        Task<string[]> HeldAsync() => target.QueryAsync("SELECT * FROM customers ORDER BY email");
    }
}
