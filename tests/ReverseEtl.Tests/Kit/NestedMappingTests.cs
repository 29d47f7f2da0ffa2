using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Core.Mapping;
using ReverseEtl.Core.Planning;
using ReverseEtl.Tests.Files;
using ReverseEtl.Tests.Projects;

namespace ReverseEtl.Tests.Kit;

public sealed class NestedMappingTests
{
    private const string Place = "models/syncs/vips_to_hook.yml";

    [Fact]
    public void Objects_and_lists_are_made_of_columns_constants_and_templates()
    {
        var fields = Map("""
            address: { object: { city: town, zip: { column: zip, null: skip }, country: { const: DK }, point: { object: { lat: lat } } } }
              tags: { list: [tag_a, { const: vip }, tag_b] }
              town: town
            """);
        Assert.Equal("""{"city":"Århus","zip":"8000","country":"DK","point":{"lat":56.1}}""", fields["address"].Text(0));
        Assert.Equal("""{"city":null,"country":"DK","point":{"lat":null}}""", fields["address"].Text(1));
        Assert.Equal("""["a","vip","b"]""", fields["tags"].Text(0));
        Assert.Equal("""["vip"]""", fields["tags"].Text(1));
        Assert.Equal("Århus", fields["town"].Text(0));
    }

    [Fact]
    public void A_change_inside_a_nested_field_is_a_change_of_the_field() => Assert.NotEqual(
        Mapper("address: { object: { city: town } }").Fields[0].Definition, Mapper("address: { object: { city: zip } }").Fields[0].Definition);

    [Fact]
    public void Suggestions_match_names_and_aliases_whatever_their_spelling()
    {
        var spec = new ObjectSpec
        {
            Name = "people", Summary = "", Example = "", Modes = [SyncMode.Upsert], MaxBatchRows = 1, UnsafeToRepeat = [], OtherFields = true,
            Fields = [new("EMAIL", ""), new("FN", "") { Aliases = ["first_name"] }, new("ZIP", "") { Aliases = ["postal_code"] }],
        };
        Assert.Equal(
            [("EMAIL", "email"), ("FN", "firstName"), ("total", "total")],
            SuggestedMapping.Of(spec, ["total", "firstName", "email"]));
        Assert.Equal([("EMAIL", "email"), ("FN", "firstName")], SuggestedMapping.Of(spec with { OtherFields = false }, ["total", "firstName", "email"]));
    }

    private static Dictionary<string, FieldColumn> Map(string map)
    {
        FieldColumn[] columns =
        [
            Batches.Text("town", "Århus", null), Batches.Text("zip", "8000", null), Batches.Typed("lat", FieldType.Float, 56.1, null),
            Batches.Text("tag_a", "a", null), Batches.Text("tag_b", "b", null),
        ];
        return Mapper(map).Map(columns, 2).ToDictionary(field => field.Name);
    }

    private static FieldMapper Mapper(string map)
    {
        var sync = Assert.Single(new MemoryProject().With(Place, text => text.Replace("  email: email", $"  {map}", StringComparison.Ordinal)).Load().Syncs);
        string[] names = ["town", "zip", "lat", "tag_a", "tag_b"];
        return new FieldMapper(sync.Mapping, NullHandling.Clear, [.. names.Select(name => new ColumnInfo(name, "VARCHAR", FieldType.Text))], []);
    }
}
