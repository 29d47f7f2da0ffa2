namespace ReverseEtl.Http.Personal;

/// <summary>A destination's field of personal data: how its values are normalised, and how they leave.</summary>
/// <param name="Normaliser">The vendor's rule.</param>
/// <param name="Hash">The vendor's hash.</param>
public sealed record PersonalField(Normaliser Normaliser, PersonalHash Hash)
{
    /// <summary>
    /// Names everything that a value's bytes at the destination depend on: <c>meta.phone@1+Sha256Hex</c>. Where it changes, all
    /// rows must be sent again.
    /// </summary>
    public string Id => Hash == PersonalHash.None ? Normaliser.Id : $"{Normaliser.Id}+{Hash}";
}
