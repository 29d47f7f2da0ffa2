namespace ReverseEtl.Benchmarks.Deliver;

/// <summary>What to measure; see the options of <see cref="DeliverCommand"/>.</summary>
internal sealed record DeliverOptions(int Rows, int BatchRows, int Concurrency, int Rounds, bool Apart, string Folder);
