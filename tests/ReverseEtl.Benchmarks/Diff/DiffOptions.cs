namespace ReverseEtl.Benchmarks.Diff;

/// <summary>What to measure; see the options of <see cref="DiffCommand"/>.</summary>
internal sealed record DiffOptions(long Rows, int Columns, double Churn, int Cycles, string? MemoryLimit, bool TextKey, string Folder);
