using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ReverseEtl.Conformance;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Http.Auth;
using ReverseEtl.Tests.Connectors;

namespace ReverseEtl.Tests.Http;

public sealed class JwtBearerTests
{
    private static readonly Uri Endpoint = new("https://login.example/token");

    private readonly ManualTime _time = new();
    private readonly List<string> _forms = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\n")]
    [InlineData("\\n")]
    public async Task The_assertion_has_its_claims_and_times_and_is_signed_with_the_key(string lineEnd)
    {
        var claims = new Dictionary<string, string> { ["iss"] = "cdp \"@\" shop", ["aud"] = "https://login.example" };
        using var request = await SignedAsync(JwtBearer.For(Endpoint, new Secret(VendorKeys.Pem.Replace("\n", lineEnd, StringComparison.Ordinal)), claims, _time));

        Assert.Equal("Bearer t1", request.Headers.Authorization?.ToString());
        var form = _forms[0].Split('&').Select(field => field.Split('=')).ToDictionary(field => field[0], field => Uri.UnescapeDataString(field[1]));
        Assert.Equal("urn:ietf:params:oauth:grant-type:jwt-bearer", form["grant_type"]);
        var parts = form["assertion"].Split('.');
        using var key = RSA.Create();
        key.ImportFromPem(VendorKeys.Pem);
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        Assert.Equal("""{"alg":"RS256","typ":"JWT"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var said = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        Assert.Equal(("cdp \"@\" shop", "https://login.example"), (said.GetProperty("iss").GetString(), said.GetProperty("aud").GetString()));
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal((now, now + 180), (said.GetProperty("iat").GetInt64(), said.GetProperty("exp").GetInt64()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public async Task What_is_no_key_is_told_and_not_quoted(string pem)
    {
        var auth = JwtBearer.For(Endpoint, new Secret(pem), new Dictionary<string, string>(), _time);

        var refusal = await Assert.ThrowsAsync<DestinationException>(() => SignedAsync(auth));

        Assert.False(refusal.IsUnreachable);
        Assert.DoesNotContain("AAAA", refusal.ToString());
        Assert.Empty(_forms);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_unless_it_was_only_just_given_out()
    {
        var auth = JwtBearer.For(Endpoint, new Secret(VendorKeys.Pem), new Dictionary<string, string>(), _time);
        using var first = await SignedAsync(auth);
        Assert.False(auth.Renew(first));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(auth.Renew(first));
        using var second = await SignedAsync(auth);
        // Somebody else's renewal is good for all.
        Assert.True(auth.Renew(first));
        using var third = await SignedAsync(auth);

        Assert.Equal(["Bearer t2", "Bearer t2"], new[] { second, third }.Select(request => request.Headers.Authorization?.ToString()));
    }

    private async Task<HttpRequestMessage> SignedAsync(TokenAuth auth)
    {
        using var client = new HttpMessageInvoker(new Vendor(_forms));
        var request = new HttpRequestMessage(HttpMethod.Get, "https://vendor.example");
        await auth.SignAsync(request, client, Cancellation);
        return request;
    }

    private sealed class Vendor(List<string> forms) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            forms.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent($$"""{"access_token":"t{{forms.Count}}","expires_in":3600}""") };
        }
    }
}
