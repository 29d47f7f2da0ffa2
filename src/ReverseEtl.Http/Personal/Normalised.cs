namespace ReverseEtl.Http.Personal;

/// <summary>What became of a value: a text, NULL (an empty text), or what is wrong with it.</summary>
public readonly record struct Normalised
{
    private Normalised(string text, string? problem) => (Text, Problem) = (text, problem);

    /// <summary>The normalised text; empty where the value is to be treated as NULL, and where there is a problem.</summary>
    public string Text { get => field ?? ""; }

    /// <summary>Null, or why the value cannot be normalised; never quotes it.</summary>
    public string? Problem { get; }

    /// <summary>True where the value is to be treated as NULL.</summary>
    public bool IsNull => Problem is null && Text.Length == 0;

    /// <summary>A problem, worded to follow "the value of phone": <c>is no phone number: it has no digits</c>.</summary>
    /// <param name="problem">A constant text. It goes into logs, so it must not hold any part of the value.</param>
    public static Normalised Wrong(string problem) => new("", problem);

    /// <summary>A text is a result.</summary>
    public static implicit operator Normalised(string text) => new(text, null);
}

/// <summary>One step of a normaliser. Total: it answers every text without throwing.</summary>
public delegate Normalised NormalRule(string text, NormalContext context);

/// <summary>
/// All steps at once for a value of ASCII only, without allocating: the length written into <paramref name="output"/>, which is as
/// long as <paramref name="ascii"/>, or -1 to leave the value to the steps. What it writes is what the steps would.
/// </summary>
public delegate int AsciiRule(ReadOnlySpan<byte> ascii, Span<byte> output);
