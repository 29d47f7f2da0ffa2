using System.Reflection;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Tests.Personal;

internal static class Catalogue
{
    /// <summary>Every normaliser of every vendor.</summary>
    public static IReadOnlyList<Normaliser> All { get; } =
    [
        .. ((Type[])[typeof(MetaNormalisers), typeof(GoogleNormalisers)])
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Select(field => (Normaliser)field.GetValue(null)!),
    ];
}
