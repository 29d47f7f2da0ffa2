using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.CustomerIo;

/// <summary>People with their attributes.</summary>
internal sealed class CustomerIoPeople(CustomerIoObject @object, DestinationRequest request, VendorApi<ICustomerIoApi> api)
    : CustomerIoItems(Describe(@object), @object, request, api)
{
    private static readonly FieldSpec[] Usual =
    [
        new("email", "E-mail address."),
        new("phone", "Phone number with country code.") { Aliases = ["phone_number", "mobile"] },
        new("first_name", "First name.") { Aliases = ["firstname", "given_name"] },
        new("last_name", "Last name.") { Aliases = ["lastname", "family_name", "surname"] },
        new("created_at", "When the person came.") { Rule = TypeRule.UnixSeconds },
        new("unsubscribed", "True where the person gets no messages.") { Rule = TypeRule.Boolean },
    ];

    public static ObjectSpec Describe(CustomerIoObject @object) => new()
    {
        Name = "people",
        Summary = $"People, known by {@object.IdField}. Attributes that are not mapped stay; NULL takes one off.",
        Example = @object.Id is CustomerIoId.Id ? "{ type: people }" : $"{{ type: people, id: {@object.IdField} }}",
        Modes = [SyncMode.Upsert, SyncMode.Mirror, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields = [IdField(@object), .. Usual.Where(field => field.Name != @object.IdField)],
        OtherFields = true,
        OneOf = [@object.IdField],
        MaxBatchRows = 500,
        MaxBatchBytes = 300_000,
        Concurrency = 4,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override void WriteAction(Utf8JsonWriter writer, ChangeBatch batch, int row, IReadOnlyList<FieldColumn> attributes)
    {
        var isRemoval = batch.Operation is Operation.Remove;
        writer.WriteString("action", isRemoval ? "delete" : "identify");
        if (isRemoval)
            return;
        writer.WritePropertyName("attributes");
        ChangeBatch.WriteObject(writer, attributes, row);
    }
}
