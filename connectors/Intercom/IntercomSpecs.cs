using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.Intercom;

/// <summary>
/// What Intercom offers. It takes one record to a request; a batch has more rows all the same, as their ids are looked up together.
/// </summary>
internal static class IntercomSpecs
{
    /// <summary>Rows of a batch: as many as one search asks for.</summary>
    public const int BatchRows = 50;

    private static readonly FieldSpec[] ContactFields =
    [
        new("external_id", "The id of the contact in your own system.") { Rule = TypeRule.Text },
        new("email", "E-mail address.") { Rule = TypeRule.Text },
        new("phone", "Phone number with country code.") { Rule = TypeRule.Text, Aliases = ["phone_number", "mobile"] },
        new("name", "Full name.") { Rule = TypeRule.Text, Aliases = ["full_name"] },
        new("avatar", "Address of a picture.") { Rule = TypeRule.Text },
        new("signed_up_at", "When the contact signed up.") { Rule = TypeRule.UnixSeconds, Aliases = ["created_at"] },
        new("last_seen_at", "When the contact was seen last.") { Rule = TypeRule.UnixSeconds },
        new("owner_id", "The id of the admin who looks after the contact.") { Rule = TypeRule.Text },
        new("unsubscribed_from_emails", "True where the contact gets no e-mail.") { Rule = TypeRule.Boolean },
    ];

    private static readonly FieldSpec[] CompanyFields =
    [
        new("company_id", "The id of the company in your own system.") { Rule = TypeRule.Text, Identifies = true, Aliases = ["id", "account_id"] },
        new("name", "Name.") { Rule = TypeRule.Text },
        new("plan", "The plan that the company is on.") { Rule = TypeRule.Text },
        new("size", "Employees.") { Rule = TypeRule.Integer, Aliases = ["employees"] },
        new("website", "Address of its site.") { Rule = TypeRule.Text, Aliases = ["domain"] },
        new("industry", "Industry.") { Rule = TypeRule.Text },
        new("remote_created_at", "When the company came.") { Rule = TypeRule.UnixSeconds, Aliases = ["created_at"] },
        new("monthly_spend", "What it brings in a month, in whole units.") { Rule = TypeRule.Integer, Aliases = ["mrr"] },
    ];

    /// <summary>The object that a sync writes to.</summary>
    public static ObjectSpec Of(IntercomObject @object) => @object switch
    {
        { Type: IntercomType.Companies } => Companies(@object),
        { Tag: not null } => Tag(@object),
        _ => Contacts(@object),
    };

    private static ObjectSpec Tag(IntercomObject @object) => new()
    {
        Name = "tag",
        Summary = $"Contacts with a tag, known by {@object.IdField}. They must be in Intercom already.",
        Example = "{ tag: VIP, create: true }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [IdField(@object)],
        OneOf = [@object.IdField],
        MaxBatchRows = BatchRows,
        // Each has a request at a time.
        Concurrency = 8,
        LookUps = BatchRows,
        UnsafeToRepeat = [],
    };

    private static ObjectSpec Contacts(IntercomObject @object) => Tag(@object) with
    {
        Name = "contacts",
        Summary = $"Contacts, known by {@object.IdField}. What is not mapped stays; NULL clears.",
        Example = @object.Id is IntercomId.ExternalId ? "{ type: contacts }" : "{ type: contacts, id: email }",
        Modes = [SyncMode.Upsert, SyncMode.Update, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Archive, Removal.Delete],
        Fields = [IdField(@object), .. ContactFields.Where(field => field.Name != @object.IdField)],
        OtherFields = true,
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    private static ObjectSpec Companies(IntercomObject @object) => Contacts(@object) with
    {
        Name = "companies",
        Summary = $"Companies, known by {@object.IdField}. What is not mapped stays; NULL clears text.",
        Example = "{ type: companies }",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields = CompanyFields,
        // They are looked up one by one.
        RemovalLookUps = 2 * BatchRows,
    };

    /// <summary>The field that says who a contact is.</summary>
    private static FieldSpec IdField(IntercomObject @object) =>
        new(@object.IdField, "What contacts are known by.") { Rule = TypeRule.Text, Identifies = true, Aliases = @object.Id is IntercomId.ExternalId ? ["customer_id", "user_id", "id"] : [] };
}
