using System.Diagnostics;
using ReverseEtl.Server.Composition;

namespace ReverseEtl.Tests.State;

/// <summary>Which holders of a lease are known to be dead. Who is not, is waited for.</summary>
public sealed class ThisProcessTests
{
    private static readonly string Name = ThisProcess.Holder.Name;

    [Fact]
    public void A_process_that_lives_is_not_dead_and_says_who_it_is()
    {
        Assert.False(ThisProcess.IsDead(Name));
        Assert.StartsWith($"{Environment.UserName}@{Environment.MachineName} process {Environment.ProcessId} since ", Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_ended_is_dead()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["--version"]) { RedirectStandardOutput = true })!;
        var name = ThisProcess.NameOf(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(ThisProcess.IsDead(name));
    }

    /// <summary>Process numbers are used again, at once where a container is started anew.</summary>
    [Fact]
    public void Another_process_of_the_same_number_is_not_the_same_process()
    {
        var tick = Name.Split(' ')[^3];

        Assert.True(ThisProcess.IsDead(Name.Replace($"tick {tick} ", "tick 1 ", StringComparison.Ordinal)));
    }

    /// <summary>The system counts a start from its boot, so that it moves when the clock is set: it must not count.</summary>
    [Fact]
    public void A_clock_that_is_set_kills_nobody()
    {
        var since = Name.Split(' ')[^5];

        Assert.False(ThisProcess.IsDead(Name.Replace(since, "2001-01-01T00:00:00Z", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("somebody")]
    [InlineData("ann@another-machine process 99999999 since 2026-03-01T08:00:00Z tick 1 boot BOOT")]
    [InlineData("ann@HOST process 99999999 since 2026-03-01T08:00:00Z tick 1 boot another")]
    [InlineData("ann@HOST process 99999999 since 2026-03-01T08:00:00Z tick 1")]
    [InlineData("ann@HOST process many since 2026-03-01T08:00:00Z tick 1 boot BOOT")]
    [InlineData("HOST process 99999999 since 2026-03-01T08:00:00Z")]
    public void Of_whom_nothing_is_known_nothing_is_said(string holder) => Assert.False(ThisProcess.IsDead(Here(holder)));

    [Fact]
    public void A_users_name_may_have_blanks() =>
        Assert.True(ThisProcess.IsDead(Here("Ann Other@HOST process 99999999 since 2026-03-01T08:00:00Z tick 1 boot BOOT")));

    private static string Here(string holder) => holder
        .Replace("HOST", Environment.MachineName, StringComparison.Ordinal)
        .Replace("BOOT", Name.Split(' ')[^1], StringComparison.Ordinal);
}
