using System.Diagnostics;
using System.Globalization;
using ReverseEtl.IntegrationTests.Harness;

namespace ReverseEtl.IntegrationTests.Long;

/// <summary>
/// Kills at random instants, over one project whose warehouse is edited and whose destinations fail. <c>CDP_KILLS</c> says how many (200),
/// <c>CDP_KILL_SEED</c> repeats the edits, the failures and the instants of an earlier test, as far as the machine is as fast.
/// </summary>
public sealed class RandomKillTests
{
    private const int Between = 20;

    private static readonly int Kills = Setting("CDP_KILLS", 200);
    private static readonly int Seed = Setting("CDP_KILL_SEED", Environment.TickCount);

    [Fact]
    [Trait("Category", "Long")]
    public async Task Whatever_is_killed_whenever_nothing_is_lost_and_nothing_comes_twice()
    {
        Say($"{Kills} kills, CDP_KILL_SEED={Seed}");
        var random = new Random(Seed);
        await using var shop = await KilledShop.CreateAsync(random);
        shop.Edit(size: 400);
        var duration = await MeasureAsync(shop);
        var (kills, runs) = (0, 0);
        while (kills < Kills)
        {
            // Now and then several kills in a row, without an edit between them: then it is resuming that is killed.
            if (random.Next(3) > 0)
                shop.Edit(size: 120);
            shop.Misbehave();
            runs++;
            if (!await DiesAsync(shop, random, duration))
                continue;
            kills++;
            if (kills % Between == 0 || kills == Kills)
            {
                await shop.ConvergeAsync();
                Say($"{kills} kills in {runs} runs; {shop.Summary}");
                duration = await MeasureAsync(shop);
            }
        }
    }

    /// <summary>How long a run takes now: machines differ, and so does what else they do.</summary>
    private static async Task<TimeSpan> MeasureAsync(KilledShop shop)
    {
        shop.Edit(size: 120);
        var clock = Stopwatch.StartNew();
        (await shop.Project.RunAsync("run")).Exits(0);
        return clock.Elapsed;
    }

    /// <summary>Runs until it is killed; false where it ended before.</summary>
    private static async Task<bool> DiesAsync(KilledShop shop, Random random, TimeSpan duration)
    {
        var requests = shop.Requests;
        var instant = duration * random.NextDouble() / 2;
        await using var process = shop.Start();
        // Two of three once something is under way; the program's start is long, and kills in it show little.
        if (random.Next(3) > 0)
        {
            var clock = Stopwatch.StartNew();
            await CdpProject.UntilAsync(() => process.HasEnded || shop.Requests > requests || clock.Elapsed > duration / 2);
            instant /= 3;
        }

        await Task.Delay(instant, TestContext.Current.CancellationToken);
        await process.KillAsync();
        return (await process.EndAsync()).ExitCode == CdpProcess.Killed;
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    // To be seen while it runs, and where it passes.
    private static void Say(string text) => Console.Error.WriteLine($"random kills: {text}");
}
