using ReverseEtl.Core.Config;
using ReverseEtl.Core.Testing;

namespace ReverseEtl.Warehouses.Testing;

/// <summary>Runs tests of models: fixtures become tables, and the model must make the expected rows of them.</summary>
public interface IModelTestRunner
{
    /// <summary>Runs one test.</summary>
    /// <exception cref="ProjectException">The model or a fixture is refused.</exception>
    Task<ModelTestResult> RunAsync(ModelTest test, CancellationToken cancellationToken);
}

/// <summary>What a test found. Rows are JSON objects of the columns compared.</summary>
/// <param name="Test">The test.</param>
/// <param name="Missing">Expected rows that did not come out.</param>
/// <param name="Unexpected">Rows that came out and were not expected.</param>
public sealed record ModelTestResult(ModelTest Test, IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected)
{
    public bool Passed => Missing.Count + Unexpected.Count == 0;
}
