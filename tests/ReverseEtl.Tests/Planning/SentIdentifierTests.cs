using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Conformance.Planner;
using ReverseEtl.Connectors.MetaAudiences;
using ReverseEtl.Core.State;

namespace ReverseEtl.Tests.Planning;

/// <summary>Rule W21 of docs/spec/warehouse.md: the snapshot keeps identifiers as they were sent.</summary>
public sealed class SentIdentifierTests
{
    private const string Map = "EMAIL: email\nPHONE: phone\nCOUNTRY: country\nFN: name";

    [Fact]
    public async Task W21_A_removal_names_the_hash_that_was_told_and_the_snapshot_holds_no_plain_value()
    {
        using var bench = await ToldAsync(Map);

        Assert.All(SnapshotFiles(bench), file => Assert.DoesNotContain("ann.plain", Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.OrdinalIgnoreCase));
        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();

        var removed = bench.Destination.RemovedIdentifiers["1"];
        Assert.Contains($"\"EMAIL\":\"{Sha256("ann.plain@example.com")}\"", removed, StringComparison.Ordinal);
        Assert.Contains($"\"PHONE\":\"{Sha256("4512345678")}\"", removed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task W21_Another_way_to_write_the_same_address_takes_nobody_out()
    {
        using var bench = await ToldAsync(Map);

        bench.Warehouse("update rows set email = ' ANN.Plain@example.com ' where id = 1");
        var same = await bench.RunAsync();
        Assert.Equal((1, 1), (same.Changed, same.Accepted));
        Assert.Empty(bench.Destination.RemovedIdentifiers);

        bench.Warehouse("update rows set email = 'anna@example.com' where id = 1");
        await bench.RunAsync();
        Assert.Contains(Sha256("ann.plain@example.com"), bench.Destination.RemovedIdentifiers["1"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task W21_The_same_number_in_another_country_is_another_identifier()
    {
        using var bench = await ToldAsync(Map);

        bench.Warehouse("update rows set country = 'SE' where id = 1");
        await bench.RunAsync();

        Assert.Contains(Sha256("4512345678"), bench.Destination.RemovedIdentifiers["1"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task W21_Where_the_form_becomes_another_one_the_row_is_taken_out_by_the_form_that_was_told()
    {
        using var bench = await ToldAsync(Map);
        var hash = Sha256("ann.plain@example.com");

        // The same hash, by a column that has it already.
        bench.Warehouse($"alter table rows add column digest varchar; update rows set digest = '{hash}'");
        Remap(bench, Map.Replace("EMAIL: email", "EMAIL: { column: digest, hashed: true }", StringComparison.Ordinal));
        var told = await bench.RunAsync();
        Assert.Equal(RunStatus.Succeeded, told.Status);
        Assert.Equal(["2"], bench.Destination.RemovedIdentifiers.Keys);

        bench.Warehouse("delete from rows where id = 1");
        await bench.RunAsync();
        Assert.Contains($"\"EMAIL\":\"{hash}\"", bench.Destination.RemovedIdentifiers["1"], StringComparison.Ordinal);
    }

    private static async Task<SyncBench> ToldAsync(string map, string mode = "mirror")
    {
        var bench = new SyncBench(new DuckDbHarness(), mode, types: new MetaAudiencesDestinationType()) { Destination = { Identifiers = ["EMAIL", "PHONE", "COUNTRY"] } };
        bench.Configure("""{ "project": "shop", "warehouse": { "type": "bench" }, "destinations": { "meta": { "type": "meta-audiences", "adAccountId": "act_1", "accessToken": "t" } } }""");
        Remap(bench, map, mode);
        bench.Warehouse("""
            create table rows (id integer, email varchar, phone varchar, country varchar, name varchar);
            insert into rows values (1, 'Ann.Plain@example.com', '12 34 56 78', 'DK', 'Ann'), (2, 'bo@example.com', null, 'DK', 'Bo')
            """);
        await bench.RunAsync();
        return bench;
    }

    private static void Remap(SyncBench bench, string map, string mode = "mirror") => bench.SyncYaml = $$"""
        sync: rows
        model: rows
        destination: meta
        object: { audience: VIP, create: true }
        mode: {{mode}}
        map:
          {{map.ReplaceLineEndings("\n").Replace("\n", "\n  ", StringComparison.Ordinal)}}
        guards: { max_removed: 100%, max_changed: 100%, min_rows: 0 }
        """;

    private static IEnumerable<string> SnapshotFiles(SyncBench bench) => Directory.EnumerateFiles(DuckDbHarness.SyncFolder(bench), "*.duckdb");

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
