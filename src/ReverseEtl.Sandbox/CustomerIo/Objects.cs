using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.CustomerIo;

/// <summary>Objects, and who is related to them.</summary>
internal static class Objects
{
    public const string Prefix = "objects/";
    public const string Relationships = "relationships";

    public static TrackError? Apply(Account account, JsonElement item)
    {
        if (item.Get("identifiers") is not { } identifiers || Key(identifiers) is not var (type, id))
            return new TrackError("required", "identifiers", "identifiers must have object_type_id and object_id");
        var objects = account.Table(Prefix + type);
        switch (item.GetText("action"))
        {
            case "identify" or "identify_anonymous" or "add_relationships":
                objects.Set(id, (objects.Get(id) ?? Record.Of(("object_id", id))).With(item.Get("attributes")?.Fields() ?? []));
                return null;
            case "delete":
                objects.Remove(id);
                return null;
            case "delete_relationships":
                return null;
            case var action:
                return new TrackError("invalid", "action", $"'{action}' is not a valid action");
        }
    }

    /// <summary>Relates a person to the objects that an item names, or takes that back.</summary>
    public static void Relate(Account account, string person, JsonElement item, bool remove = false)
    {
        foreach (var relationship in item.GetList("cio_relationships"))
        {
            if (relationship.Get("identifiers") is not { } identifiers || Key(identifiers) is not var (type, id))
                continue;
            var key = $"{person}/{type}/{id}";
            if (remove)
                account.Table(Relationships).Remove(key);
            else
                account.Table(Relationships).Set(key, Record.Of(("person", person), ("object_type_id", type), ("object_id", id)));
        }
    }

    private static (string Type, string Id)? Key(JsonElement identifiers) =>
        identifiers.Get("object_type_id")?.AsText() is { Length: > 0 } type && identifiers.Get("object_id")?.AsText() is { Length: > 0 } id ? (type, id) : null;
}
