using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Salesforce;

/// <summary>What is wrong with one record.</summary>
internal sealed record SaveError(string Code, string Message, params string[] Fields);

/// <summary>What became of one record.</summary>
internal sealed record SaveResult(string? Id, bool IsCreated, SaveError? Error)
{
    public static SaveResult Fail(SaveError error) => new(null, false, error);
}

/// <summary>Checks and saves records of one type as the platform does, whichever API they came by.</summary>
internal sealed class RecordStore(Account account, SObject type)
{
    private readonly Table _records = account.Table(type.Table);

    public SaveResult Insert(IReadOnlyDictionary<string, string?> fields) => Save(null, fields);

    public SaveResult Update(string id, IReadOnlyDictionary<string, string?> fields) => _records.Has(id)
        ? Save(id, fields)
        : SaveResult.Fail(new SaveError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"));

    /// <summary>Updates the record that a field finds, or makes one.</summary>
    public SaveResult Upsert(string externalId, IReadOnlyDictionary<string, string?> fields)
    {
        if (fields.GetValueOrDefault(externalId) is not { Length: > 0 } value)
            return SaveResult.Fail(new SaveError("MISSING_ARGUMENT", $"{externalId} not specified"));
        if (externalId == "Id")
            return Update(value, fields.Where(field => field.Key != "Id").ToDictionary());
        return Save(Find(externalId, value), fields);
    }

    public SaveResult Delete(string id) => _records.Remove(id)
        ? new SaveResult(id, false, null)
        : SaveResult.Fail(new SaveError("ENTITY_IS_DELETED", "entity is deleted"));

    public string? Find(string field, string value) => field == "Id"
        ? _records.Has(value) ? value : null
        : _records.Find(field, value, field == "Email" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    private SaveResult Save(string? id, IReadOnlyDictionary<string, string?> given)
    {
        if (Resolve(given, out var fields) is { } unresolved)
            return SaveResult.Fail(unresolved);
        if ((Wrong(fields) ?? (id is null ? WrongWhenNew(fields) : null)) is { } wrong)
            return SaveResult.Fail(wrong);
        var isNew = id is null;
        id ??= $"{type.Prefix}{account.NextId("record", 1).ToString("d12", CultureInfo.InvariantCulture)}AAA";
        _records.Set(id, (_records.Get(id) ?? Record.Empty).With(fields));
        return new SaveResult(id, isNew, null);
    }

    /// <summary>Puts ids in the place of references by another field: <c>Contact.Customer_Id__c</c> becomes <c>ContactId</c>.</summary>
    private SaveError? Resolve(IReadOnlyDictionary<string, string?> given, out Dictionary<string, string?> fields)
    {
        fields = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            if (name.Split('.') is not [var relation, var field])
            {
                fields[name] = value;
                continue;
            }

            if (SObject.Find(relation) is not { } target)
                return new SaveError("INVALID_FIELD", $"No such column '{relation}' on sobject of type {type.Name}");
            if (value is not null && new RecordStore(account, target).Find(field, value) is not { } id)
                return new SaveError("INVALID_FIELD", $"Foreign key external ID: {value} not found for field {field} in entity {target.Name}");
            else
                fields[$"{target.Name}Id"] = value is null ? null : new RecordStore(account, target).Find(field, value);
        }

        return null;
    }

    private SaveError? Wrong(Dictionary<string, string?> fields)
    {
        if (fields.Keys.FirstOrDefault(name => !type.HasField(name)) is { } unknown)
            return new SaveError("INVALID_FIELD", $"No such column '{unknown}' on sobject of type {type.Name}", unknown);
        if (fields.GetValueOrDefault("Email") is { Length: > 0 } email && !EmailAddress.IsGood(email))
            return new SaveError("INVALID_EMAIL_ADDRESS", $"Email: invalid email address: {email}", "Email");
        return fields.Where(field => type.Required.Contains(field.Key) && string.IsNullOrEmpty(field.Value)).Select(field => field.Key).FirstOrDefault() is { } emptied
            ? Missing([emptied])
            : null;
    }

    private SaveError? WrongWhenNew(Dictionary<string, string?> fields)
    {
        string[] missing = [.. type.Required.Where(name => string.IsNullOrEmpty(fields.GetValueOrDefault(name)))];
        if (missing.Length > 0)
            return Missing(missing);
        return type.IsMember ? WrongMember(fields) : null;
    }

    /// <summary>A campaign that nobody made here is taken to have been made by hand; contacts and leads must be there.</summary>
    private SaveError? WrongMember(Dictionary<string, string?> fields)
    {
        var campaign = fields["CampaignId"]!;
        var person = fields.GetValueOrDefault("ContactId") ?? fields.GetValueOrDefault("LeadId");
        if (person is null)
            return new SaveError("REQUIRED_FIELD_MISSING", "Required fields are missing: [ContactId]", "ContactId");
        if (!campaign.StartsWith("701", StringComparison.Ordinal))
            return new SaveError("MALFORMED_ID", $"Campaign ID: id value of incorrect type: {campaign}", "CampaignId");
        if (!account.Table($"{SObject.TablePrefix}Contact").Has(person) && !account.Table($"{SObject.TablePrefix}Lead").Has(person))
            return new SaveError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
        var key = $"{campaign}/{person}";
        if (_records.Find("key", key, StringComparer.Ordinal) is not null)
            return new SaveError("DUPLICATE_VALUE", "Already a campaign member.");
        fields["key"] = key;
        return null;
    }

    private static SaveError Missing(string[] fields) =>
        new("REQUIRED_FIELD_MISSING", $"Required fields are missing: [{string.Join(", ", fields)}]", fields);
}
