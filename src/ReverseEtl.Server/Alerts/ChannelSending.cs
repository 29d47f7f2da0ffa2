using ReverseEtl.Core.Alerts;
using ReverseEtl.Core.Projects;

namespace ReverseEtl.Server.Alerts;

/// <summary>Tells one of a project's channels.</summary>
internal static class ChannelSending
{
    /// <returns>Why it could not be told; null where it was.</returns>
    public static async Task<ChannelError?> TellAsync(Project project, string channel, AlertMessage message, TimeProvider time, CancellationToken cancellationToken)
    {
        if (project.Problems.FirstOrDefault(problem => problem.Channel == channel) is { } missing)
            return new ChannelError($"{missing}");
        if (project.Config.Alerts?.Channels.GetValueOrDefault(channel) is not { } options)
            return new ChannelError("there is no such channel any more") { IsGone = true };
        try
        {
            return await AlertChannels.Open(options, project.Folder, time).TellAsync(message, cancellationToken) is { } error ? new ChannelError(error) : null;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // A run is over whatever a channel does, and the others are told. The text may quote an address that is a secret.
            return new ChannelError($"{error.GetType().Name} while telling it");
        }
    }
}

/// <summary>Why a channel could not be told.</summary>
/// <param name="Message">In words, without secrets.</param>
internal sealed record ChannelError(string Message)
{
    /// <summary>True where it will never be told.</summary>
    public bool IsGone { get; init; }
}
