using ReverseEtl.Core.Delivery;

namespace ReverseEtl.Connectors.Files;

/// <summary>
/// A sync overwrites only files that it wrote. This stops two syncs with one name from undoing each other, and a sync whose staging file
/// was deleted from publishing the changes alone over the full file.
/// </summary>
internal static class Ownership
{
    /// <exception cref="DestinationException">The file exists and is not this sync's.</exception>
    public static void Check(Stage? stage, FileLayout layout)
    {
        var target = layout.Full(layout.StateFile);
        if (!File.Exists(target) || stage?.Owns(layout.StateFile) == true)
            return;
        throw new DestinationException(
            $"{target} exists, but {layout.StageFile}, which holds the rows it is written from, does not know it: another sync or program "
            + "wrote it, or the staging file was deleted. Nothing was overwritten. If another sync writes this file, give this one another "
            + "name; otherwise move the file away and "
            + $"run `cdp run {Path.GetFileNameWithoutExtension(layout.StageFile)} --full`, which sends every row again")
        {
            IsUnreachable = false,
        };
    }

    /// <summary>Remembers the file before it is first written, so that a crash between the two does not make it a stranger's.</summary>
    public static void Claim(Stage stage, FileLayout layout)
    {
        Check(stage, layout);
        if (!stage.Owns(layout.StateFile))
            stage.Own(layout.StateFile);
    }
}
