namespace ReverseEtl.Core.Config;

/// <summary>A secret from <c>${env:NAME}</c> or <c>${file:PATH}</c>. It never prints; <see cref="Reveal"/> is the only way in.</summary>
public sealed class Secret(string value)
{
    /// <summary>The value, for the one place that sends it.</summary>
    public string Reveal() => value;

    /// <summary>Three stars.</summary>
    public override string ToString() => "***";
}
