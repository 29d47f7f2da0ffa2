using Npgsql;
using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Core.Delivery;
using static ReverseEtl.IntegrationTests.Postgres.PostgresTarget;

namespace ReverseEtl.IntegrationTests.Postgres;

/// <summary>What the modes do to a table's rows.</summary>
public sealed class PostgresRowsTests
{
    private const string Customers = "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, phone text DEFAULT 'none', seen int DEFAULT 7, deleted_at timestamptz)";
    private const string Two = Customers + "; INSERT INTO customers VALUES (1, 'Ann', '11'), (2, 'Bo', '22')";

    [Fact]
    public async Task An_upsert_touches_only_the_mapped_columns()
    {
        var target = await CreateAsync(Two);

        await target.AcceptedAsync(Upserts(Whole("id", 2, 3), Text("name", "Bea", "Cy")));

        Assert.Equal(["1|Ann|11|7", "2|Bea|22|7", "3|Cy|none|7"], await Customer(target));
    }

    [Fact]
    public async Task A_row_that_is_there_takes_some_columns_though_the_others_may_not_be_null()
    {
        var target = await CreateAsync(Two);
        target.Fields = ["id", "name", "phone"];

        await target.AcceptedAsync(Upserts(Whole("id", 1), Text("phone", "33")));

        Assert.Equal(["1|Ann|33|7", "2|Bo|22|7"], await Customer(target));
    }

    [Fact]
    public async Task Under_null_skip_a_row_keeps_what_it_has_and_a_new_one_gets_the_default()
    {
        var target = await CreateAsync(Two);
        target.Fields = ["id", "name", "phone"];

        await target.AcceptedAsync(Upserts(Whole("id", 1, 2, 3), Text("name", "A", "B", "C"), Column("phone", FieldType.Text, omitNull: true, null, "44", null)));

        Assert.Equal(["1|A|11|7", "2|B|44|7", "3|C|none|7"], await Customer(target));
    }

    [Fact]
    public async Task A_null_clears_and_does_not_become_the_default()
    {
        var target = await CreateAsync(Two);
        target.Fields = ["id", "name", "phone"];

        await target.AcceptedAsync(Upserts(Whole("id", 1, 3), Text("name", "A", "C"), Text("phone", null, null)));

        Assert.Equal(["1|A|NULL|7", "2|Bo|22|7", "3|C|NULL|7"], await Customer(target));
    }

    [Fact]
    public async Task An_update_leaves_out_what_is_not_there()
    {
        var target = await CreateAsync(Two);
        target.Mode = SyncMode.Update;

        await target.AcceptedAsync(Batch(Operation.Update, [Whole("id", 2, 3), Text("name", "Bea", "Cy")], []));

        Assert.Equal(["1|Ann|11|7", "2|Bea|22|7"], await Customer(target));
    }

    [Fact]
    public async Task An_insert_leaves_alone_what_is_there()
    {
        var target = await CreateAsync(Two);
        target.Mode = SyncMode.Insert;

        await target.AcceptedAsync(Batch(Operation.Insert, [Whole("id", 2, 3), Text("name", "Bea", "Cy")], []));

        Assert.Equal(["1|Ann|11|7", "2|Bo|22|7", "3|Cy|none|7"], await Customer(target));
    }

    [Fact]
    public async Task Mode_delete_deletes_whatever_a_mirror_would_do()
    {
        var target = await CreateAsync(Two);
        (target.Mode, target.OnRemoved, target.Fields) = (SyncMode.Delete, Removal.Clear, ["id"]);

        await target.AcceptedAsync(Removals(Whole("id", 2)));

        Assert.Equal(["1|Ann|11|7"], await Customer(target));
    }

    [Fact]
    public async Task A_removal_goes_by_the_identifiers_that_were_sent_and_takes_no_other()
    {
        var target = await CreateAsync("CREATE TABLE customers (tenant text, email text, name text, UNIQUE (email, tenant)); INSERT INTO customers VALUES ('dk', 'old@x', 'Ann'), ('se', 'old@x', 'Bo'), ('dk', 'new@x', 'Cy')");
        target.Object = target.Object with { Id = ["tenant", "email"] };
        target.Fields = ["tenant", "email", "name"];

        await target.AcceptedAsync(Removals(Text("tenant", "dk", null), Text("email", "old@x", "new@x")));

        Assert.Equal(["se|old@x|Bo", "dk|new@x|Cy"], await target.QueryAsync("SELECT * FROM customers ORDER BY name"));
    }

    [Fact]
    public async Task On_removed_clear_empties_the_mapped_columns_and_no_others()
    {
        var target = await CreateAsync(Two);
        (target.OnRemoved, target.Fields) = (Removal.Clear, ["id", "phone"]);

        await target.AcceptedAsync(Removals(Whole("id", 1)));

        Assert.Equal(["1|Ann|NULL|7", "2|Bo|22|7"], await Customer(target));
    }

    [Fact]
    public async Task On_removed_archive_keeps_the_first_time_until_the_row_comes_back()
    {
        const string Archived = "SELECT id, deleted_at FROM customers ORDER BY id";
        var target = await CreateAsync(Two);
        target.OnRemoved = Removal.Archive;

        await target.AcceptedAsync(Removals(Whole("id", 1)));
        var first = await target.QueryAsync(Archived);
        await target.AcceptedAsync(Removals(Whole("id", 1)));
        Assert.Equal(first, await target.QueryAsync(Archived));
        Assert.DoesNotContain("1|NULL", first);
        await target.AcceptedAsync(Upserts(Whole("id", 1), Text("name", "Ann")));

        Assert.Equal(["1|NULL", "2|NULL"], await target.QueryAsync(Archived));
    }

