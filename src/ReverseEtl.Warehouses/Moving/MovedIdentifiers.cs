using ReverseEtl.Core.Mapping;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Local;

namespace ReverseEtl.Warehouses.Moving;

/// <summary>
/// The identifiers of a snapshot on its way. The planner here keeps them as they were sent, the one in the warehouse as the model has them,
/// and neither can be made of the other. So each is taken from the model's row <c>m</c> where that shows that it is what was told, and else
/// goes on as it was kept, in a column of its own.
/// </summary>
/// <param name="kept">What the snapshot has, as the rows <c>s</c>.</param>
/// <param name="from">The mapped identifiers, as the planner keeps them that has the snapshot.</param>
/// <param name="to">The same, as the other one keeps them.</param>
internal sealed class MovedIdentifiers(IReadOnlyList<KeptIdentifier> kept, IReadOnlyList<MappedIdentifier> from, IReadOnlyList<MappedIdentifier> to)
{
    /// <summary>What the moved snapshot has.</summary>
    public IReadOnlyList<KeptIdentifier> Kept { get; } = [.. to.Select(KeptIdentifier.Of).Union(kept)];

    /// <summary>The SQL of its columns, in that order.</summary>
    /// <param name="isTold">Whether the model's row is as it was told.</param>
    /// <param name="source">A mapped identifier of the model's row, as it is kept where the snapshot comes from.</param>
    /// <param name="target">The same, as it is kept where it goes.</param>
    /// <param name="remade">One that was kept, made to what is kept where it goes; null where that takes more than itself.</param>
    public IEnumerable<string> Sql(string isTold, Func<int, string> source, Func<int, string> target, Func<int, string, string?> remade)
    {
        foreach (var (identifier, number) in Kept.Select((identifier, number) => (identifier, number)))
        {
            var was = Number(identifier);
            // The place of the mapped identifier that this is the new form or the old form of.
            var (isNew, isOld) = (number < to.Count, from.ToList().FindIndex(mapped => KeptIdentifier.Of(mapped) == identifier));
            var type = DuckDbTypes.StorageOf(identifier.Type);
            if (isNew && Number(KeptIdentifier.Of(from[number])) is { } old && KeptIdentifier.Of(from[number]) != identifier)
                yield return remade(number, $"s.i{old}") ?? $"case when {IsTold(number, old)} then {target(number)} else {Or(was, type)} end";
            else if (!isNew && isOld >= 0 && was is { } left)
                yield return remade(isOld, $"s.i{left}") is not null ? $"null::{type}" : $"case when not {IsTold(isOld, left)} then s.i{left} end";
            else
                yield return Or(was, type);
        }

        // Where the row's country has a part in it, the country must be known to be the same, too.
        string IsTold(int mapped, int old)
        {
            if ((from[mapped].Form ?? to[mapped].Form)?.CountryColumn is not { } column)
                return $"coalesce(m.is_single and {IsSame(mapped, old)}, false)";
            var country = from.ToList().FindIndex(identifier => identifier.Column == column);
            return country >= 0 && Number(KeptIdentifier.Of(from[country])) is { } told
                ? $"coalesce(m.is_single and {IsSame(mapped, old)} and {IsSame(country, told)}, false)"
                : $"coalesce({isTold}, false)";
        }

        string IsSame(int mapped, int old) => $"s.i{old} is not distinct from {source(mapped)}";
    }

    private int? Number(KeptIdentifier identifier) => kept.ToList().IndexOf(identifier) is >= 0 and var number ? number : null;

    private static string Or(int? number, string type) => number is { } kept ? $"s.i{kept}" : $"null::{type}";
}
