namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>A type of object: by name, by singular or by number.</summary>
/// <param name="Name">The name; for a custom object its number or full name as given.</param>
/// <param name="Id">The number.</param>
internal sealed record ObjectType(string Name, string Id)
{
    private static readonly (string Name, string Singular, string Id)[] Standard =
    [
        ("contacts", "contact", "0-1"), ("companies", "company", "0-2"), ("deals", "deal", "0-3"), ("tickets", "ticket", "0-5"),
    ];

    public string Table => $"object/{Name}";

    public bool IsContact => Id == "0-1";

    /// <summary>Null for a type that does not exist: a name that begins with <c>unknown</c>.</summary>
    public static ObjectType? Find(string name)
    {
        if (name.StartsWith("unknown", StringComparison.OrdinalIgnoreCase))
            return null;
        var known = Array.Find(Standard, type => type.Id == name
            || type.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || type.Singular.Equals(name, StringComparison.OrdinalIgnoreCase));
        return known.Id is null ? new ObjectType(name, name) : new ObjectType(known.Name, known.Id);
    }
}
