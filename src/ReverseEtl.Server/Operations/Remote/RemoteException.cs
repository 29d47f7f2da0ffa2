namespace ReverseEtl.Server.Operations.Remote;

/// <summary>A service did not do what was asked of it. The message says what is wrong, where and what to do.</summary>
/// <param name="message">It.</param>
/// <param name="isUnreachable">True where the service, or what it needs, cannot be reached; false where what was asked is wrong.</param>
/// <param name="inner">The cause.</param>
internal class RemoteException(string message, bool isUnreachable, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True where the service, or what it needs, cannot be reached.</summary>
    public bool IsUnreachable => isUnreachable;
}

/// <summary>A service has not what was asked for.</summary>
internal sealed class NotThereException(string message) : RemoteException(message, isUnreachable: false);
