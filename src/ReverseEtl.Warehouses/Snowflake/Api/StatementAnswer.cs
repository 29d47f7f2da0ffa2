namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>What is said of a statement, without its rows.</summary>
internal sealed record StatementAnswer
{
    public string? Code { get; init; }

    public string? SqlState { get; init; }

    public string? Message { get; init; }

    public string? StatementHandle { get; init; }

    /// <summary>One for each of several statements; null where there was one.</summary>
    public IReadOnlyList<string>? StatementHandles { get; init; }

    public ResultMetadata? ResultSetMetaData { get; init; }

    public StatementStats? Stats { get; init; }
}

/// <summary>What a result consists of.</summary>
internal sealed record ResultMetadata
{
    public long NumRows { get; init; }

    public IReadOnlyList<ResultColumn> RowType { get; init; } = [];

    public IReadOnlyList<PartitionInfo> PartitionInfo { get; init; } = [];
}

/// <summary>A part of a result that is fetched in one request.</summary>
internal sealed record PartitionInfo(long RowCount);

/// <summary>Rows that a statement changed; null where it does not say.</summary>
internal sealed record StatementStats(long? NumRowsInserted, long? NumRowsUpdated, long? NumRowsDeleted)
{
    /// <summary>All of them; null where it says of none.</summary>
    public long? Changed => NumRowsInserted is null && NumRowsUpdated is null && NumRowsDeleted is null
        ? null
        : (NumRowsInserted ?? 0) + (NumRowsUpdated ?? 0) + (NumRowsDeleted ?? 0);
}

/// <summary>A column of a result.</summary>
internal sealed record ResultColumn
{
    public required string Name { get; init; }

    /// <summary>Snowflake's word for how values are written: fixed, real, text, binary, boolean, date, time, timestamp_ntz, variant, ...</summary>
    public required string Type { get; init; }

    public int? Precision { get; init; }

    public int? Scale { get; init; }

    public long? Length { get; init; }

    public bool Nullable { get; init; } = true;
}
