using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Alerts;

namespace ReverseEtl.Server.Alerts.Channels;

/// <summary>A message as RFC 5322 has it: plain ASCII on the way, whatever it says.</summary>
internal static class MailText
{
    private const int BytesPerWord = 42;
    private const int LineLength = 76;

    public static string Of(AlertMessage message, EmailChannelOptions options, DateTimeOffset now)
    {
        var host = new MailAddress(options.From).Host;
        var text = new StringBuilder();
        Add("Date", now.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Add("From", Address(options.From));
        Add("To", string.Join(",\r\n ", options.To.Select(Address)));
        Add("Subject", Encoded(message.Title));
        Add("Message-ID", $"<{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}@{host}>");
        // One thread for an incident and its end.
        Add("References", $"<{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(message.Incident)).AsSpan(0, 16))}@{host}>");
        Add("Auto-Submitted", "auto-generated");
        Add("MIME-Version", "1.0");
        Add("Content-Type", "text/plain; charset=utf-8");
        Add("Content-Transfer-Encoding", "base64");
        text.Append("\r\n");
        var body = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join("\r\n", message.Lines.Prepend(message.Title)) + "\r\n"));
        foreach (var line in body.Chunk(LineLength))
            text.Append(line).Append("\r\n");
        return text.ToString();

        void Add(string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");
    }

    private static string Address(string text) => new MailAddress(text) is { DisplayName: { Length: > 0 } name } address
        ? $"{Encoded(name)} <{address.Address}>"
        : new MailAddress(text).Address;

    /// <summary>RFC 2047: words of Base64, each of whole characters and short enough for a line.</summary>
    private static string Encoded(string text)
    {
        if (Ascii.IsValid(text) && !text.Any(char.IsControl) && text.Length <= LineLength)
            return text;
        var (words, word) = (new List<string>(), new List<byte>());
        foreach (var rune in text.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            if (word.Count + bytes.Length > BytesPerWord)
                Flush();
            word.AddRange(bytes);
        }

        Flush();
        return string.Join("\r\n ", words);

        void Flush()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. word])}?=");
            word.Clear();
        }
    }
}
