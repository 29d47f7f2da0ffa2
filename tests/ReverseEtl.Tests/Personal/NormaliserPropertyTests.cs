using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

public sealed class NormaliserPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(5_000);

    // Characters that rules look for, that change length or form when lowered or composed, and halves of pairs.
    private static readonly string[] Pieces =
    [
        "@", ".", "+", "-", "'", ",", " ", "\t", "\u00A0", "\u3000", "\u200B", "\u200D", "\uFEFF", "\0", "\u007F", "(", "0", "00", "45", "٤", "３",
        "a", "B", "I", "İ", "ı", "ß", "ẞ", "ſ", "Σ", "ς", "K", "Å", "J\u030C", "e", "\u0301", "\u0307", "\u0345", "\u0323", "ﬁ", "Ⱥ", "Ö", "정", "\u1100", "\u1161",
        "\u11A8", "\u037E", "\u1FEF", "山", "م", "😀", "𐐀", "\uD83D", "\uDE00", "gmail.com", "mr", "jr", "x12", "1990-05-17", "US", "ext",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements(Pieces).ListOf().Select(string.Concat),
        Gen.Choose(0, char.MaxValue).Select(code => (char)code).ListOf().Select(string.Concat),
        Gen.Choose(' ', '~').Select(code => (char)code).ListOf().Select(string.Concat),
        from prefix in Gen.Elements("", "+45", "0045", "+44 (0)", "+39 0", "+549", "+52 1", "00", "0", "1-", "011 1", "+55 0 15 ", "+")
        from digits in Gen.Elements("0123456789".ToCharArray()).ListOf(9)
        from rest in Gen.Elements("", "1", "-12", " x12", ";ext=7")
        select prefix + string.Concat(digits) + rest,
        Gen.Elements(Pieces).ListOf().Select(pieces => $"a{string.Concat(pieces)}@gmail.com"));

    private static readonly Arbitrary<(Normaliser Normaliser, string Text, string? Country)> Cases = Arb.From(
        from normaliser in Gen.Elements(Catalogue.All.ToArray())
        from text in Texts
        from country in Gen.Elements(null, "+", "DK", "US", "IT", "GB", "DE", "AR", "MX", "BR", "Atlantis")
        select (normaliser, text, country));

    [Fact]
    public void Normalising_twice_is_normalising_once() => Check.One(Runs, Prop.ForAll(Cases, one =>
    {
        var once = Ask.Of(one.Normaliser, one.Text, one.Country);
        if (once is null or ['!', ..])
            return;
        // Meta's numbers are digits only: the country that says so is the one to read them with.
        var country = one.Normaliser == MetaNormalisers.Phone ? NormalContext.AnyCountry : one.Country;
        Assert.Equal(once, Ask.Of(one.Normaliser, once, country));
    }));

    [Fact]
    public void White_space_around_a_value_does_not_count() => Check.One(Runs, Prop.ForAll(Cases, one =>
    {
        var bare = one.Normaliser.Normalise(one.Text, new("f", one.Country));
        var padded = one.Normaliser.Normalise($" \u00A0{one.Text}\u3000\n", new("f", one.Country));
        Assert.Equal(bare, padded);
    }));

    [Fact]
    public void Errors_show_nothing_of_the_value() => Check.One(Runs, Prop.ForAll(Cases, one =>
    {
        // Of two values as long as each other and wrong in the same way, the messages are the same.
        const int Private = 0xE000;
        var mark = new string((char)Private, 3);
        var value = $"{mark}{one.Text}{mark}";
        if (Ask.Of(one.Normaliser, value, one.Country) is ['!', ..] error)
        {
            Assert.DoesNotContain((char)Private, error);
            Assert.All(one.Text.Where(c => c > 0x7F), c => Assert.DoesNotContain(c, error));
        }
    }));

    [Fact]
    public void Case_does_not_count_in_what_is_lowered()
    {
        Normaliser[] lowered =
        [
            MetaNormalisers.Email, MetaNormalisers.FirstName, MetaNormalisers.LastName, MetaNormalisers.FirstInitial, MetaNormalisers.City,
            MetaNormalisers.State, MetaNormalisers.PostalCode, MetaNormalisers.Gender, MetaNormalisers.Country, MetaNormalisers.AdvertisingId,
            GoogleNormalisers.Email, GoogleNormalisers.GivenName, GoogleNormalisers.FamilyName, GoogleNormalisers.Region,
        ];
        var texts = Arb.From(Gen.Elements("abcxyzæøåéñüжяγδ@.+- 019".ToCharArray()).ListOf().Select(letters => string.Concat(letters)));
        Check.One(Runs, Prop.ForAll(Arb.From(Gen.Elements(lowered)), texts, (normaliser, text) =>
            Assert.Equal(Ask.Of(normaliser, text), Ask.Of(normaliser, text.ToUpperInvariant()))));
    }

    [Fact]
    public void What_is_hashed_is_the_utf8_of_the_normalised_text() => Check.One(Runs, Prop.ForAll(Cases, one =>
    {
        using var hasher = new PersonalHasher();
        var normalised = Ask.Of(one.Normaliser, one.Text, one.Country);
        if (normalised is ['!', ..] || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(one.Text)) != one.Text)
            return;
        foreach (var (hash, length) in new[] { (PersonalHash.Sha256Hex, 64), (PersonalHash.Sha256Base64, 44), (PersonalHash.Md5Hex, 32) })
        {
            var written = Ask.Written(new(one.Normaliser, hash), one.Text, one.Country);
            Assert.Equal(normalised is null ? null : hasher.Hash(hash, normalised), written);
            Assert.Equal(normalised is null ? null : length, written?.Length);
        }
    }));

    [Fact]
    public void Every_single_character_can_be_asked_for_twice()
    {
        foreach (var normaliser in Catalogue.All)
        {
            for (var code = 0; code <= char.MaxValue; code++)
            {
                var once = normaliser.Normalise($"a{(char)code}b", new("f"));
                if (once is { Problem: null, IsNull: false })
                    Assert.Equal(once, normaliser.Normalise(once.Text, new("f")));
            }
        }
    }

    [Fact]
    public void Names_are_unique()
    {
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(normaliser => normaliser.Name).Distinct().Count());
        Assert.Contains("google.family_name@1", Catalogue.All.Select(normaliser => normaliser.Id));
    }
}
