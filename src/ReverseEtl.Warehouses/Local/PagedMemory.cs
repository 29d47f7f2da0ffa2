using System.Runtime.InteropServices;

namespace ReverseEtl.Warehouses.Local;

/// <summary>
/// Zeroed memory outside the collected heap, in large pages where the system has them: reading it here and there would otherwise cost a
/// look into the page tables each time, and the first write to each small page a call of the system.
/// </summary>
internal sealed unsafe partial class PagedMemory : IDisposable
{
    private const nuint Page = 2 << 20;
    private const int AdviseHugePages = 14;

    private void* _memory;

    public PagedMemory(long bytes)
    {
        // Not cleared by us: fresh pages of the system are zero, and arrive on the threads that first write to them.
        _memory = NativeMemory.AllocZeroed((nuint)bytes + Page);
        Start = (void*)(((nuint)_memory + Page - 1) / Page * Page);
        // Advice only: where it is not taken, everything works as it does without.
        if (OperatingSystem.IsLinux())
            _ = Advise(Start, (nuint)bytes, AdviseHugePages);
    }

    public void* Start { get; }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
