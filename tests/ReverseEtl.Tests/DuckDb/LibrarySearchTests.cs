using ReverseEtl.DuckDb.Native;

namespace ReverseEtl.Tests.DuckDb;

public sealed class LibrarySearchTests
{
    private static readonly LibrarySearch Search = new(null, "/app/bin", "/home/me/shop", "linux", "x64", Musl: false);

    [Fact]
    public void Looks_beside_the_app_then_upward_from_it_then_upward_from_the_working_directory()
    {
        const string package = "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so";
        Assert.Equal(
            ["/app/bin/libduckdb.so", $"/app/bin/{package}", $"/app/{package}", $"/{package}", $"/home/me/shop/{package}", $"/home/me/{package}", $"/home/{package}"],
            Search.Candidates());
    }

    [Fact]
    public void Takes_the_first_file_that_exists()
    {
        const string upward = "/home/me/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so";
        Assert.Equal(upward, Search.Find(path => path == upward));
        Assert.Equal("/app/bin/libduckdb.so", Search.Find(path => path == upward || path == "/app/bin/libduckdb.so"));
        Assert.Null(Search.Find(_ => false));
    }

    [Fact]
    public void A_path_that_was_given_is_the_only_one()
    {
        var given = Search with { Override = "/opt/libduckdb.so" };
        Assert.Equal(["/opt/libduckdb.so"], given.Candidates());
        Assert.Contains("/opt/libduckdb.so", given.NotFound(), StringComparison.Ordinal);
        Assert.Contains("CDP_LIBDUCKDB", given.NotFound(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux", "x64", true, "node-bindings-linux-x64-musl", "libduckdb.so")]
    [InlineData("linux", "arm64", false, "node-bindings-linux-arm64", "libduckdb.so")]
    [InlineData("darwin", "arm64", false, "node-bindings-darwin-arm64", "libduckdb.dylib")]
    [InlineData("win32", "x64", false, "node-bindings-win32-x64", "duckdb.dll")]
    public void Knows_the_package_of_every_platform(string platform, string architecture, bool musl, string package, string file)
    {
        var search = Search with { Platform = platform, Architecture = architecture, Musl = musl };
        Assert.Equal(package, search.Package);
        Assert.Equal(file, search.FileName);
    }

    [Fact]
    public void Says_how_to_get_the_library()
    {
        Assert.Contains("npm ci", Search.NotFound(), StringComparison.Ordinal);
        Assert.Contains("CDP_LIBDUCKDB", Search.NotFound(), StringComparison.Ordinal);
        Assert.Contains("/home/me/shop", Search.NotFound(), StringComparison.Ordinal);
    }
}
