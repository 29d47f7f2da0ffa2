using ReverseEtl.Conformance.ControlStore;
using ReverseEtl.Core.State;
using ReverseEtl.State.Sqlite;

namespace ReverseEtl.Tests.State;

public sealed class SqliteControlStoreTests : ControlStoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<IControlStore> OpenAsync(TimeProvider time) =>
        await SqliteControlStore.OpenAsync(_folder.File("control.db"), time, Cancellation);
}
