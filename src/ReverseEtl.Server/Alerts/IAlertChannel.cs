using ReverseEtl.Core.Alerts;

namespace ReverseEtl.Server.Alerts;

/// <summary>A place where people read alerts.</summary>
internal interface IAlertChannel
{
    /// <summary>True where it keeps incidents itself, so that it must hear of every end.</summary>
    bool KeepsIncidents => false;

    /// <summary>Tells it.</summary>
    /// <returns>Why it could not be told, without secrets; null where it was.</returns>
    Task<string?> TellAsync(AlertMessage message, CancellationToken cancellationToken);
}
