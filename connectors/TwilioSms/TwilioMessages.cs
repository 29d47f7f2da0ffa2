using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Messages;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Rules;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.TwilioSms;

/// <summary>A text message for each row. Twilio remembers no request, so none is repeated that may have arrived.</summary>
internal sealed class TwilioMessages(string account, TwilioObject @object, DestinationRequest request, VendorApi<ITwilioApi> api)
    : ApiDestination<ITwilioApi>(Describe(@object), request, api)
{
    private const string To = "to";
    private const string Country = "country";
    private const string TimeZone = "time_zone";
    private const int MostCharacters = 1600;

    private static readonly PersonalRule Number = PersonalRule.Plain(new Normaliser("twilio.phone", 1, PhoneRules.E164), "E.164");

    /// <param name="object">What a sync says; null where none is known.</param>
    public static ObjectSpec Describe(TwilioObject? @object) => new()
    {
        Name = "messages",
        Summary = "A text message for each new row.",
        Example = "{ from: \"+4570123456\", template: \"Hi {{first_name}}, your order {{order_id}} is here\", country: DK }",
        Modes = [SyncMode.Append],
        Fields =
        [
            new(To, "The recipient's number.") { Rule = Number, Required = true, Aliases = ["phone", "phone_number", "mobile"] },
            new(Country, "The country of a number without a country code, ISO 3166 with two letters.") { Rule = TypeRule.Text, Aliases = ["country_code"] },
            new(TimeZone, "The recipient's time zone, a name of IANA: quiet hours and days are those of its clock.") { Rule = TypeRule.Text, Aliases = ["timezone"] },
        ],
        OtherFields = true,
        CountryField = Country,
        Country = @object?.Country,
        Recipient = new RecipientSpec(To, TimeZone),
        Text = Text(@object),
        Charge = new Charge("SMS segments", batch => Enumerable.Range(0, batch.Count).Sum(row => (long)SmsSegments.Of(Text(@object)(batch, row) ?? ""))),
        MaxBatchRows = 1,
        Concurrency = 4,
        UnsafeToRepeat = [SyncMode.Append],
        Reports = Reporting.PerRow,
    };

    private static Func<ChangeBatch, int, string?> Text(TwilioObject? @object) => (batch, row) => @object is null ? null : MessageText.Of(@object.Template, batch, row);

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        var found = await Api.AskAsync((twilio, token) => twilio.AccountAsync(account, token), cancellationToken);
        if (found.Json()?.Text("status") is { } status and not "active")
            throw new DestinationException($"the Twilio account is {status}; see its console, then run the sync again") { IsUnreachable = false };
    }

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (Text(@object)(batch, 0) is not { } text)
            return DeliveryReport.All(batch, MessageText.None);
        if (text.Length > MostCharacters)
            return DeliveryReport.All(batch, RowOutcome.Rejected(OutcomeCodes.TooLarge, $"the message would have {text.Length:N0} characters; Twilio takes {MostCharacters:N0}"));
        var form = ColumnarContent.Form(
            ("To", batch.Fields.First(field => field.Name == To).Text(0)), ("From", @object.From), ("MessagingServiceSid", @object.MessagingServiceSid), ("Body", text));
        return await Api.SendAsync(batch, form, (twilio, content, token) => twilio.SendAsync(account, content, token), answer => Read(batch, answer), cancellationToken);
    }

    private DeliveryReport Read(ChangeBatch batch, HttpAnswer answer) => DeliveryReport.All(batch, answer.Json()?.Text("sid") is { Length: > 0 }
        ? RowOutcome.Accepted
        : RowOutcome.Unknown(OutcomeCodes.NoResult, $"{answer.Describe(Api.Redactor)}: neither a message nor an error"));
}
