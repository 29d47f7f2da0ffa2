using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

public sealed class NestedTypeTests : IDisposable
{
    private static readonly Dictionary<string, object?> Nested = new() { ["a"] = 1, ["b"] = new[] { "x" } };

    private readonly DuckDBConnection _connection = Db.Open();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void A_list_is_a_list_of_nullables()
    {
        Assert.Equal(new List<int?> { 1, null, 3 }, _connection.Scalar("SELECT [1, NULL, 3]"));
        Assert.Equal(new List<int?>(), _connection.Scalar("SELECT []::INTEGER[]"));
        Assert.Equal(new List<string> { "a", "a text of more than twelve bytes" }, _connection.Scalar("SELECT ['a', 'a text of more than twelve bytes']"));
        Assert.Equal(DBNull.Value, _connection.Scalar("SELECT NULL::INTEGER[]"));
    }

    [Fact]
    public void A_list_is_read_as_asked()
    {
        Assert.Equal([1, 2], _connection.Value<List<int>>("SELECT [1, 2]"));
        Assert.Equal([1L, 2L], _connection.Value<long[]>("SELECT [1, 2]"));
        Assert.Equal(["1.50"], _connection.Value<List<string>>("SELECT [1.50]"));
        Assert.Throws<InvalidCastException>(() => _connection.Value<List<int>>("SELECT [1, NULL]"));
        Assert.Throws<InvalidCastException>(() => _connection.Value<List<int>>("SELECT 1"));
    }

    [Fact]
    public void An_array_keeps_to_its_row()
    {
        using var command = _connection.Command("SELECT a FROM (VALUES ([0, 0]::INTEGER[2]), (NULL), ([2, 20])) t(a)");
        using var reader = command.ExecuteReader();
        Assert.Equal("INTEGER[2]", reader.GetDataTypeName(0));
        Assert.True(reader.Read());
        Assert.Equal([0, 0], reader.GetFieldValue<int[]>(0));
        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
        Assert.True(reader.Read());
        Assert.Equal([2, 20], reader.GetFieldValue<int[]>(0));
    }

    [Fact]
    public void A_struct_is_a_dictionary()
    {
        var value = Assert.IsType<Dictionary<string, object?>>(_connection.Scalar("SELECT {'id': 1, 'name': NULL::VARCHAR, 'tags': ['x', 'y'], 'in': {'ner': 2.5}}"));
        Assert.Equal(1, value["id"]);
        Assert.Null(value["name"]);
        Assert.Equal(new List<string> { "x", "y" }, value["tags"]);
        Assert.Equal(2.5m, Assert.IsType<Dictionary<string, object?>>(value["in"])["ner"]);
    }

    [Fact]
    public void A_map_is_a_dictionary()
    {
        using var command = _connection.Command("SELECT MAP {i: 'v' || i, i + 1: NULL} FROM range(3) t(i)");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read() && reader.Read());
        Assert.Equal(new Dictionary<object, object?> { [1L] = "v1", [2L] = null }, reader.GetValue(0));
    }

    [Fact]
    public void A_union_is_its_member()
    {
        _connection.Run("CREATE TABLE t (u UNION(num INTEGER, str VARCHAR)); INSERT INTO t VALUES (1), ('two'), (NULL)");
        using var command = _connection.Command("SELECT u FROM t");
        using var reader = command.ExecuteReader();
        Assert.Equal("UNION(num INTEGER, str VARCHAR)", reader.GetDataTypeName(0));
        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetValue(0));
        Assert.True(reader.Read());
        Assert.Equal("two", reader.GetValue(0));
        Assert.True(reader.Read());
        Assert.True(reader.IsDBNull(0));
    }

    [Fact]
    public void Nested_parameters_come_back()
    {
        Assert.Equal(new List<int?> { 1, null, 3 }, _connection.Scalar("SELECT ?", new int?[] { 1, null, 3 }));
        Assert.Equal(new List<int?> { null, 3 }, _connection.Scalar("SELECT ?", new List<int?> { null, 3 }));
        Assert.Equal(new List<long?>(), _connection.Scalar("SELECT ?::BIGINT[]", new List<long>()));
        Assert.Equal("STRUCT(a INTEGER, b VARCHAR[])", _connection.Scalar("SELECT typeof(?)", Nested));
        Assert.Equal("x", _connection.Scalar("SELECT (?).b[1]", Nested));
        Assert.Equal(new Dictionary<object, object?> { ["k"] = 2 }, _connection.Scalar("SELECT ?", new Dictionary<string, int> { ["k"] = 2 }));
    }

    [Fact]
    public void Nested_values_can_be_appended()
    {
        _connection.Run("CREATE TABLE t (l BIGINT[], s STRUCT(a INTEGER, b VARCHAR))");
        using (var appender = _connection.CreateAppender("t"))
            appender.CreateRow().AppendValue(new List<long> { 1, 2 }).AppendValue(new Dictionary<string, object?> { ["a"] = 5, ["b"] = "six" }).EndRow();
        Assert.Equal(new List<long?> { 1, 2 }, _connection.Scalar("SELECT l FROM t"));
        Assert.Equal("six", _connection.Scalar("SELECT s.b FROM t WHERE s.a = 5"));
    }

    [Fact]
    public void Type_names_are_DuckDBs()
    {
        const string columns = "{'plain': 1, 'has space': [1.5], 'Caps': MAP {'k': DATE '2024-01-01'}, 'q\"uote': now()} AS a, [[1::UTINYINT]] AS b, [1, 2]::INTEGER[2][] AS c";
        using var command = _connection.Command($"SELECT *, typeof(a), typeof(b), typeof(c) FROM (SELECT {columns.Replace("[1, 2]::INTEGER[2][]", "[[1, 2]::INTEGER[2]]", StringComparison.Ordinal)})");
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        for (var i = 0; i < 3; i++)
            Assert.Equal(reader.GetString(i + 3), reader.GetDataTypeName(i));
    }
}
