using System.Text;
using ReverseEtl.Http.Personal.Unicode;

namespace ReverseEtl.Http.Personal.Rules;

/// <summary>Steps for text of any kind.</summary>
public static class TextRules
{
    /// <summary>Drops white space of any script, control characters and invisible ones at both ends.</summary>
    public static Normalised Trim(string text, NormalContext context) => Texts.Trim(text);

    /// <summary>Unicode's lower case, the same in every culture.</summary>
    public static Normalised Lower(string text, NormalContext context) => LowerCase.Of(text);

    /// <summary>Normalisation form C: é is one character. Comes after every step that drops or changes some.</summary>
    public static Normalised Compose(string text, NormalContext context) => Composition.Compose(text);

    /// <summary>Keeps letters of any script with their marks, and numbers: no white space, punctuation or symbols.</summary>
    public static Normalised LettersAndNumbers(string text, NormalContext context) =>
        Texts.Keep(text, static rune => Texts.IsLetter(rune) || Texts.IsNumber(rune));

    /// <summary>Keeps letters of any script with their marks only.</summary>
    public static Normalised Letters(string text, NormalContext context) => Texts.Keep(text, Texts.IsLetter);

    /// <summary>Keeps the first character, with no marks that are characters of their own.</summary>
    public static Normalised First(string text, NormalContext context) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == System.Buffers.OperationStatus.Done ? rune.ToString() : "";
}
