using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Cli.Commands;

/// <summary>What the vendors' emulators hold: each audience, list, object type and channel with its size.</summary>
internal static class SandboxHoldings
{
    public static void Print(TextWriter output, IReadOnlyList<VendorAccount> accounts)
    {
        foreach (var account in accounts)
        {
            foreach (var holding in account.Holdings)
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {account.Type}/{account.Account}  {holding.Kind} {holding.Name}: {holding.Count:N0}"));
        }
    }

    public static void Write(Utf8JsonWriter writer, IReadOnlyList<VendorAccount> accounts)
    {
        writer.WriteStartArray("accounts");
        foreach (var account in accounts)
        {
            writer.WriteStartObject();
            writer.WriteString("type", account.Type);
            writer.WriteString("account", account.Account);
            writer.WriteStartArray("holdings");
            foreach (var holding in account.Holdings)
            {
                writer.WriteStartObject();
                writer.WriteString("kind", holding.Kind);
                writer.WriteString("id", holding.Id);
                writer.WriteString("name", holding.Name);
                writer.WriteNumber("count", holding.Count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
