
namespace ReverseEtl.Tests.Http;

/// <summary>Waits for something that another thread is about to do.</summary>
internal static class Eventually
{
    public static async Task IsTrue(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!condition())
            await Task.Delay(5, limit.Token);
    }
}
