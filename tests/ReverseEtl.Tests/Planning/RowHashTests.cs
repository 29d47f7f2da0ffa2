using System.Numerics;
using System.Text;
using ReverseEtl.Core.Planning;

namespace ReverseEtl.Tests.Planning;

public sealed class RowHashTests
{
    // Snapshots on users' disks hold these numbers: a change of the algorithm must change RowHash.Version, and then this test.
    [Fact]
    public void Version_1_gives_these_numbers()
    {
        Assert.Equal(1, RowHash.Version);
        var hash = RowHash.Seed("email = column email");
        Assert.Equal(6903788524391470210u, hash);
        hash = RowHash.Bits(hash, 42);
        hash = RowHash.Bytes(hash, "DK"u8);
        hash = RowHash.Bytes(hash, "jørgen@example.com"u8);
        hash = RowHash.Bytes(hash, "Customer 4711"u8);
        hash = RowHash.Null(hash);
        hash = RowHash.Float(hash, 0.1);
        hash = RowHash.Bits(hash, 1, 2);
        Assert.Equal(13333404482215862573u, RowHash.Finish(hash));
    }

    [Fact]
    public void Near_values_of_every_length_differ()
    {
        var seen = new HashSet<ulong>();
        for (var length = 0; length <= 64; length++)
        {
            Assert.True(seen.Add(Hash(new string('a', length))));
            for (var at = 0; at < length; at++)
            {
                foreach (var other in "bc\0")
                {
                    var text = new string('a', length).ToCharArray();
                    text[at] = other;
                    Assert.True(seen.Add(Hash(new string(text))), $"length {length}, place {at}");
                }
            }
        }

        static ulong Hash(string text) => RowHash.Finish(RowHash.Bytes(RowHash.Seed(""), Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Small_numbers_do_not_collide()
    {
        var seen = new HashSet<ulong>();
        for (var first = 0UL; first < 300; first++)
        {
            for (var second = 0UL; second < 300; second++)
                Assert.True(seen.Add(RowHash.Finish(RowHash.Bits(RowHash.Bits(RowHash.Seed(""), first), second))));
        }
    }

    [Fact]
    public void The_order_of_columns_and_the_place_of_null_matter()
    {
        var seed = RowHash.Seed("");
        Assert.NotEqual(RowHash.Bits(RowHash.Bits(seed, 1), 2), RowHash.Bits(RowHash.Bits(seed, 2), 1));
        Assert.NotEqual(RowHash.Null(RowHash.Bits(seed, 1)), RowHash.Bits(RowHash.Null(seed), 1));
        Assert.NotEqual(RowHash.Bytes(RowHash.Bytes(seed, "a"u8), "bc"u8), RowHash.Bytes(RowHash.Bytes(seed, "ab"u8), "c"u8));
        Assert.NotEqual(RowHash.Null(seed), RowHash.Bytes(seed, ""u8));
        Assert.NotEqual(RowHash.Null(seed), RowHash.Bits(seed, 0));
    }

    [Fact]
    public void All_nans_are_one_value_and_so_are_both_zeros()
    {
        Assert.Equal(RowHash.Float(1, double.NaN), RowHash.Float(1, BitConverter.UInt64BitsToDouble(0xFFF8000000000001)));
        Assert.Equal(RowHash.Float(1, 0.0), RowHash.Float(1, -0.0));
        Assert.NotEqual(RowHash.Float(1, 0.0), RowHash.Float(1, 5e-324));
    }

    /// <summary>Every bit that goes in turns every bit that comes out in half of all cases, wherever in the row it stands.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Every_bit_reaches_every_bit(int bytes)
    {
        const int samples = 4096;
        var random = new Random(bytes);
        var flips = new int[bytes * 8, 64];
        for (var sample = 0; sample < samples; sample++)
        {
            var text = new byte[bytes];
            random.NextBytes(text);
            var number = (ulong)random.NextInt64();
            var hash = Row(text, number);
            for (var bit = 0; bit < bytes * 8; bit++)
            {
                text[bit / 8] ^= (byte)(1 << (bit % 8));
                for (var flipped = hash ^ Row(text, number); flipped != 0; flipped &= flipped - 1)
                    flips[bit, BitOperations.TrailingZeroCount(flipped)]++;
                text[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        foreach (var count in flips)
            Assert.InRange(count / (double)samples, 0.45, 0.55);

        static ulong Row(byte[] text, ulong number) => RowHash.Finish(RowHash.Bytes(RowHash.Bits(RowHash.Seed(""), number), text));
    }

    [Fact]
    public void Every_bit_of_a_number_reaches_every_bit()
    {
        const int samples = 4096;
        var random = new Random(1);
        var flips = new int[64, 64];
        for (var sample = 0; sample < samples; sample++)
        {
            var number = (ulong)random.Next(100_000);
            for (var bit = 0; bit < 64; bit++)
            {
                var flipped = Row(number) ^ Row(number ^ (1UL << bit));
                for (; flipped != 0; flipped &= flipped - 1)
                    flips[bit, BitOperations.TrailingZeroCount(flipped)]++;
            }
        }

        foreach (var count in flips)
            Assert.InRange(count / (double)samples, 0.45, 0.55);

        static ulong Row(ulong number) => RowHash.Finish(RowHash.Bits(RowHash.Seed(""), number));
    }
}
