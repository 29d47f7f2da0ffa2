using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Mailchimp;

/// <summary>The audience of a sync, by its name or id, and how its members are named.</summary>
internal sealed class MailchimpAudience(string name, VendorApi<IMailchimpApi> api)
{
    public const string Address = "email_address";

    public static readonly FieldSpec Identifier = new(Address, "E-mail address.") { Rule = TypeRule.Text, Required = true, Identifies = true, Aliases = ["email", "mail"] };

    private string? _id;

    /// <summary>Looked up once in a run, so that an audience that was made again is found.</summary>
    public async ValueTask<string> IdAsync(CancellationToken cancellationToken) => _id ??= await FindAsync(cancellationToken);

#pragma warning disable CA1308, CA5351 // How Mailchimp names members; nothing is kept safe by it.
    public static string MemberOf(string address) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(address.ToLowerInvariant())));
#pragma warning restore CA1308, CA5351

    /// <summary>The addresses of a batch.</summary>
    public static string[] AddressesOf(ChangeBatch batch)
    {
        var column = (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).First(field => field.Name == Address);
        return [.. Enumerable.Range(0, batch.Count).Select(row => column.Text(row) ?? "")];
    }

    private async ValueTask<string> FindAsync(CancellationToken cancellationToken)
    {
        var answer = await api.AskAsync((mailchimp, token) => mailchimp.AudiencesAsync(token), cancellationToken);
        var all = (answer.Json()?.Items("lists") ?? []).Select(list => (Id: list.Text("id") ?? "", Name: list.Text("name"))).ToList();
        return all.Where(list => list.Id == name || list.Name == name).Select(list => list.Id).ToList() switch
        {
            [var id] => id,
            [] => throw new DestinationException(
                $"there is no audience with the name or id \"{name}\"; the account has: {string.Join(", ", all.Select(list => list.Name))}") { IsUnreachable = false },
            var several => throw new DestinationException(
                $"there are {several.Count} audiences named \"{name}\"; name one by its id: {string.Join(", ", several)}") { IsUnreachable = false },
        };
    }
}
