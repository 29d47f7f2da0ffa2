using ReverseEtl.Core.State;

namespace ReverseEtl.Tests.Planning;

/// <summary>
/// Rows that arrived though no answer came, at a destination that stands repeats: the next run tells of them whatever became of them in
/// the model, also where the model is again as it was last known to be told.
/// </summary>
public sealed class DoubtTests
{
    [Theory]
    [InlineData("insert into rows values (10, 'ten', 'ten@example.com')", "delete from rows where id = 10")]
    [InlineData("update rows set name = 'new' where id = 3", "update rows set name = 'name 3' where id = 3")]
    [InlineData("update rows set name = 'new' where id = 3", "delete from rows where id = 3")]
    [InlineData("delete from rows where id = 3", "insert into rows values (3, 'name 3', '3@example.com')")]
    [InlineData("delete from rows where id = 3", "select 1")]
    [InlineData("update rows set email = 'new@example.com' where id = 3", "update rows set email = '3@example.com' where id = 3")]
    public async Task What_became_of_a_row_since_is_told(string first, string then)
    {
        using var bench = new SyncBench("mirror", map: "name: name\nmail: email");
        bench.Destination.Identifiers = ["mail"];
        bench.Warehouse("create table rows as select i as id, 'name ' || i as name, i || '@example.com' as email from range(10) t(i)");
        await bench.RunAsync();
        bench.Warehouse(first);
        bench.Destination.LosesAnswer = _ => true;
        Assert.Equal((RunStatus.Partial, 1), (await bench.RunAsync()) is var lost ? (lost.Status, lost.Unknown) : default);

        bench.Destination.LosesAnswer = _ => false;
        bench.Warehouse(then);
        Assert.Equal((RunStatus.Succeeded, 1), (await bench.RunAsync()) is var run ? (run.Status, run.Accepted) : default);

        Assert.Equal(Expected(bench), bench.Destination.Rows.OrderBy(row => row.Key, StringComparer.Ordinal));
        Assert.Equal(RunStatus.Unchanged, (await bench.RunAsync()).Status);
    }

    private static IEnumerable<KeyValuePair<string, string>> Expected(SyncBench bench)
    {
        using var connection = bench.OpenWarehouse();
        using var command = connection.CreateCommand();
        command.CommandText = "select id::varchar, '{\"name\":\"' || name || '\",\"mail\":\"' || email || '\"}' from rows";
        using var reader = command.ExecuteReader();
        var rows = new List<KeyValuePair<string, string>>();
        while (reader.Read())
            rows.Add(new(reader.GetString(0), reader.GetString(1)));
        return rows.OrderBy(row => row.Key, StringComparer.Ordinal);
    }
}
