using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ReverseEtl.DuckDb.Native;

/// <summary>Binds the name "duckdb" in P/Invokes to the file that <see cref="LibrarySearch"/> finds.</summary>
internal static class LibraryLoader
{
    // The first P/Invoke may come from any type, and a resolver can be set only once: the module is the one place that is early enough.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(LibraryLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Api.Library)
            return 0;

        var search = LibrarySearch.Here();
        if (search.Find(File.Exists) is { } file)
            return NativeLibrary.Load(file);

        return search.Override is null && NativeLibrary.TryLoad(name, assembly, paths, out var handle)
            ? handle
            : throw new DllNotFoundException(search.NotFound());
    }
}
