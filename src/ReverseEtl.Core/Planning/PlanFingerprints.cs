using ReverseEtl.Core.Models;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Core.Planning;

/// <summary>Fingerprints of what a plan is made from.</summary>
/// <param name="compiler">Compiles the project's models at an instant that is always the same, as a plan names none.</param>
public sealed class PlanFingerprints(ModelCompiler compiler)
{
    /// <summary>A sync's model with everything that it reads.</summary>
    public string Model(Sync sync) =>
        Digest.Of(string.Join('\n', new[] { sync.Model, sync.Profile }.OfType<Model>().Select(model => compiler.Compile(model).Sql)));

    /// <summary>A sync's mapping, key, mode and destination's object.</summary>
    public static string Mapping(Sync sync, SyncQuery query) =>
        Digest.Of($"{sync.File.Mode}\n{string.Join(", ", query.Key.Select(column => $"{column.Name} {column.WarehouseType}"))}\n{query.Shape.Fingerprint}{(sync.SendsChangedFields ? "\nchanged fields" : "")}");
}
