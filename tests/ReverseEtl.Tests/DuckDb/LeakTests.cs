using ReverseEtl.DuckDb;

namespace ReverseEtl.Tests.DuckDb;

/// <summary>RSS is the whole process's: these run while no other test does.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public sealed class LeakTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ten_thousand_connections_leak_nothing()
    {
        using var keep = Db.Open();
        keep.Run("CREATE TABLE t AS SELECT i, 'a text of more than twelve bytes ' || i AS s FROM range(3000) r(i)");
        OpenAndUse(keep, 2_000);
        var before = Rss();
        OpenAndUse(keep, 8_000);
        var grown = Rss() - before;
        Assert.True(grown < 50 << 20, $"RSS grew by {grown >> 20} MB");
    }

    [Fact]
    public void Databases_leak_nothing()
    {
        var path = _folder.File("leak.duckdb");
        OpenFiles(path, 50);
        var before = Rss();
        OpenFiles(path, 200);
        var grown = Rss() - before;
        Assert.True(grown < 50 << 20, $"RSS grew by {grown >> 20} MB");
    }

    private static void OpenAndUse(DuckDBConnection database, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var connection = database.Duplicate();
            Assert.Equal(3000L, connection.Scalar("SELECT count(*) FROM t WHERE i >= $from OR s = $from::VARCHAR", new DuckDBParameter("from", 0)));
        }
    }

    private static void OpenFiles(string path, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var connection = Db.Open($"Data Source={path}");
            Assert.Equal(1, connection.Scalar("SELECT 1"));
        }
    }

    private static long Rss()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
