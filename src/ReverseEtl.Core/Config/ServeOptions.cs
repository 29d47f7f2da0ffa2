using System.ComponentModel;

namespace ReverseEtl.Core.Config;

/// <summary>How <c>cdp serve</c> runs a project.</summary>
public sealed record ServeOptions
{
    [Description("Where the HTTP API listens. Loopback by default; another address needs TLS in front of it.")]
    public Uri Url { get; init; } = new("http://127.0.0.1:8321");

    [Description("Runs at once in one process.")]
    public int Concurrency { get; init; } = 8;

    [Description("True where a control store in PostgreSQL is used by one worker alone, so that snapshots may stay in files.")]
    public bool SingleWorker { get; init; }

    [Description("Where traces and metrics go by OTLP: http://localhost:4317 for gRPC; for HTTP set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf and name port 4318. Nowhere when left out.")]
    public Uri? Otlp { get; init; }
}
