using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

/// <summary>Hashes and forms from https://developers.facebook.com/docs/marketing-api/conversions-api/parameters/customer-information-parameters.</summary>
public sealed class MetaTests
{
    private static PersonalField Hashed(Normaliser normaliser) => new(normaliser, PersonalHash.Sha256Hex);

    [Fact]
    public void The_documented_hashes_come_out()
    {
        Assert.Equal("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f", Ask.Written(Hashed(MetaNormalisers.Email), "John_Smith@gmail.com"));
        Assert.Equal("e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176", Ask.Written(Hashed(MetaNormalisers.Phone), "(650)555-1212", "US"));
        Assert.Equal("6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec", Ask.Written(Hashed(MetaNormalisers.FirstName), "Mary"));
        Assert.Equal("8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14", Ask.Written(Hashed(MetaNormalisers.FirstName), "정"));
        Assert.Equal("08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c", Ask.Written(Hashed(MetaNormalisers.FirstName), "Valéry"));
    }

    [Fact]
    public void Decomposed_text_has_the_hash_of_composed_text()
    {
        Assert.Equal("08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c", Ask.Written(Hashed(MetaNormalisers.FirstName), "Vale\u0301ry"));
        Assert.Equal("8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14", Ask.Written(Hashed(MetaNormalisers.LastName), "\u110C\u1165\u11BC"));
    }

    [Theory]
    [InlineData(" Mary  Ann ", "maryann")]
    [InlineData("O'Brien", "obrien")]
    [InlineData("Smith-Jones", "smithjones")]
    [InlineData("J. R.", "jr")]
    [InlineData("ΓΙΩΡΓΟΣ", "γιωργος")]
    [InlineData("Наталья", "наталья")]
    [InlineData("נעמי", "נעמי")]
    [InlineData("โสภา", "โสภา")]
    [InlineData("山田", "山田")]
    [InlineData("Ø", "ø")]
    [InlineData("İlker", "i\u0307lker")]
    [InlineData("ILKER", "ilker")]
    [InlineData("😀", null)]
    [InlineData(" .- ", null)]
    public void Names_are_lower_case_letters(string text, string? expected)
    {
        Assert.Equal(expected, Ask.Of(MetaNormalisers.FirstName, text));
        Assert.Equal(expected, Ask.Of(MetaNormalisers.LastName, text));
    }

    [Theory]
    [InlineData(" 'E\u0301lodie", "é")]
    [InlineData("José", "j")]
    [InlineData("𐐀bc", "𐐨")]
    [InlineData("..", null)]
    public void The_first_initial_is_one_letter(string text, string? expected) => Assert.Equal(expected, Ask.Of(MetaNormalisers.FirstInitial, text));

    [Theory]
    [InlineData("f", "f")]
    [InlineData(" Female ", "f")]
    [InlineData("M", "m")]
    [InlineData("male", "m")]
    [InlineData("unknown", null)]
    [InlineData("x", null)]
    [InlineData("mal", "!the value of the_field (3 characters) is no gender: give f, m, female, male, or unknown")]
    public void Gender_is_f_or_m(string text, string? expected) => Assert.Equal(expected, Ask.Of(MetaNormalisers.Gender, text));

    [Theory]
    [InlineData("1990-05-07", "19900507", "1990", "05", "07")]
    [InlineData(" 19900507 ", "19900507", "1990", "05", "07")]
    [InlineData("1990-05-07T00:00:00Z", "19900507", "1990", "05", "07")]
    [InlineData("1990-05-07 23:59:59.5", "19900507", "1990", "05", "07")]
    [InlineData("１９９０-０５-０７", "19900507", "1990", "05", "07")]
    [InlineData("1990", "!", "1990", "!", "!")]
    [InlineData("7", "!", "!", "07", "07")]
    [InlineData("07", "!", "!", "07", "07")]
    [InlineData("13", "!", "!", "!", "13")]
    [InlineData("32", "!", "!", "!", "!")]
    [InlineData("0", "!", "!", "!", "!")]
    [InlineData("1899-12-31", "!", "!", "12", "31")]
    [InlineData("1990-02-30", "!", "!", "!", "!")]
    [InlineData("07/05/1990", "!", "!", "!", "!")]
    [InlineData("\t", null, null, null, null)]
    public void Dates_of_birth_are_taken_apart(string text, string? whole, string? year, string? month, string? day)
    {
        string? Start(Normaliser normaliser) => Ask.Of(normaliser, text) is { } answer ? answer[0] == '!' ? "!" : answer : null;
        Assert.Equal(whole, Start(MetaNormalisers.BirthDate));
        Assert.Equal(year, Start(MetaNormalisers.BirthYear));
        Assert.Equal(month, Start(MetaNormalisers.BirthMonth));
        Assert.Equal(day, Start(MetaNormalisers.BirthDay));
    }

    [Theory]
    [InlineData("AECE52E7-03EE-455A-B3C4-E57283966239", "aece52e7-03ee-455a-b3c4-e57283966239")]
    [InlineData("00000000-0000-0000-0000-000000000000", null)]
    [InlineData("AECE52E703EE455AB3C4E57283966239", "!the value of the_field (32 characters) is no mobile advertising id: it is 32 hexadecimal digits with hyphens, as in a UUID")]
    public void Advertising_ids_are_lower_case_with_hyphens(string text, string? expected) => Assert.Equal(expected, Ask.Of(MetaNormalisers.AdvertisingId, text));

    [Fact]
    public void External_ids_are_trimmed_only() => Assert.Equal("Ab C-1", Ask.Of(MetaNormalisers.ExternalId, "\u3000Ab C-1\u00A0"));
}
