using System.Net;
using ReverseEtl.Http.Requests;

namespace ReverseEtl.Tests.Http;

public sealed class DirectToThisMachineTests
{
    private static readonly DirectToThisMachine Proxy = new(new WebProxy("http://proxy.example:3128") { BypassList = ["inside"] });

    [Theory]
    [InlineData("http://127.0.0.1:5000/webhook")]
    [InlineData("http://localhost:5000")]
    [InlineData("http://[::1]:5000")]
    [InlineData("http://inside.example")]
    public void No_proxy_sees_what_stays_on_this_machine(string address)
    {
        Assert.True(Proxy.IsBypassed(new Uri(address)));
        Assert.Null(Proxy.GetProxy(new Uri(address)));
    }

    [Fact]
    public void Other_addresses_go_by_the_proxy() =>
        Assert.Equal(new Uri("http://proxy.example:3128"), Proxy.GetProxy(new Uri("https://shop.example")));
}
