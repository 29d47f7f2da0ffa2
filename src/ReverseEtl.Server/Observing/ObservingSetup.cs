using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ReverseEtl.Core.Projects;
using ReverseEtl.Http.Resilience;

namespace ReverseEtl.Server.Observing;

/// <summary>Health, metrics and traces of the service.</summary>
internal static class ObservingSetup
{
    /// <summary>Adds what measures and where it goes.</summary>
    public static void AddObserving(this IServiceCollection services, Project project)
    {
        var otlp = project.Config.Serve.Otlp;
        services.AddSingleton<Readiness>();
        services.AddHostedService<SyncGauges>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("cdp", serviceNamespace: project.Config.Project))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ServiceMetrics.Name, KitMetrics.Name).AddPrometheusExporter();
                if (otlp is not null)
                    metrics.AddOtlpExporter(options => Send(options, otlp, "metrics"));
            })
            .WithTracing(traces =>
            {
                if (otlp is not null)
                    traces.AddSource(ServiceMetrics.Name).AddOtlpExporter(options => Send(options, otlp, "traces"));
            });
    }

    // Over HTTP each signal has a path of its own; which of both it is OTEL_EXPORTER_OTLP_PROTOCOL says, as everywhere.
    private static void Send(OtlpExporterOptions options, Uri otlp, string signal) =>
        options.Endpoint = options.Protocol is OtlpExportProtocol.HttpProtobuf ? new Uri(otlp, $"v1/{signal}") : otlp;

    /// <summary>Maps <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    public static void MapObserving(this WebApplication app)
    {
        app.MapGet("/healthz", () => Results.Text("alive\n"));
        app.MapGet("/readyz", async (Readiness readiness, CancellationToken cancellationToken) =>
            await readiness.WhyNotAsync(cancellationToken) is { } why ? Results.Text($"{why}\n", statusCode: StatusCodes.Status503ServiceUnavailable) : Results.Text("ready\n"));
        app.MapPrometheusScrapingEndpoint("/metrics");
    }
}
