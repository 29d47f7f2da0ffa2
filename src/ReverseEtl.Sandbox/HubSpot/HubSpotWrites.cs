using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>
/// batch/upsert, create and update. A row that is refused stands alone in an answer 207 where every input has an
/// objectWriteTraceId and the id is not the e-mail; else the whole batch is refused.
/// </summary>
internal static class HubSpotWrites
{
    private const long FirstId = 101;

    private sealed record Write(ObjectType Type, VendorCall Call, IReadOnlyList<BatchInput> Inputs)
    {
        public Table Table => Call.Account.Table(Type.Table);

        public bool IsPartial => Inputs.All(input => input.Trace is not null && input.IdProperty != PropertyRules.Email);
    }

    private sealed record Refusal(int Status, string Category, string Message);

    public static VendorAnswer Upsert(VendorCall call) => Run(call, 200, write =>
    {
        if (write.Inputs.Any(input => input.IdProperty is null))
            return "Invalid input JSON: idProperty is required for upsert";
        return Duplicate(write.Inputs);
    }, (write, input, answer) =>
    {
        var id = Find(write, input);
        var isNew = id is null;
        id ??= NewId(write);
        answer.Add(id, Set(write, id, input), input, isNew);
    });

    public static VendorAnswer Create(VendorCall call) =>
        Run(call, 201, _ => null, (write, input, answer) =>
        {
            var id = NewId(write);
            answer.Add(id, Set(write, id, input), input);
        });

    public static VendorAnswer Update(VendorCall call) => Run(call, 200, write => Duplicate(write.Inputs), (write, input, answer) =>
    {
        if (Find(write, input) is { } id)
            answer.Add(id, Set(write, id, input), input);
        else
            answer.Refuse(input, "OBJECT_NOT_FOUND", "Could not get some objects, they may be deleted or not exist. Check that ids are valid.");
    });

    private static VendorAnswer Run(
        VendorCall call, int success, Func<Write, string?> wrong, Action<Write, BatchInput, BatchAnswer> apply)
    {
        var isCreate = success == 201;
        if (ObjectType.Find(call.Part("objectType")) is not { } type)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", $"Unable to infer object type from: {call.Part("objectType")}");
        var (inputs, unreadable) = BatchInput.Read(call, needsId: !isCreate);
        var write = new Write(type, call, inputs);
        if ((unreadable ?? NotUnique(write) ?? inputs.Select(PropertyRules.UnknownProperty).FirstOrDefault(text => text is not null) ?? wrong(write)) is { } message)
            return HubSpotDialect.Error(400, "VALIDATION_ERROR", message);

        var answer = new BatchAnswer(call);
        if (!write.IsPartial && Enumerable.Range(0, inputs.Count).Select(at => Refuse(write, at, isCreate)).FirstOrDefault(found => found is not null) is { } whole)
            return HubSpotDialect.Error(whole.Status, whole.Category, whole.Message);
        for (var at = 0; at < inputs.Count; at++)
        {
            if (Refuse(write, at, isCreate) is { } refusal)
                answer.Refuse(inputs[at], refusal.Category, refusal.Message);
            else
                apply(write, inputs[at], answer);
        }

        return answer.Build(success);
    }

    private static Refusal? Refuse(Write write, int at, bool isCreate)
    {
        var input = write.Inputs[at];
        if (write.Call.Refused.Contains(at))
            return new Refusal(400, "VALIDATION_ERROR", write.Call.RefusalMessage);
        if (PropertyRules.InvalidValue(write.Type, input) is { } invalid)
            return new Refusal(400, "VALIDATION_ERROR", invalid);
        var owner = write.Type.IsContact && input.Properties.GetValueOrDefault(PropertyRules.Email) is { Length: > 0 } email
            ? write.Table.Find(PropertyRules.Email, email, StringComparer.OrdinalIgnoreCase)
            : null;
        return owner is not null && (isCreate || owner != Find(write, input))
            ? new Refusal(409, "CONFLICT", $"Contact already exists. Existing ID: {owner}")
            : null;
    }

    private static string? NotUnique(Write write) =>
        write.Inputs.FirstOrDefault(input => input.IdProperty is { } property && !PropertyRules.IsUnique(property)) is { } input
            ? $"Unable to perform update/upsert by non-unique {write.Type.Id} property {input.IdProperty}"
            : null;

    private static string? Duplicate(IEnumerable<BatchInput> inputs) =>
        inputs.GroupBy(input => input.IdProperty == PropertyRules.Email ? input.Id.ToUpperInvariant() : input.Id, StringComparer.Ordinal)
            .FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"Duplicate IDs found in batch input: [{twice.First().Id}]. IDs must be unique"
            : null;

    private static string? Find(Write write, BatchInput input) => input.IdProperty is { } property
        ? write.Table.Find(property, input.Id, PropertyRules.Comparer(property))
        : write.Table.Has(input.Id) ? input.Id : null;

    private static string NewId(Write write) =>
        write.Call.Account.NextId("object", FirstId).ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyDictionary<string, string?> Set(Write write, string id, BatchInput input)
    {
        var record = PropertyRules.Apply(write.Table.Get(id) ?? Record.Empty, input);
        write.Table.Set(id, record);
        return record;
    }
}
