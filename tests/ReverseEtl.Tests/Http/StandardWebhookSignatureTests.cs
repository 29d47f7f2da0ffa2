using System.Text;
using ReverseEtl.Core.Config;
using ReverseEtl.Http.Signing;

namespace ReverseEtl.Tests.Http;

public sealed class StandardWebhookSignatureTests
{
    // The example of the reference libraries (standard-webhooks/libraries).
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private const string Body = """{"test": 2432232314}""";
    private const string Expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(Timestamp);
    private static readonly StandardWebhookSignature Signature = new(new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    [Fact]
    public void The_signature_is_that_of_the_reference_libraries() =>
        Assert.Equal(Expected, Signature.Sign(Id, Timestamp, Encoding.UTF8.GetBytes(Body)));

    [Theory]
    [InlineData(Expected, true)]
    [InlineData("v1,AAAA " + Expected, true)]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", false)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
    [InlineData("", false)]
    public void One_right_signature_among_several_is_enough(string given, bool valid) =>
        Assert.Equal(valid, Signature.Verify(Id, Timestamp, Encoding.UTF8.GetBytes(Body), given, Then));

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void An_old_request_or_one_from_the_future_is_not_valid(int seconds, bool valid) =>
        Assert.Equal(valid, Signature.Verify(Id, Timestamp, Encoding.UTF8.GetBytes(Body), Expected, Then.AddSeconds(seconds)));

    [Fact]
    public void Another_id_or_body_is_not_valid()
    {
        Assert.False(Signature.Verify("other", Timestamp, Encoding.UTF8.GetBytes(Body), Expected, Then));
        Assert.False(Signature.Verify(Id, Timestamp, "{}"u8, Expected, Then));
        Assert.False(Signature.Verify(Id, long.MinValue, Encoding.UTF8.GetBytes(Body), Expected, Then));
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    public void A_secret_of_another_form_is_refused_without_being_quoted(string secret)
    {
        Assert.False(StandardWebhookSignature.IsSecret(new Secret(secret)));
        var failure = Assert.Throws<FormatException>(() => new StandardWebhookSignature(new Secret(secret)));
        Assert.DoesNotContain("hunter2", failure.Message);
        Assert.DoesNotContain("not base64!", failure.Message);
    }
}
