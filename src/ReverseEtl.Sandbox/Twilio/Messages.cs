using System.Globalization;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Twilio;

/// <summary>
/// Sends messages; each time anew, as nothing tells a repeat. Numbers that end in 0000 have opted out; those that end in 0001 are no
/// mobile numbers. A sender whose number ends in 0009 is not the account's.
/// </summary>
internal static partial class Messages
{
    public const string Table = "messages";

    private const int MostCharacters = 1600;

    private const string Gsm = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    private const string GsmTwice = "\f^{}\\[~]|€";

    private static readonly HashSet<string> Parameters =
    [
        "To", "From", "FallbackFrom", "MessagingServiceSid", "Body", "MediaUrl", "ContentSid", "ContentVariables", "StatusCallback", "ApplicationSid", "MaxPrice",
        "ProvideFeedback", "Attempt", "ValidityPeriod", "ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "PersistentAction",
        "TrafficType", "ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "RiskCheck",
    ];

    private static readonly string[] Told = ["account_sid", "to", "from", "messaging_service_sid", "body", "status", "num_segments", "date_created"];

    private static readonly string[] ToldLater = ["price", "error_code", "error_message", "date_sent"];

    public static VendorAnswer Send(VendorCall call)
    {
        if (call.Form is not { } form)
            return TwilioDialect.Error(415, 20415, "Unsupported Media Type");
        if (Refuse(form) is { } refusal)
            return refusal;
        if (call.Refused.Count > 0)
            return TwilioDialect.Error(400, 21614, call.RefusalMessage);

        var service = form.GetValueOrDefault("MessagingServiceSid");
        var id = $"SM{call.Account.NextId("message", 1).ToString("x32", CultureInfo.InvariantCulture)}";
        call.Account.Table(Table).Set(id, Record.Of(
            ("account_sid", call.Part("sid")), ("to", form["To"]), ("from", form.GetValueOrDefault("From")), ("messaging_service_sid", service),
            ("body", form.GetValueOrDefault("Body")), ("status", service is null ? "queued" : "accepted"),
            ("num_segments", service is null ? Segments(form.GetValueOrDefault("Body") ?? "") : "0"),
            ("media_url", form.GetValueOrDefault("MediaUrl")), ("content_sid", form.GetValueOrDefault("ContentSid")),
            ("content_variables", form.GetValueOrDefault("ContentVariables")), ("send_at", form.GetValueOrDefault("SendAt")),
            ("status_callback", form.GetValueOrDefault("StatusCallback")), ("validity_period", form.GetValueOrDefault("ValidityPeriod")),
            ("date_created", call.Now.ToString("R", CultureInfo.InvariantCulture))));
        return VendorAnswer.Json(201, Describe(call, id));
    }

    public static VendorAnswer Get(VendorCall call) => call.Account.Table(Table).Has(call.Part("message"))
        ? VendorAnswer.Json(200, Describe(call, call.Part("message")))
        : TwilioDialect.Error(404, 20404, $"The requested resource /{call.Path} was not found");

    private static VendorAnswer? Refuse(IReadOnlyDictionary<string, string> form)
    {
        string to = form.GetValueOrDefault("To", ""), from = form.GetValueOrDefault("From", ""), service = form.GetValueOrDefault("MessagingServiceSid", "");
        string body = form.GetValueOrDefault("Body", "");
        if (to.Length == 0)
            return TwilioDialect.Error(400, 21604, "A 'To' phone number is required.");
        if (!Number().IsMatch(to))
            return TwilioDialect.Error(400, 21211, $"Invalid 'To' Phone Number: {to}");
        if (from.Length == 0 && service.Length == 0)
            return TwilioDialect.Error(400, 21603, "A 'From' phone number is required.");
        if (from.Length > 0 && !Sender().IsMatch(from))
            return TwilioDialect.Error(400, 21212, $"Invalid From Number (caller ID): {from}");
        if (from.EndsWith("0009", StringComparison.Ordinal))
            return TwilioDialect.Error(400, 21606, $"The 'From' phone number provided ({from}) is not a valid message-capable Twilio phone number for this destination/account");
        if (service.Length > 0 && !Service().IsMatch(service))
            return TwilioDialect.Error(400, 21705, $"The Messaging Service Sid {service} is invalid");
        if (body.Length == 0 && !form.ContainsKey("MediaUrl") && !form.ContainsKey("ContentSid"))
            return TwilioDialect.Error(400, 21602, "Message body is required.");
        if (body.Length > MostCharacters)
            return TwilioDialect.Error(400, 21617, $"The concatenated message body exceeds the {MostCharacters} character limit");
        if (to.EndsWith("0000", StringComparison.Ordinal))
            return TwilioDialect.Error(400, 21610, "Attempt to send to unsubscribed recipient");
        if (to.EndsWith("0001", StringComparison.Ordinal))
            return TwilioDialect.Error(400, 21614, $"'To' number is not a valid mobile number: {to}");
        return form.Keys.FirstOrDefault(name => !Parameters.Contains(name)) is { } unknown
            ? TwilioDialect.Error(400, 20001, $"Unknown parameter: {unknown}")
            : null;
    }

    private static Dictionary<string, object?> Describe(VendorCall call, string id)
    {
        var message = call.Account.Table(Table).Get(id)!;
        var fields = Told.ToDictionary(name => name, object? (name) => message[name]);
        fields["sid"] = id;
        fields["num_media"] = message["media_url"] is null ? "0" : "1";
        fields["direction"] = "outbound-api";
        fields["api_version"] = "2010-04-01";
        fields["price_unit"] = "USD";
        foreach (var name in ToldLater)
            fields[name] = null;
        fields["uri"] = $"/2010-04-01/Accounts/{message["account_sid"]}/Messages/{id}.json";
        return fields;
    }

    /// <summary>160 characters of the GSM alphabet in one part, 153 in each of several; 70 and 67 of any other.</summary>
    private static string Segments(string body)
    {
        var isGsm = body.All(character => Gsm.Contains(character, StringComparison.Ordinal) || GsmTwice.Contains(character, StringComparison.Ordinal));
        var length = isGsm ? body.Length + body.Count(character => GsmTwice.Contains(character, StringComparison.Ordinal)) : body.Length;
        var (one, many) = isGsm ? (160, 153) : (70, 67);
        return (length <= one ? 1 : (length + many - 1) / many).ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(whatsapp:|messenger:|rcs:)?\+[1-9]\d{6,14}$")]
    private static partial Regex Number();

    /// <summary>A number, a short code, or a name.</summary>
    [GeneratedRegex(@"^((whatsapp:|messenger:|rcs:)?\+[1-9]\d{6,14}|\d{5,6}|(?=.*[A-Za-z])[A-Za-z0-9 +\-_&]{1,11})$")]
    private static partial Regex Sender();

    [GeneratedRegex("^MG[0-9a-f]{32}$")]
    private static partial Regex Service();
}
