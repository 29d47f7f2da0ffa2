namespace ReverseEtl.Sandbox;

/// <summary>How to start a sandbox.</summary>
public sealed record SandboxOptions
{
    /// <summary>The port on this machine; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Where to keep what was received, so that the next sandbox on this folder knows it; null keeps it in memory. It outlives the
    /// process being killed, not the machine losing power.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>The webhooks' signing secret (<c>whsec_</c>); requests without a right signature are then answered 401.</summary>
    public string? WebhookSecret { get; init; }

    /// <summary>The clock of what is shown.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
