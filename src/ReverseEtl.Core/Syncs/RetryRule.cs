using System.ComponentModel;

namespace ReverseEtl.Core.Syncs;

/// <summary>When rows that the destination refused are tried again, unless they change before. Each wait is twice the one before.</summary>
public sealed record RetryRule
{
    [Description("The wait after a row was first refused; a minute when left out.")]
    public TimeSpan First { get; init; } = TimeSpan.FromMinutes(1);

    [Description("The longest wait; a day when left out.")]
    public TimeSpan Longest { get; init; } = TimeSpan.FromDays(1);

    [Description("How often a row is tried; until it is accepted or changes when left out.")]
    public int? MaxAttempts { get; init; }
}
