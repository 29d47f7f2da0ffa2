using System.Text.Json;
using ReverseEtl.Core.Syncs;
using ReverseEtl.Server.Operations.Json;
using ReverseEtl.Server.Operations.Results;

namespace ReverseEtl.Tests.Operations;

/// <summary>Values of rows are the same wherever they travel.</summary>
public sealed class RawJsonTests
{
    [Theory]
    [InlineData("1.50", "1.50")]
    [InlineData("12345678901234567890.123456789", "12345678901234567890.123456789")]
    [InlineData("\"a \\\"b\\\" Æ\"", "a \"b\" Æ")]
    [InlineData("{\"a\": 1.0, \"b\":[ ]}", "{\"a\": 1.0, \"b\":[ ]}")]
    [InlineData("true", "true")]
    [InlineData("null", null)]
    public void A_value_keeps_its_letters(string json, string? shown)
    {
        var row = new PlanRow(Core.Planning.ChangeKind.Add, new RawJson("1"), new RawJson(json));
        var written = JsonSerializer.Serialize(row, OperationJson.Whole);
        Assert.Equal($$"""{"kind":"add","key":1,"fields":{{json}}}""", written);
        var read = JsonSerializer.Deserialize<PlanRow>(written, OperationJson.Whole)!;
        Assert.Equal(json, read.Fields.Text);
        Assert.Equal(shown, read.Fields.ForPeople());
    }

    [Theory]
    [InlineData("60%")]
    [InlineData("0.05%")]
    [InlineData("1000")]
    [InlineData("0")]
    public void A_limit_is_written_as_it_is_read(string text)
    {
        Assert.True(Limit.TryParse(text, out var limit));
        Assert.Equal(text, limit.ToText());
    }
}
