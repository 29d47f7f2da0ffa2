using Microsoft.Extensions.Hosting;

namespace ReverseEtl.Sandbox;

/// <summary>Leaves Ctrl+C to the program that the sandbox runs in; the framework's own lifetime would take it.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
