using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Tests.Kit;

public sealed class NamedObjectTests
{
    private readonly ForgetfulMemory _memory = new();
    private readonly Dictionary<string, string> _vendor = [];
    private int _made;
    private int _found;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_made_once_and_known_by_its_id_afterwards()
    {
        Assert.Equal("1", await Open(create: true).IdAsync(None));
        Assert.Equal("1", await Open(create: true).IdAsync(None));
        Assert.Equal((1, 1), (_made, _found));
    }

    [Fact]
    public async Task Many_callers_make_one()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Open(create: true).IdAsync(None).AsTask())));
        Assert.All(ids, id => Assert.Equal("1", id));
        Assert.Equal(1, _made);
    }

    [Fact]
    public async Task After_a_crash_between_making_and_remembering_it_is_found_by_its_name()
    {
        _vendor["VIP"] = "77";
        Assert.Equal("77", await Open(create: true).IdAsync(None));
        Assert.Equal(0, _made);
    }

    [Fact]
    public async Task Where_nobody_asked_to_make_it_there_is_an_error_that_says_so()
    {
        var error = await Assert.ThrowsAsync<DestinationException>(async () => await Open(create: false).IdAsync(None));
        Assert.Contains("\"VIP\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("create: true", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsUnreachable);
    }

    [Fact]
    public async Task A_check_makes_nothing_and_forgets_what_is_gone()
    {
        await Open(create: true).CheckAsync(Exists, None);
        Assert.Equal(0, _made);
        await Open(create: true).IdAsync(None);
        _vendor.Clear();

        var audience = Open(create: true);
        await audience.CheckAsync(Exists, None);
        Assert.Equal(1, _made);
        Assert.Equal("2", await audience.IdAsync(None));
    }

    private ValueTask<bool> Exists(string id, CancellationToken cancellationToken) => ValueTask.FromResult(_vendor.ContainsValue(id));

    private NamedObject Open(bool create) => new(_memory, "audience", "VIP", Find, create ? Make : null);

    private async ValueTask<string?> Find(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _found);
        await Task.Yield();
        lock (_vendor)
            return _vendor.GetValueOrDefault("VIP");
    }

    private async ValueTask<string> Make(CancellationToken cancellationToken)
    {
        await Task.Yield();
        lock (_vendor)
            return _vendor["VIP"] = $"{++_made}";
    }
}
