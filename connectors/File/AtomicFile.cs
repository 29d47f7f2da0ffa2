namespace ReverseEtl.Connectors.Files;

/// <summary>A file that is seen complete or not at all, also after a power failure.</summary>
internal static class AtomicFile
{
    /// <summary>Has a file written under a hidden name beside its own, then gives it its own.</summary>
    /// <param name="path">Where the file belongs; one that is there is replaced.</param>
    /// <param name="write">Writes to the path it is given.</param>
    public static void Write(string path, Action<string> write)
    {
        var folder = Path.GetDirectoryName(path)!;
        DirectorySync.Create(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.tmp");
        try
        {
            write(temporary);
            // The name must not reach the disk before the contents.
            using (var file = new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite))
                file.Flush(flushToDisk: true);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            Discard(temporary);
            throw;
        }

        DirectorySync.Flush(folder);
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that led here says more; the next run overwrites the rest.
        }
    }
}
