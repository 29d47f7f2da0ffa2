namespace ReverseEtl.Http.Personal;

/// <summary>What a rule may need to know beside the value.</summary>
/// <param name="Field">The field's name, for messages.</param>
/// <param name="Country">
/// The row's or the sync's country: ISO 3166-1 alpha-2, alpha-3 or an English name, in any case. <see cref="AnyCountry"/> where
/// telephone numbers start with their calling code although no <c>+</c> stands before it. Null where none is known.
/// </param>
public readonly record struct NormalContext(string Field, string? Country = null)
{
    /// <summary>The country <c>+</c>: numbers start with their calling code.</summary>
    public const string AnyCountry = "+";
}
