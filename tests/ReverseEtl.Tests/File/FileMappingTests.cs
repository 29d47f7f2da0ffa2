using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Tests.Files;

/// <summary>The mapping changes between runs: rows stay, columns follow.</summary>
public sealed class FileMappingTests
{
    [Fact]
    public async Task Fields_are_added_dropped_and_reordered()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Fields = ["name", "city"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "Ada", "Bo"), Batches.Text("city", "Rome", "Oslo")));
        target.Fields = ["age", "name"];
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Integer("age", 7), Batches.Text("name", "Bob")));
        Assert.Equal("{\"age\":null,\"name\":\"Ada\"}\n{\"age\":7,\"name\":\"Bob\"}\n", target.Read());
    }

    [Fact]
    public async Task A_field_changes_its_type_with_the_values_that_stay()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Integer("name", 1, 2)));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Typed("name", FieldType.Decimal, "2.50")));
        Assert.Equal("{\"name\":1}\n{\"name\":2.50}\n", target.Read());
        await target.RunAsync("run-3", Batches.Upsert("b3", ["b"], Batches.Text("name", "two")));
        Assert.Equal("{\"name\":\"1\"}\n{\"name\":\"two\"}\n", target.Read());
    }

    [Theory]
    [InlineData(FieldType.Boolean)]
    [InlineData(FieldType.Integer)]
    [InlineData(FieldType.Float)]
    public async Task Where_a_kept_row_does_not_fit_the_new_type_the_field_becomes_text(FieldType type)
    {
        using var target = new FileTarget(SyncMode.Upsert);
        object value = type switch { FieldType.Boolean => true, FieldType.Float => 0.5, _ => 7L };
        var text = type switch { FieldType.Boolean => "true", FieldType.Float => "0.5", _ => "7" };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "odd", "12.50")));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Typed("name", type, value)));
        Assert.Equal($"{{\"name\":\"odd\"}}\n{{\"name\":\"{text}\"}}\n", target.Read());
        // And back to the type, once no such row is left.
        await target.RunAsync("run-3", Batches.Upsert("b3", ["a"], Batches.Typed("name", type, value)));
        Assert.Equal($"{{\"name\":{text}}}\n{{\"name\":{text}}}\n", target.Read());
    }

    [Theory]
    [InlineData(FieldType.Decimal, "1")]
    [InlineData(FieldType.Json, "[1]")]
    public async Task Text_that_is_kept_never_becomes_broken_json(FieldType type, string value)
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "not {json", "x")));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Typed("name", type, value)));
        Assert.Equal($"{{\"name\":\"not {{json\"}}\n{{\"name\":\"{value}\"}}\n", target.Read());
    }

    [Fact]
    public async Task A_large_integer_is_not_passed_through_a_double()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Integer("name", long.MaxValue, 1)));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Typed("name", FieldType.Float, 0.5)));
        Assert.Equal("{\"name\":\"9223372036854775807\"}\n{\"name\":\"0.5\"}\n", target.Read());
    }

    [Fact]
    public async Task What_waits_under_the_old_mapping_is_kept()
    {
        using var target = new FileTarget(SyncMode.Mirror);
        await target.CrashAsync("run-1", Batches.Upsert("b1", ["a", "b"], Batches.Text("name", "Ada", "Bo")));
        target.Fields = ["name", "age"];
        await target.RunAsync("run-2", Batches.Upsert("b2", ["b"], Batches.Text("name", "Bob"), Batches.Integer("age", 7)));
        Assert.Equal("{\"name\":\"Ada\",\"age\":null}\n{\"name\":\"Bob\",\"age\":7}\n", target.Read());
    }

    [Fact]
    public async Task Under_null_skip_an_old_value_follows_to_the_new_type()
    {
        using var target = new FileTarget(SyncMode.Upsert);
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], Batches.Integer("name", 7)));
        await target.RunAsync("run-2", Batches.Upsert("b2", ["a"], Batches.Skipping("name", [null])));
        Assert.Equal("{\"name\":\"7\"}\n", target.Read());
    }

    [Fact]
    public async Task Names_that_differ_in_case_or_look_like_our_own_are_other_fields()
    {
        using var target = new FileTarget(SyncMode.Upsert) { Fields = ["Name", "name", "key", "ord", "c0", "o'\"\\n"] };
        await target.RunAsync("run-1", Batches.Upsert("b1", ["a"], [.. target.Fields.Select((field, i) => Batches.Integer(field, i))]));
        Assert.Equal("{\"Name\":0,\"name\":1,\"key\":2,\"ord\":3,\"c0\":4,\"o'\\\"\\\\n\":5}\n", target.Read());
    }
}
