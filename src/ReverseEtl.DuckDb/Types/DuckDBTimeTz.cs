namespace ReverseEtl.DuckDb;

/// <summary>TIMETZ: a time of day and its offset from UTC (whole seconds, less than 16 hours). DateTimeOffset cannot hold it: it needs a date and whole minutes.</summary>
public readonly record struct DuckDBTimeTz(TimeOnly Time, TimeSpan Offset)
{
    // The offset is stored upside down, so that the bits sort by instant.
    private const int MaxOffsetSeconds = 16 * 60 * 60 - 1;
    private const int OffsetBits = 24;

    internal static DuckDBTimeTz FromBits(ulong bits) =>
        new(Civil.Time((long)(bits >> OffsetBits)), TimeSpan.FromSeconds(MaxOffsetSeconds - (long)(bits & ((1UL << OffsetBits) - 1))));

    internal ulong ToBits() =>
        ((ulong)Civil.Micros(Time) << OffsetBits) | (ulong)(MaxOffsetSeconds - (Offset.Ticks / TimeSpan.TicksPerSecond));

    public override string ToString() => Civil.TimeText((ulong)Civil.Micros(Time), 6) + Civil.OffsetText(Offset);
}
