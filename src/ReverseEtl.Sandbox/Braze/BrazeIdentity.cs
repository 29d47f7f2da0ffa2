using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>How an object of a request names its user.</summary>
/// <param name="Kind">external_id, user_alias, braze_id, email or phone.</param>
/// <param name="Value">Its value; of an alias both parts.</param>
internal sealed record BrazeIdentity(string Kind, string Value)
{
    public const string ExternalId = "external_id";
    public const string Alias = "user_alias";
    public const string BrazeId = "braze_id";
    public const string Email = "email";
    public const string Phone = "phone";

    private static readonly string[] Plain = [ExternalId, BrazeId, Email, Phone];

    /// <summary>The field of a user that has it.</summary>
    public (string Field, string Value) Field => (Kind, Value);

    /// <summary>Null where an object names nobody, or not with text.</summary>
    public static BrazeIdentity? Of(JsonElement item)
    {
        if (item.GetText(ExternalId) is { Length: > 0 } id)
            return new BrazeIdentity(ExternalId, id);
        if (item.Get(Alias) is { } alias)
            return OfAlias(alias);
        return Plain.Where(kind => item.GetText(kind) is { Length: > 0 }).Select(kind => new BrazeIdentity(kind, item.GetText(kind)!)).FirstOrDefault();
    }

    /// <summary>Null where an alias lacks a part.</summary>
    public static BrazeIdentity? OfAlias(JsonElement alias) =>
        alias.GetText("alias_name") is { Length: > 0 } name && alias.GetText("alias_label") is { Length: > 0 } label
            ? new BrazeIdentity(Alias, JsonSerializer.Serialize(new { alias_name = name, alias_label = label }))
            : null;
}
