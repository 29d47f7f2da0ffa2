using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>Finds out by doing it whether the folders can be written: rights, quotas and mounts have no other sure test.</summary>
internal static class FolderCheck
{
    /// <exception cref="DestinationException">A folder stands where the file belongs.</exception>
    public static void Run(FileLayout layout, DestinationRequest request)
    {
        Probe(layout.Staging, request.Sync);
        if (request.Mode is SyncMode.Append)
        {
            Probe(Path.GetDirectoryName(layout.Full(layout.EventFile(1)))!, request.Sync);
            return;
        }

        var target = layout.Full(layout.StateFile);
        Probe(Path.GetDirectoryName(target)!, request.Sync);
        if (Directory.Exists(target))
            throw new DestinationException($"{target} is a folder; move it away, or give the sync's object another name") { IsUnreachable = false };
    }

    private static void Probe(string folder, string sync)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".{sync}.probe");
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception error) when (FileErrors.Explain(error, folder) is { } explained)
        {
            throw explained;
        }
    }
}
