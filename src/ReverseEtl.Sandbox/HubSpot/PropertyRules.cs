using System.Text.Encodings.Web;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>What HubSpot checks of properties. Which ones a portal has is not known: those whose name begins with <c>unknown_</c> it has not.</summary>
internal static class PropertyRules
{
    public const string Email = "email";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> NotUnique = ["hs_object_id", "firstname", "lastname", "phone", "name", "city", "country"];

    public static bool Exists(string property) => !property.StartsWith("unknown_", StringComparison.Ordinal);

    public static bool IsUnique(string property) => !NotUnique.Contains(property);

    /// <summary>What is wrong with a property that the portal does not have; null where it has them all.</summary>
    public static string? UnknownProperty(BatchInput input) =>
        input.Properties.Keys.Append(input.IdProperty).FirstOrDefault(name => name is not null && !Exists(name)) is { } unknown
            ? NotValid($"Property \"{unknown}\" does not exist", "PROPERTY_DOESNT_EXIST", unknown)
            : null;

    /// <summary>What is wrong with an input's own values; null where they are good.</summary>
    public static string? InvalidValue(ObjectType type, BatchInput input)
    {
        var email = input.Properties.GetValueOrDefault(Email) is { Length: > 0 } given ? given : input.IdProperty == Email ? input.Id : null;
        return type.IsContact && email is not null && !EmailAddress.IsGood(email)
            ? NotValid($"Email address {email} is invalid", "INVALID_EMAIL", Email)
            : null;
    }

    /// <summary>The record with an input's properties set: an empty one is cleared, null leaves what is there, e-mails are lower case.</summary>
    public static IReadOnlyDictionary<string, string?> Apply(IReadOnlyDictionary<string, string?> record, BatchInput input)
    {
        var set = input.Properties.Where(property => property.Value is not null)
            .Select(property => KeyValuePair.Create(property.Key, property.Value is "" ? null : property.Value));
        if (input.IdProperty is { } key && !record.ContainsKey(key))
            set = set.Prepend(new(key, input.Id));
        return record.With(set.Select(property => property.Key == Email ? new(Email, Lower(property.Value)) : property));
    }

    public static StringComparer Comparer(string property) => property == Email ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

#pragma warning disable CA1308 // HubSpot keeps e-mails in lower case.
    private static string? Lower(string? email) => email?.ToLowerInvariant();
#pragma warning restore CA1308

    private static string NotValid(string message, string error, string name) => "Property values were not valid: "
        + JsonSerializer.Serialize(new[] { new { isValid = false, message, error, name, localizedErrorMessage = message } },
            Relaxed);
}
