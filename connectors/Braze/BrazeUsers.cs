using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Braze;

/// <summary>Users with their attributes. Each attribute that is sent is billed, so only changed ones are.</summary>
internal sealed class BrazeUsers(BrazeObject @object, DestinationRequest request, VendorApi<IBrazeApi> api)
    : BrazeTrack("attributes", Describe(@object), @object, request, api)
{
    private const int MostDeleted = 50;

    private static readonly FieldSpec[] Usual =
    [
        new("email", "E-mail address.") { Rule = TypeRule.Text },
        new("phone", "Phone number, E.164.") { Rule = TypeRule.Text, Aliases = ["phone_number", "mobile"] },
        new("first_name", "First name.") { Rule = TypeRule.Text, Aliases = ["firstname", "given_name"] },
        new("last_name", "Last name.") { Rule = TypeRule.Text, Aliases = ["lastname", "family_name", "surname"] },
        new("country", "ISO 3166 code with two letters.") { Rule = TypeRule.Text, Aliases = ["country_code"] },
        new("home_city", "City.") { Rule = TypeRule.Text, Aliases = ["city"] },
        new("language", "ISO 639 code.") { Rule = TypeRule.Text },
        new("gender", "M, F, O, N or P.") { Rule = TypeRule.Text },
        new("dob", "Date of birth.") { Rule = TypeRule.Date, Aliases = ["date_of_birth", "birthday"] },
        new("time_zone", "Time zone, as Europe/Copenhagen.") { Rule = TypeRule.Text },
        new("email_subscribe", "Consent to e-mail: opted_in, subscribed or unsubscribed.") { Rule = TypeRule.Text },
        new("push_subscribe", "Consent to push: opted_in, subscribed or unsubscribed.") { Rule = TypeRule.Text },
    ];

    private readonly string _id = @object.IdField;

    public static ObjectSpec Describe(BrazeObject @object) => new()
    {
        Name = "users",
        Summary = $"Users, known by {@object.IdField}. Attributes that are not mapped stay; NULL takes one off.",
        Example = @object.Id is BrazeId.ExternalId ? "{ type: users }" : $"{{ type: users, id: {@object.IdField} }}",
        // Several users may share an address or a number, and only one of them would go.
        Modes = @object.Id is BrazeId.ExternalId or BrazeId.BrazeId
            ? [SyncMode.Upsert, SyncMode.Update, SyncMode.Mirror, SyncMode.Delete]
            : [SyncMode.Upsert, SyncMode.Update],
        Removals = [Removal.Delete],
        Fields = [IdField(@object), .. Usual.Where(field => field.Name != @object.IdField)],
        OtherFields = true,
        OneOf = [@object.IdField],
        MaxBatchRows = MostObjects,
        MaxRemovalRows = MostDeleted,
        Concurrency = 4,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.Usually,
        Charge = new Charge("data points", batch => batch.Fields.Where(field => field.Name != @object.IdField)
            .Sum(field => (long)Enumerable.Range(0, batch.Count).Count(row => !field.IsLeftOut(row)))),
    };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Operation is not Operation.Remove)
            return base.SendAsync(batch, cancellationToken);
        var ids = batch.Identifiers.First(column => column.Name == _id);
        var body = ColumnarContent.Json(new Dictionary<string, object> { [$"{ids.Name}s"] = Enumerable.Range(0, batch.Count).Select(ids.Text) });
        return Api.SendAsync(batch, body, (braze, content, token) => braze.DeleteAsync(content, token), _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);
    }

    /// <inheritdoc/>
    protected override void WriteRow(Utf8JsonWriter writer, ChangeBatch batch, int row, IReadOnlyList<FieldColumn> fields)
    {
        if (batch.Operation is Operation.Update)
            writer.WriteBoolean("_update_existing_only", true);
        foreach (var field in fields.Where(field => !field.IsLeftOut(row)))
        {
            writer.WritePropertyName(field.Name);
            field.WriteValue(writer, row);
        }
    }
}
