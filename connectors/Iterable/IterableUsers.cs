using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>Users with their fields; erased one by one.</summary>
internal sealed class IterableUsers(IterableObject @object, DestinationRequest request, VendorApi<IIterableApi> api)
    : IterableRows(Describe(@object), @object, request, api)
{
    private static readonly FieldSpec[] Identities =
        [new("email", "E-mail address.") { Aliases = ["mail", "email_address"] }, new("userId", "The id that you know the user by.") { Rule = TypeRule.Text }];

    private static readonly FieldSpec[] Usual =
    [
        new("firstName", "First name.") { Aliases = ["first_name", "given_name"] },
        new("lastName", "Last name.") { Aliases = ["last_name", "family_name", "surname"] },
        new("phoneNumber", "Phone number, E.164.") { Rule = TypeRule.Text, Aliases = ["phone", "phone_number", "mobile"] },
    ];

    public static ObjectSpec Describe(IterableObject @object) => new()
    {
        Name = "users",
        Summary = $"Users, known by {@object.IdField}. Fields that are not mapped stay. Mode delete erases for good.",
        Example = $"{{ type: users, id: {@object.IdField} }}",
        Modes = [SyncMode.Upsert, SyncMode.Delete],
        Removals = [Removal.Delete],
        Fields = [IdField(@object), .. Identities.Where(field => field.Name != @object.IdField), .. Usual],
        OtherFields = true,
        MaxBatchRows = 1000,
        MaxRemovalRows = 1,
        MaxBatchBytes = 2_500_000,
        Concurrency = 4,
        UnsafeToRepeat = [],
        PartialUpdates = true,
        ChangedFields = ChangedFields.OnRequest,
    };

    /// <inheritdoc/>
    protected override ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Operation is Operation.Remove)
            return ForgetAsync(batch, cancellationToken);
        var other = batch.Fields.FirstOrDefault(column => column.Name != IdName && Identities.Any(field => field.Name == column.Name));
        FieldColumn[] data = [.. batch.Fields.Where(column => column != other && column.Name != IdName)];
        return BulkAsync(batch, ("users", "bulkUpdate"), "users", (writer, row) =>
        {
            if (other?.IsLeftOut(row) is false && !other.IsNull(row))
                writer.WriteString(other.Name, other.Text(row));
            Data(writer, data, row);
        }, null, cancellationToken);
    }

    private ValueTask<DeliveryReport> ForgetAsync(ChangeBatch batch, CancellationToken cancellationToken) =>
        Api.SendAsync(batch, ColumnarContent.Json(new Dictionary<string, string?> { [IdName] = IdOf(batch).Text(0) }), (iterable, body, token) => iterable.ForgetAsync(body, token),
            RowOutcome.Accepted, cancellationToken);
}
