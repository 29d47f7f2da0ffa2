using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.IntegrationTests.Snowflake;

/// <summary>Large results. Alone, as it measures what the whole process holds.</summary>
[CollectionDefinition(nameof(SnowflakeResultTests), DisableParallelization = true)]
[Collection(nameof(SnowflakeResultTests))]
public sealed class SnowflakeResultTests
{
    private static CancellationToken Cancellation => SnowflakeAccount.Cancellation;

    [Fact]
    public async Task A_result_is_read_partition_by_partition_in_flat_memory()
    {
        const int rows = 400_000;
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        await using var reader = await new SnowflakeCommand(
            $"select seq4() as n, md5(n::varchar) || md5((n + 1)::varchar) || md5((n + 2)::varchar) as text from table(generator(rowcount => {rows}))", connection).ExecuteReaderAsync(Cancellation);
        var (expected, characters, most) = (0L, 0L, 0L);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        while (await reader.ReadAsync(Cancellation))
        {
            Assert.Equal(expected++, reader.GetInt64(0));
            characters += reader.GetString(1).Length;
            if (expected % 50_000 == 1)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.Equal((rows, rows * 96L), (expected, characters));
        Assert.Equal(39, account.Emulator.Requests.Count(request => request.Query.Contains("partition=", StringComparison.Ordinal)));
        // A partition has 1 MB, all of them 40.
        Assert.True(most < 4_000_000, $"{most:N0} bytes more were in use while {characters:N0} characters were read");
    }

    [Fact]
    public async Task A_result_without_rows_has_columns()
    {
        await using var account = await SnowflakeAccount.StartAsync();
        await using var warehouse = account.Open();
        await using var connection = warehouse.Connect();
        await using var reader = await new SnowflakeCommand("select 1 as a, 'x' as b where false", connection).ExecuteReaderAsync(Cancellation);

        Assert.Equal((2, false, false), (reader.FieldCount, reader.HasRows, await reader.ReadAsync(Cancellation)));
        Assert.Equal(("A", "b"), (reader.GetName(0), reader.GetName(1).ToLowerInvariant()));
    }

    [Fact]
    public async Task A_value_may_be_longer_than_any_buffer()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        var row = Assert.Single(await account.RowsAsync("select repeat('æ\"', 1000000) as long, 'x' as short"));

        Assert.Equal((2_000_000, "x"), (((string)row[0]).Length, row[1]));
    }

    [Fact]
    public async Task A_thousand_columns_are_read()
    {
        await using var account = await SnowflakeAccount.StartAsync();

        var row = Assert.Single(await account.RowsAsync($"select {string.Join(", ", Enumerable.Range(0, 1000).Select(i => $"{i} as c{i}"))}"));

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (object)(long)i), row);
    }
}
