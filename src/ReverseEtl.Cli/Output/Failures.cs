using System.Diagnostics.CodeAnalysis;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Planning;
using ReverseEtl.Core.State;
using ReverseEtl.Server.Operations.Remote;

namespace ReverseEtl.Cli.Output;

/// <summary>Which failures are expected, and what each means to the caller. Anything else is a bug.</summary>
internal static class Failures
{
    /// <summary>The exit code of an expected failure.</summary>
    public static bool TryExplain(Exception error, [NotNullWhen(true)] out string? message, out int exitCode)
    {
        (message, exitCode) = error switch
        {
            ProjectException => (error.Message, ExitCode.Wrong),
            RemoteException { IsUnreachable: false } => (error.Message, ExitCode.Wrong),
            RemoteException => (error.Message, ExitCode.Unreachable),
            DestinationException { IsUnreachable: false } => (error.Message, ExitCode.Wrong),
            DestinationException or WarehouseException or ControlStoreException => (error.Message, ExitCode.Unreachable),
            SyncBusyException or LeaseLostException => (error.Message, ExitCode.Unreachable),
            DllNotFoundException => (error.Message, ExitCode.Unreachable),
            OperationCanceledException => ("stopped; what was in flight is recorded, and the next run goes on from there", ExitCode.Interrupted),
            UnauthorizedAccessException or IOException => (error.Message, ExitCode.Unreachable),
            _ => (null, 0),
        };
        return message is not null;
    }
}
