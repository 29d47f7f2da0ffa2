using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.CustomerIo;

/// <summary>The people of a workspace, by cio_id; each may have an id and an e-mail too.</summary>
internal sealed class People(Account account)
{
    public const string TableName = "people";
    private const string Suppressed = "suppressed";

    private readonly Table _people = account.Table(TableName);

    public IReadOnlyDictionary<string, string?>? Get(string person) => _people.Get(person);

    /// <summary>Who has an identifier; null for nobody.</summary>
    /// <param name="kind">id, email or cio_id.</param>
    /// <param name="value">Its value.</param>
    public string? Find(string kind, string value) => kind switch
    {
        "cio_id" => _people.Has(value) ? value : null,
        "email" => _people.Find("email", value, StringComparer.OrdinalIgnoreCase),
        _ => _people.Find("id", value, StringComparer.Ordinal),
    };

    public string? Find(JsonElement identifiers) => Identifier(identifiers) is var (kind, value) ? Find(kind, value) : null;

    /// <summary>The identifier in use; null for none, or one that is no good.</summary>
    public static (string Kind, string Value)? Identifier(JsonElement identifiers)
    {
        foreach (var kind in new[] { "cio_id", "id", "email" })
        {
            if (identifiers.Get(kind) is { ValueKind: JsonValueKind.String or JsonValueKind.Number } value && value.AsText() is { Length: > 0 and <= 150 } text)
                return (kind, text);
        }

        return null;
    }

    /// <summary>Creates or updates; null where the person is suppressed, which is not told.</summary>
    public string? Identify(JsonElement identifiers, IReadOnlyDictionary<string, string?> attributes)
    {
        var (kind, value) = Identifier(identifiers)!.Value;
        if (account.Table(Suppressed).Has($"{kind}:{value}"))
            return null;
        var person = Find(kind, value);
        if (person is null && kind == "cio_id")
            return null;
        person ??= account.NextId("person", 0x0a01).ToString("x12", CultureInfo.InvariantCulture);
        var record = (_people.Get(person) ?? Record.Of((kind, value))).With(attributes);
        _people.Set(person, record);
        return person;
    }

    /// <summary>Deletes a person, from segments too.</summary>
    public void Delete(string person)
    {
        _people.Remove(person);
        foreach (var segment in account.Names(Segments.MemberTable))
            account.Table(segment).Remove(person);
    }

    public void Suppress(string kind, string value)
    {
        account.Table(Suppressed).Set($"{kind}:{value}", Record.Empty);
        if (Find(kind, value) is { } person)
            Delete(person);
    }

    public void Unsuppress(string kind, string value) => account.Table(Suppressed).Remove($"{kind}:{value}");

    /// <summary>Makes one of two: the first has what it has not yet from the second.</summary>
    public void Merge(string primary, string secondary)
    {
        if (primary == secondary)
            return;
        var from = _people.Get(secondary)!;
        Delete(secondary);
        _people.Set(primary, from.With(_people.Get(primary)!));
    }
}
