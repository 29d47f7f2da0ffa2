using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Tests.Planning;

public sealed class TagIndexTests
{
    [Theory]
    // Spread over the table; all in the same line, so that lines run over; all in the last line, whose next one is the first.
    [InlineData(0x9E3779B97F4A7C15, 0)]
    [InlineData(2, 1L << 40)]
    [InlineData(2, -1L << 20)]
    public void Tags_are_found_once_each_and_what_was_not_found_stays_open(ulong step, long from)
    {
        const int count = 5000;
        using var index = new TagIndex(count);
        var tags = Enumerable.Range(1, count).Select(i => unchecked((ulong)from + ((ulong)i * step)) & ~1UL).ToArray();
        Parallel.ForEach(tags.Chunk(100), chunk => Assert.Equal(0, index.Add(chunk)));
        Assert.Equal(1, index.Add(tags.AsSpan(77, 1)));

        var missing = new byte[count];
        Assert.Equal(1000, index.MarkEach(tags.AsSpan(0, 1000), missing));
        Assert.DoesNotContain((byte)1, missing);
        Assert.Equal(0, index.MarkEach([tags[5], 4242, tags[6]], missing));
        Assert.Equal([1, 1, 1, 0], missing[..4]);

        Assert.Equal(tags[1000..].Order(), index.OpenTags().Order());
        Assert.False(index.IsOpen(tags[999]));
        Assert.True(index.IsOpen(tags[1000]));
        Assert.False(index.IsOpen(4242));
    }

    [Theory]
    [InlineData("512 bytes", 512)]
    [InlineData("1.5 KiB", 1536)]
    [InlineData("18.6 GiB", 19971597926)]
    [InlineData("80% of everything", 0)]
    public void The_memory_limit_is_read_as_it_is_written(string text, long bytes) => Assert.Equal(bytes, MemoryBudget.Parse(text));
}
