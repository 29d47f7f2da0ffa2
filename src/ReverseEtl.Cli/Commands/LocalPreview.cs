using System.Globalization;
using ReverseEtl.Server.Composition;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Models;
using ReverseEtl.Core.Planning;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Sampling;

namespace ReverseEtl.Cli.Commands;

/// <summary><c>cdp preview --local</c>: a model on a masked sample of what it reads.</summary>
internal static class LocalPreview
{
    /// <summary>Rows of each source, where nobody says how many.</summary>
    public const int Rows = 10_000;

    public static async Task<Preview> RunAsync(Session session, Model model, PreviewOptions options, int rows, CancellationToken cancellationToken)
    {
        var warehouse = await session.WarehouseAsync(cancellationToken);
        if (warehouse.Dialect.Type == DuckDbWarehouseOptions.TypeName)
            throw new ProjectException(new Position("command line"), "the warehouse is on this machine already; leave --local out, or choose another environment with --env");
        var compiler = await session.CompilerAsync(cancellationToken);
        await using var sample = await LocalSample.FetchAsync(warehouse, session.Project.Models, compiler, model, rows, cancellationToken);
        var preview = await sample.PreviewAsync(session.Compiler(new SampleDialect(warehouse.Dialect)).Compile(model), warehouse.Dialect.Type, options, cancellationToken);
        var sources = sample.Sources.Select(source => string.Create(CultureInfo.InvariantCulture, $"{source.Name} ({source.Rows:N0} rows{(source.IsCut ? ", cut" : "")})"));
        await Console.Error.WriteLineAsync($"on a sample of {string.Join(", ", sources)}; masked: {(sample.Masked.Count == 0 ? "nothing" : string.Join(", ", sample.Masked))}");
        return preview;
    }
}
