using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

public sealed class HashTests
{
    private const string Sha = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    private static readonly PersonalField Hex = new(MetaNormalisers.Email, PersonalHash.Sha256Hex);

    [Fact]
    public void Known_values_have_their_known_hashes()
    {
        using var hasher = new PersonalHasher();
        Assert.Equal(Sha, hasher.Hash(PersonalHash.Sha256Hex, "hello world"));
        Assert.Equal("uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=", hasher.Hash(PersonalHash.Sha256Base64, "hello world"));
        Assert.Equal("5eb63bbbe01eeed093cb22bb8f5acdc3", hasher.Hash(PersonalHash.Md5Hex, "hello world"));
        Assert.Equal("hello world", hasher.Hash(PersonalHash.None, "hello world"));
    }

    [Fact]
    public void One_hasher_keeps_nothing_of_the_value_before()
    {
        using var hasher = new PersonalHasher();
        foreach (var text in (string[])["", "a", "정", new string('x', 10_000), "a"])
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), hasher.Hash(PersonalHash.Sha256Hex, text));
    }

    [Theory]
    [InlineData(Sha, true)]
    [InlineData("B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9", true)]
    [InlineData("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde", false)]
    [InlineData("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9a", false)]
    [InlineData("g94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9", false)]
    [InlineData("９94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9", false)]
    [InlineData("", false)]
    public void A_sha256_is_64_hexadecimal_digits(string text, bool expected)
    {
        Assert.Equal(expected, PersonalHasher.IsSha256Hex(text));
        Assert.Equal(expected, PersonalHasher.IsSha256Hex(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_value_declared_as_hashed_is_lowered_and_passed_on()
    {
        Assert.Equal(Sha, Ask.WrittenHashed(Hex, $" {Sha.ToUpperInvariant()}\n"));
        Assert.Equal("uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=", Ask.WrittenHashed(Hex with { Hash = PersonalHash.Sha256Base64 }, Sha));
        Assert.Equal("5eb63bbbe01eeed093cb22bb8f5acdc3", Ask.WrittenHashed(Hex with { Hash = PersonalHash.Md5Hex }, "5EB63BBBE01EEED093CB22BB8F5ACDC3"));
        Assert.Null(Ask.WrittenHashed(Hex, "  "));
    }

    [Fact]
    public void A_value_declared_as_hashed_that_is_not_is_refused()
    {
        Assert.Equal("!the value of the_field (16 characters) was declared as hashed, but is not a SHA-256 in 64 hexadecimal digits", Ask.WrittenHashed(Hex, "jane@example.com"));
        foreach (var text in (string[])["g" + Sha[1..], Sha[1..], Sha[2..], Sha + "00"])
            Assert.StartsWith("!", Ask.WrittenHashed(Hex, text), StringComparison.Ordinal);
        Assert.Equal("!the value of the_field (64 characters) was declared as hashed, but is not an MD5 in 32 hexadecimal digits",
            Ask.WrittenHashed(Hex with { Hash = PersonalHash.Md5Hex }, Sha));
    }

    [Fact]
    public void A_hash_that_was_not_declared_is_not_hashed_again()
    {
        const string Expected = "!the value of the_field looks like a SHA-256 already: declare the field as hashed";
        Assert.Equal(Expected, Ask.Written(Hex, Sha));
        Assert.Equal(Expected, Ask.Written(new(MetaNormalisers.FirstName, PersonalHash.Sha256Hex), Sha.ToUpperInvariant()));
        Assert.Equal(Sha, Ask.Written(new(MetaNormalisers.ExternalId, PersonalHash.None), Sha));
    }

    [Fact]
    public void Null_is_not_hashed() => Assert.Null(Ask.Written(Hex, " "));

    [Fact]
    public void A_field_is_named_by_all_that_its_bytes_depend_on()
    {
        Assert.Equal("meta.email@1+Sha256Hex", Hex.Id);
        Assert.Equal("meta.extern_id@1", new PersonalField(MetaNormalisers.ExternalId, PersonalHash.None).Id);
    }
}
