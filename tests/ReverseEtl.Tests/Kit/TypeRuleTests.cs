using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Tests.Kit;

public sealed class TypeRuleTests
{
    public static TheoryData<string, string, string> Good => new()
    {
        { "integer", "12", "12" }, { "integer", "12.00", "12" }, { "integer", "-7", "-7" },
        { "number", "0.10", "0.10" }, { "number", "123456789012345678901234567890.5", "123456789012345678901234567890.5" },
        { "boolean", "TRUE", "true" }, { "boolean", "0", "false" },
        { "date", "2026-11-22", "2026-11-22" }, { "date", "2026-11-22T23:30:00", "2026-11-22" },
        { "instant", "2026-11-22T07:37:00.5+01:00", "2026-11-22T06:37:00.5Z" }, { "instant", "2026-11-22", "2026-11-22T00:00:00Z" },
        { "unix", "1970-01-02T00:00:00Z", "86400" },
        { "json", """{"a":[1,null]}""", """{"a":[1,null]}""" },
    };

    public static TheoryData<string, string> Bad => new()
    {
        { "integer", "12.5" }, { "integer", "abc" }, { "integer", "99999999999999999999" }, { "integer", "" },
        { "number", "1,5" }, { "number", "NaN" }, { "boolean", "yes" }, { "date", "22/11/2026" }, { "date", "12" }, { "instant", "soon" },
        { "json", "{a}" },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Text_of_the_right_form_becomes_the_type(string rule, string value, string expected) => Assert.Equal((null, expected), Shape(rule, value));

    [Theory]
    [MemberData(nameof(Bad))]
    public void Anything_else_is_refused_with_field_column_type_and_value(string rule, string value)
    {
        var (wrong, made) = Shape(rule, value);
        Assert.Null(made);
        Assert.StartsWith("AGE must be", wrong, StringComparison.Ordinal);
        Assert.EndsWith($"but is text '{value}'", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_value_is_quoted_in_part() => Assert.True(Shape("integer", new string('x', 5000)).Wrong!.Length < 120);

    private static (string? Wrong, string? Made) Shape(string name, string value)
    {
        var rule = name switch
        {
            "integer" => TypeRule.Integer,
            "number" => TypeRule.Number,
            "boolean" => TypeRule.Boolean,
            "date" => TypeRule.Date,
            "instant" => TypeRule.Instant,
            "unix" => TypeRule.UnixSeconds,
            _ => TypeRule.Json,
        };
        using var source = new FieldColumnBuilder("age", FieldType.Text);
        source.AppendText(value);
        using var column = source.Build();
        using var target = new FieldColumnBuilder("AGE", rule.Type);
        var wrong = rule.Shape(column, 0, new ShapeContext("AGE", null, Hashed: false), target);
        Assert.Equal(wrong is null ? 1 : 0, target.Count);
        using var made = target.Build();
        return (wrong, made.Count == 0 ? null : made.Text(0));
    }
}
