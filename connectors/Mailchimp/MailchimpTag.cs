using System.Text.Json;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.Mailchimp;

/// <summary>Who of an audience has a tag. Tags are static segments, whose members are named by their addresses.</summary>
internal sealed class MailchimpTag : ApiDestination<IMailchimpApi>
{
    private static readonly RowOutcome NotNamed = RowOutcome.Unknown(OutcomeCodes.NoResult, "Mailchimp refused addresses without naming them");

    private readonly string _name;
    private readonly MailchimpAudience _audience;
    private readonly NamedObject _tag;

    public MailchimpTag(string name, MailchimpObject @object, DestinationRequest request, VendorApi<IMailchimpApi> api)
        : base(Describe(), request, api)
    {
        (_name, _audience) = (name, new MailchimpAudience(@object.Audience, api));
        _tag = new NamedObject(request.Memory, $"tag of {@object.Audience}", name, FindAsync, @object.Create ? MakeAsync : null);
    }

    public static ObjectSpec Describe() => new()
    {
        Name = "tag",
        Summary = "Members of an audience who have a tag. They must be in the audience already.",
        Example = "{ audience: Newsletter, tag: VIP, create: true }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [MailchimpAudience.Identifier],
        MaxBatchRows = 500,
        Concurrency = 2,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override NamedObject Named => _tag;

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = await _audience.IdAsync(cancellationToken);
        var tag = await _tag.IdAsync(cancellationToken);
        var addresses = MailchimpAudience.AddressesOf(batch);
        var isRemoval = batch.Operation is Operation.Remove;
        JsonElement told = default;
        var body = ColumnarContent.Json(new Dictionary<string, string[]> { [isRemoval ? "members_to_remove" : "members_to_add"] = addresses });
        var report = await Api.SendAsync(batch, body, (mailchimp, content, token) => mailchimp.ChangeTagAsync(list, tag, content, token), answer =>
        {
            told = answer.Json() ?? default;
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        }, cancellationToken);
        if (!report.AllAccepted)
            return report;
        var refusals = new NamedRefusals(batch);
        foreach (var (error, address) in told.Items("errors").SelectMany(error => error.Items("email_addresses").Select(address => (error, address.GetString() ?? ""))))
        {
            if (!isRemoval || await IsThereAsync(list, address, cancellationToken))
                refusals.Add(MailchimpAudience.Address, address, RowOutcome.Rejected("not_tagged", Api.Redactor.Clean(error.Text("error") ?? "refused")));
        }

        return refusals.Build(isRemoval ? 0 : told.Number("error_count") ?? 0, NotNamed);
    }

    /// <summary>Whoever is not in the audience has no tag to take off, which is told as an error too.</summary>
    private async ValueTask<bool> IsThereAsync(string list, string address, CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((mailchimp, token) => mailchimp.MemberAsync(list, MailchimpAudience.MemberOf(address), token), cancellationToken);
        return (int)answer.Status != 404 && answer.Json()?.Text("status") is not "archived";
    }

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var list = await _audience.IdAsync(cancellationToken);
        var answer = await Api.AskAsync((mailchimp, token) => mailchimp.TagsAsync(list, _name, token), cancellationToken);
        return (answer.Json()?.Items("tags") ?? []).Where(tag => tag.Text("name") == _name).Select(tag => tag.Get("id")?.ToString()).FirstOrDefault();
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var list = await _audience.IdAsync(cancellationToken);
        var body = new Dictionary<string, object> { ["name"] = _name, ["static_segment"] = Array.Empty<string>() };
        var answer = await Api.AskAsync(body, (mailchimp, content, token) => mailchimp.MakeTagAsync(list, content, token), cancellationToken);
        return answer.Json()?.Get("id")?.ToString() ?? throw new DestinationException("Mailchimp made the tag and gave no id for it; run the sync again");
    }
}