    [Fact]
    public async Task Of_rows_with_the_same_id_the_last_one_counts()
    {
        var target = await CreateAsync(Two);

        await target.AcceptedAsync(Upserts(Whole("id", 3, 1, 3, 1), Text("name", "x", "y", "Cy", "Ann!")));

        Assert.Equal(["1|Ann!|11|7", "2|Bo|22|7", "3|Cy|none|7"], await Customer(target));
    }

    [Fact]
    public async Task A_row_without_id_is_refused_alone_where_the_index_would_let_it_in()
    {
        var target = await CreateAsync("CREATE TABLE customers (id int UNIQUE, name text)");
        await using var destination = target.OpenDriven();

        var report = await SendAsync(destination, Upserts(Whole("id", 1, null, 3), Text("name", "a", "b", "c")));

        Assert.Equal([OutcomeKind.Accepted, OutcomeKind.Rejected, OutcomeKind.Accepted], Enumerable.Range(0, 3).Select(row => report[row].Kind));
        Assert.Contains("no value in id", report[1].Message);
        Assert.Equal(["1|a", "3|c"], await target.QueryAsync("SELECT * FROM customers ORDER BY 1"));
    }

    [Fact]
    public async Task Names_may_have_any_characters()
    {
        string[] names = ["a\"b", "x'; DROP TABLE kept; --", "@p :q $1 ?", "Ærø 東京", "order", "tab\there", "%s{0}"];
        var target = await CreateAsync("CREATE SCHEMA \"s.\"\"x\"; CREATE TABLE kept (n int)");
        target.Object = new PostgresObject { Schema = "s.\"x", Table = "t \";'@p", Id = [names[0]], Create = true };
        target.Fields = names;

        foreach (var value in (string[])["one", "two"])
            await target.AcceptedAsync(Upserts([.. names.Select((name, i) => Text(name, i == 0 ? "k" : value))]));
        await target.AcceptedAsync(Removals(Text(names[0], "other")));

        Assert.Equal([string.Join('|', ["k", .. Enumerable.Repeat("two", names.Length - 1)])], await target.QueryAsync("SELECT * FROM \"s.\"\"x\".\"t \"\";'@p\""));
        Assert.Empty(await target.QueryAsync("SELECT * FROM kept"));
    }

    [Fact]
    public async Task A_table_is_made_with_the_types_of_the_columns_and_an_existing_one_is_left_alone()
    {
        var target = await CreateAsync();
        target.Object = target.Object with { Create = true };
        (target.OnRemoved, target.Fields) = (Removal.Archive, ["id", "name", "total", "born", "tags"]);
        FieldColumn[] Row() => [Whole("id", 1), Text("name", "a"), Column("total", FieldType.Decimal, "1.50"), Column("born", FieldType.Date, "2026-11-22"), Column("tags", FieldType.Json, "[1]")];

        await target.AcceptedAsync(Removals(Whole("id", 1)));
        Assert.Empty(await target.QueryAsync("SELECT tablename FROM pg_tables WHERE tablename = 'customers'"));
        await target.AcceptedAsync(Upserts(Row()));
        await target.AcceptedAsync(Upserts(Row()));

        Assert.Equal(["id bigint", "name text", "total numeric", "born date", "tags jsonb", "deleted_at timestamp with time zone"],
            await target.QueryAsync("SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attnum > 0 ORDER BY attnum"));
        Assert.Equal(["1|a|1.50|2026-11-22|[1]|NULL"], await target.QueryAsync("SELECT * FROM customers"));
    }

    [Fact]
    public async Task Fifty_thousand_rows_arrive_and_most_change()
    {
        const int Rows = 50_000;
        var target = await CreateAsync("CREATE TABLE customers (id int PRIMARY KEY, name text)");
        await using var destination = target.Open();
        for (var round = 0; round < 2; round++)
        {
            for (var from = round * 10_000; from < Rows; from += destination.Descriptor.MaxBatchRows)
            {
                long?[] ids = [.. Enumerable.Range(from, destination.Descriptor.MaxBatchRows).Select(id => (long?)id)];
                Assert.True((await SendAsync(destination, Upserts(Whole("id", ids), Text("name", [.. ids.Select(id => $"{round}:{id}")])))).AllAccepted);
            }
        }

        Assert.Equal(["0|10000", "1|40000"], await target.QueryAsync("SELECT split_part(name, ':', 1), count(*) FROM customers WHERE split_part(name, ':', 2) = id::text GROUP BY 1 ORDER BY 1"));
    }

    [Fact]
    public async Task A_row_that_somebody_else_inserts_meanwhile_is_updated()
    {
        var target = await CreateAsync(Two);
        target.Options = target.Options with { LockTimeout = TimeSpan.FromMinutes(1) };
        await using var other = await target.ConnectAsync();
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using (var insert = new NpgsqlCommand("INSERT INTO customers VALUES (3, 'other', '99')", other))
            await insert.ExecuteNonQueryAsync(Stop);

        var sending = target.AcceptedAsync(Upserts(Whole("id", 3), Text("name", "Cy")));
        await target.WaitsAsync();
        await transaction.CommitAsync(Stop);
        await sending;

        Assert.Equal(["1|Ann|11|7", "2|Bo|22|7", "3|Cy|99|7"], await Customer(target));
    }

    private static Task<string[]> Customer(PostgresTarget target) => target.QueryAsync("SELECT id, name, phone, seen FROM customers ORDER BY id");
}
