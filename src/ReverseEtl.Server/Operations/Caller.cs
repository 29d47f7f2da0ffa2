using ReverseEtl.Core.Config;

namespace ReverseEtl.Server.Operations;

/// <summary>Who asks for something.</summary>
/// <param name="Name">Who, for the audit.</param>
/// <param name="Place">Where what they ask for stands, for messages about it.</param>
internal sealed record Caller(string Name, Position Place)
{
    /// <summary>Somebody at this machine.</summary>
    public static Caller CommandLine { get; } = new(Composition.ThisProcess.Holder.Name, new Position("command line"));
}
