using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal;
using ReverseEtl.Http.Personal.Rules;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Shaping;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Klaviyo;

/// <summary>What Klaviyo's objects have in common: rows belong to profiles, there may be a list, and much is a job that is made.</summary>
internal abstract class KlaviyoDestination(ObjectSpec spec, KlaviyoObject @object, DestinationRequest request, VendorApi<IKlaviyoApi> api)
    : ApiDestination<IKlaviyoApi>(spec, request, api)
{
    /// <summary>What Klaviyo can know profiles by.</summary>
    protected static readonly FieldSpec[] Identities =
    [
        new("email", "E-mail address.") { Rule = PersonalRule.Plain(new Normaliser("klaviyo.email", 1, TextRules.Trim, EmailRules.Check), "checked, trimmed"), Aliases = ["mail", "email_address"] },
        new("phone_number", "Phone number with its calling code.") { Rule = PersonalRule.Plain(new Normaliser("klaviyo.phone", 1, PhoneRules.E164), "E.164"), Aliases = ["phone", "mobile"] },
        new("external_id", "The id that you know the person by.") { Rule = TypeRule.Text, Aliases = ["customer_id", "user_id"] },
    ];

    /// <summary>What the sync writes to.</summary>
    protected KlaviyoObject Object { get; } = @object;

    /// <inheritdoc/>
    protected override NamedObject? Named { get; } = @object.List is not { } name ? null
        : new NamedObject(request.Memory, "list", name, token => FindAsync(name, api, token), @object.Create ? token => MakeAsync(name, api, token) : null);

    /// <summary>What the descriptions of objects have in common: before other fields stands the one that says whose a row is.</summary>
    protected static ObjectSpec Describe(KlaviyoObject @object, string name, string summary, string example, SyncMode[] modes, params FieldSpec[] others) => new()
    {
        Name = name,
        Summary = summary,
        Example = example,
        Modes = modes,
        Fields = [Identities.First(field => field.Name == @object.IdField) with { Required = true, Identifies = true }, .. others.Where(field => field.Name != @object.IdField)],
        MaxBatchRows = 1000,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken) =>
        await Api.AskAsync((klaviyo, token) => klaviyo.ProfilesAsync(null, "email", 1, token), cancellationToken);

    /// <summary>A field, of removals an identifier.</summary>
    protected static FieldColumn ColumnOf(ChangeBatch batch, string name) => (batch.Operation is Operation.Remove ? batch.Identifiers : batch.Fields).First(column => column.Name == name);

    /// <summary>Makes a job, of whose rows Klaviyo tells nothing but that it took them.</summary>
    protected ValueTask<DeliveryReport> MakeAsync(ChangeBatch batch, KlaviyoResource job, CancellationToken cancellationToken) =>
        MakeAsync(batch, job, _ => null, _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);

    /// <summary>Makes a job.</summary>
    protected ValueTask<DeliveryReport> MakeAsync(
        ChangeBatch batch, KlaviyoResource job, Func<HttpAnswer, DeliveryReport?> first, Func<HttpAnswer, DeliveryReport> read, CancellationToken cancellationToken) =>
        Api.SendAsync(batch, KlaviyoResource.Body(job), (klaviyo, body, token) => klaviyo.MakeAsync($"{job.Type}s", body, token), first, read, cancellationToken);

    private static ValueTask<string?> FindAsync(string name, VendorApi<IKlaviyoApi> api, CancellationToken cancellationToken) => api
        .ItemsAsync("data", (klaviyo, _, token) => klaviyo.ListsAsync($"equals(name,{KlaviyoResource.Quoted(name)})", token), _ => null, cancellationToken)
        .Where(list => list.Text("attributes", "name") == name).Select(list => list.Text("id")).FirstOrDefaultAsync(cancellationToken);

    private static async ValueTask<string> MakeAsync(string name, VendorApi<IKlaviyoApi> api, CancellationToken cancellationToken)
    {
        using var body = KlaviyoResource.Body(new KlaviyoResource("list", new { name }));
        var answer = await api.AskAsync((klaviyo, token) => klaviyo.MakeAsync("lists", body, token), cancellationToken);
        return answer.Json()?.Text("data", "id") ?? throw new DestinationException("Klaviyo made the list and gave no id for it; run the sync again");
    }
}
