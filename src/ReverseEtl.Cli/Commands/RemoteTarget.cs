using System.CommandLine;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Operations;
using ReverseEtl.Server.Operations.Remote;

namespace ReverseEtl.Cli.Commands;

/// <summary>The service that a call is meant for.</summary>
internal sealed class RemoteTarget
{
    /// <summary>The environment variable that names one.</summary>
    public const string Variable = "CDP_REMOTE";

    private const string TokenVariable = "CDP_TOKEN";

    private readonly ParseResult _parsed;
    private readonly string _text;

    private RemoteTarget(ParseResult parsed, string text) => (_parsed, _text) = (parsed, text);

    private string Source => _parsed.GetValue(GlobalOptions.Remote) is null ? Variable : GlobalOptions.Remote.Name;

    /// <summary>What a call names; null where it is meant for this machine.</summary>
    public static RemoteTarget? Of(ParseResult parsed)
    {
        var text = parsed.GetValue(GlobalOptions.Remote) ?? Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(text) ? null : new RemoteTarget(parsed, text);
    }

    /// <summary>Refuses what can be done on this machine only.</summary>
    /// <exception cref="ProjectException">Always.</exception>
    public void Refuse(string what) => throw Wrong($"{what} works on the files of this machine; leave {(Source == Variable ? $"the variable {Variable} unset" : $"{Source} out")}");

    /// <summary>Checks the address.</summary>
    /// <exception cref="ProjectException">It is none, or a project of this machine is named as well.</exception>
    public void Check()
    {
        foreach (var option in new[] { GlobalOptions.Project, GlobalOptions.Environment }.Where(option => _parsed.GetValue(option) is not null))
            throw Wrong($"{option.Name} is for a project on this machine, and {Source} for one that a service runs; leave one of them out");
        Address();
    }

    /// <summary>Speaks to it.</summary>
    public RemoteOperations Open() => new(new RemoteProject(Address(), Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token.Trim() : null));

    private Uri Address() => Uri.TryCreate(_text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw Wrong($"{Source} takes the address that cdp serve prints, such as http://127.0.0.1:8321, not \"{_text}\"");

    private static ProjectException Wrong(string message) => new(Caller.CommandLine.Place, message);
}
