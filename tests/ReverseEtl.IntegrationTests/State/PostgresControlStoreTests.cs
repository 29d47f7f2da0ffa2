using ReverseEtl.Conformance.ControlStore;
using ReverseEtl.Core.State;

namespace ReverseEtl.IntegrationTests.State;

/// <summary>The suite that every control store passes; each test in a schema of its own, with a name that needs quoting.</summary>
public sealed class PostgresControlStoreTests : ControlStoreConformance
{
    private static readonly Lazy<Task<StateDatabase>> Database = new(StateDatabase.CreateAsync);

    private readonly string _schema = $"Test \"{Guid.NewGuid():n}\"";

    protected override async Task<IControlStore> OpenAsync(TimeProvider time)
    {
        var database = await Database.Value;
        return await database.OpenAsync(time, options: database.Options() with { Schema = _schema });
    }
}
