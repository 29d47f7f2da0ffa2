using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Slack;

/// <summary>
/// Channels and their messages. A channel is there once it is written to, unless its name begins with <c>unknown</c>; the app is not
/// in those that begin with <c>private</c>, and those that begin with <c>archived</c> are.
/// </summary>
internal static partial class SlackChannels
{
    private const string Table = "channels";
    private const int LongestText = 40_000;
    private const int MostBlocks = 50;

    public static VendorAnswer Post(VendorCall call)
    {
        var (arguments, unreadable) = SlackArguments.Read(call);
        if (arguments is null)
            return SlackDialect.Error(unreadable);
        if (Wrong(arguments) is { } error)
            return SlackDialect.Error(error);
        if (call.Refused.Count > 0)
            return SlackDialect.Error("invalid_arguments", call.RefusalMessage);
        var channel = Id(call.Account, arguments["channel"]!);
        var ts = $"{call.Now.ToUnixTimeSeconds()}.{call.Account.NextId("message", 1).ToString("d6", CultureInfo.InvariantCulture)}";
        var message = arguments.Where(argument => argument.Key is not ("token" or "channel")).Append(new("ts", ts)).ToDictionary();
        Messages(call.Account, channel).Set(ts, message);
        return VendorAnswer.Json(200, new
        {
            ok = true,
            channel,
            ts,
            message = new { type = "message", subtype = "bot_message", text = arguments.GetValueOrDefault("text") ?? "", ts, bot_id = "B00SANDBOX" },
        });
    }

    public static VendorAnswer List(VendorCall call) => VendorAnswer.Json(200, new
    {
        ok = true,
        channels = call.Account.Table(Table).Records.Select(channel => new { id = channel.Key, name = channel.Value["name"], is_channel = true, is_member = true }),
        response_metadata = new { next_cursor = "" },
    });

    public static IEnumerable<Holding> Holdings(Account account) => account.Table(Table).Records.Select(channel =>
        new Holding("channel", channel.Key, channel.Value["name"]!, [.. Messages(account, channel.Key).Records.Values]));

    private static string? Wrong(IReadOnlyDictionary<string, string?> arguments)
    {
        if (arguments.GetValueOrDefault("channel")?.TrimStart('#') is not { Length: > 0 } channel || channel.StartsWith("unknown", StringComparison.Ordinal))
            return "channel_not_found";
        if (channel.StartsWith("private", StringComparison.Ordinal))
            return "not_in_channel";
        if (channel.StartsWith("archived", StringComparison.Ordinal))
            return "is_archived";
        var text = arguments.GetValueOrDefault("text") ?? "";
        if (text.Length == 0 && arguments.GetValueOrDefault("blocks") is null && arguments.GetValueOrDefault("attachments") is null)
            return "no_text";
        if (text.Length > LongestText)
            return "msg_too_long";
        return arguments.GetValueOrDefault("blocks") is { } blocks
            && (VendorCall.Parse(System.Text.Encoding.UTF8.GetBytes(blocks)) is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() is 0 or > MostBlocks)
            ? "invalid_blocks"
            : null;
    }

    private static string Id(Account account, string channel)
    {
        var channels = account.Table(Table);
        var name = channel.TrimStart('#');
        var id = ChannelId().IsMatch(name) ? name : channels.Find("name", name, StringComparer.Ordinal);
        id ??= $"C{account.NextId("channel", 1).ToString("d8", CultureInfo.InvariantCulture)}";
        if (!channels.Has(id))
            channels.Set(id, Record.Of(("name", name)));
        return id;
    }

    private static Table Messages(Account account, string channel) => account.Table($"messages/{channel}");

    [GeneratedRegex("^[CDGU][A-Z0-9]{7,}$")]
    private static partial Regex ChannelId();
}
