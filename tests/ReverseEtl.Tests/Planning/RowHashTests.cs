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
        hash = RowHash.Combine(hash, RowHash.Bits(42));
        hash = RowHash.Combine(hash, RowHash.Bytes("jørgen@example.com"u8));
        hash = RowHash.Combine(hash, RowHash.Null);
        hash = RowHash.Combine(hash, RowHash.Float(0.1));
        hash = RowHash.Combine(hash, RowHash.Bits(1, 2));
        Assert.Equal(4870846346064974496u, hash);
    }

    [Fact]
    public void Near_values_of_every_length_differ()
    {
        var seen = new HashSet<ulong>();
        for (var length = 0; length <= 64; length++)
        {
            Assert.True(seen.Add(RowHash.Bytes(Encoding.UTF8.GetBytes(new string('a', length)))));
            for (var at = 0; at < length; at++)
            {
                var text = new string('a', length).ToCharArray();
                text[at] = 'b';
                Assert.True(seen.Add(RowHash.Bytes(Encoding.UTF8.GetBytes(text))), $"length {length}, place {at}");
            }
        }
    }

    [Fact]
    public void The_order_of_columns_and_the_place_of_null_matter()
    {
        var (a, b, seed) = (RowHash.Bits(1), RowHash.Bits(2), RowHash.Seed(""));
        Assert.NotEqual(Row(a, b), Row(b, a));
        Assert.NotEqual(Row(a, RowHash.Null), Row(RowHash.Null, a));
        Assert.NotEqual(Row(RowHash.Bytes("a"u8), RowHash.Bytes("bc"u8)), Row(RowHash.Bytes("ab"u8), RowHash.Bytes("c"u8)));
        Assert.NotEqual(RowHash.Null, RowHash.Bytes(""u8));

        ulong Row(ulong first, ulong second) => RowHash.Combine(RowHash.Combine(seed, first), second);
    }

    [Fact]
    public void All_nans_are_one_value_and_so_are_both_zeros()
    {
        Assert.Equal(RowHash.Float(double.NaN), RowHash.Float(BitConverter.UInt64BitsToDouble(0xFFF8000000000001)));
        Assert.Equal(RowHash.Float(0.0), RowHash.Float(-0.0));
        Assert.NotEqual(RowHash.Float(0.0), RowHash.Float(5e-324));
    }
}
