using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.ActiveCampaign;

/// <summary>
/// Who is subscribed to a list. ActiveCampaign tells that somebody is unsubscribed, not by whom: who cdp unsubscribed is remembered, and
/// anybody else is taken to have done it themselves.
/// </summary>
internal sealed class ActiveCampaignList : ApiDestination<IActiveCampaignApi>
{
    private const int Subscribed = 1;
    private const int Unsubscribed = 2;
    private const int TagBytes = 6;

    private static readonly RowOutcome NoContact = RowOutcome.Rejected("no_record", "ActiveCampaign has no contact with this email; sync it there first");

    private readonly string _name;
    private readonly ActiveCampaignOptions _options;
    private readonly bool _resubscribe;
    private readonly IDestinationMemory _memory;
    private readonly NamedObject _list;

    public ActiveCampaignList(string name, ActiveCampaignOptions options, ActiveCampaignObject @object, DestinationRequest request, VendorApi<IActiveCampaignApi> api)
        : base(Describe(), request, api)
    {
        (_name, _options, _resubscribe, _memory) = (name, options, @object.Resubscribe, request.Memory);
        _list = new NamedObject(request.Memory, "list", name, FindAsync, @object.Create ? MakeAsync : null);
    }

    public static ObjectSpec Describe() => new()
    {
        Name = "list",
        Summary = "Subscribers of a list, known by email. They must be contacts already.",
        Example = "{ list: VIP, create: true }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = [ActiveCampaignContacts.EmailField],
        MaxBatchRows = 1,
        Concurrency = 4,
        LookUps = 2,
        UnsafeToRepeat = [],
    };

    /// <inheritdoc/>
    protected override NamedObject Named => _list;

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var isRemoval = batch.Operation is Operation.Remove;
        var list = long.Parse(await _list.IdAsync(cancellationToken), CultureInfo.InvariantCulture);
        if (await MemberAsync(batch, list, cancellationToken) is not var (contact, status))
            return DeliveryReport.All(batch, isRemoval ? RowOutcome.Accepted : NoContact);
        return isRemoval ? await UnsubscribeAsync(batch, list, contact, status, cancellationToken) : await SubscribeAsync(batch, list, contact, status, cancellationToken);
    }

    /// <summary>The row's contact, with its status on the list if it ever was on it; null where there is no contact.</summary>
    private async ValueTask<(long Contact, double? Status)?> MemberAsync(ChangeBatch batch, long list, CancellationToken cancellationToken)
    {
        if (await Api.ContactAsync(ActiveCampaignLookUps.Email(batch), cancellationToken) is not { } contact)
            return null;
        // Another sync may have deleted the contact meanwhile.
        if (await Api.FindAsync((campaign, token) => campaign.ListsOfContactAsync(contact, token), cancellationToken) is not { } answer)
            return null;
        return (contact, answer.Json()?.Items("contactLists").Where(entry => entry.Number("list") == list).Select(entry => entry.Number("status")).FirstOrDefault());
    }

    private async ValueTask<DeliveryReport> SubscribeAsync(ChangeBatch batch, long list, long contact, double? status, CancellationToken cancellationToken)
    {
        var mark = Mark(list, contact);
        var isOurs = (await _memory.RecallAsync([mark], cancellationToken)).ContainsKey(mark);
        if (status is not (null or Subscribed) && !isOurs && !_resubscribe)
        {
            return DeliveryReport.All(batch, RowOutcome.RejectedForGood("unsubscribed",
                $"the contact has the status {status} on this list, which cdp did not set (2: unsubscribed); resubscribe: true in the sync's object subscribes it all the same"));
        }

        var report = status == Subscribed ? DeliveryReport.All(batch, RowOutcome.Accepted) : await SetStatusAsync(batch, list, contact, Subscribed, cancellationToken);
        if (isOurs && report.AllAccepted)
            await MarkAsync(list, contact, isOurs: false);
        return report;
    }

    private async ValueTask<DeliveryReport> UnsubscribeAsync(ChangeBatch batch, long list, long contact, double? status, CancellationToken cancellationToken)
    {
        if (status != Subscribed)
            return DeliveryReport.All(batch, RowOutcome.Accepted);
        // Before the request, as nobody could tell afterwards whose doing an unanswered one was.
        await MarkAsync(list, contact, isOurs: true);
        var mayHaveArrived = false;
        try
        {
            var report = await SetStatusAsync(batch, list, contact, Unsubscribed, cancellationToken);
            mayHaveArrived = report[0] is { IsAccepted: true } or { Kind: OutcomeKind.Unknown } or { MayHaveArrived: true };
            return report;
        }
        finally
        {
            if (!mayHaveArrived)
                await MarkAsync(list, contact, isOurs: false);
        }
    }

    private ValueTask<DeliveryReport> SetStatusAsync(ChangeBatch batch, long list, long contact, int status, CancellationToken cancellationToken) => Api.SendAsync(
        batch, ColumnarContent.Json(new { ContactList = new { List = list, Contact = contact, Status = status } }),
        (campaign, body, token) => campaign.SetStatusAsync(body, token), _ => DeliveryReport.All(batch, RowOutcome.Accepted), cancellationToken);

    private static string Mark(long list, long contact) => $"unsubscribed/{list}/{contact}";

    private ValueTask MarkAsync(long list, long contact, bool isOurs) =>
        _memory.RememberAsync(new Dictionary<string, string?> { [Mark(list, contact)] = isOurs ? "1" : null }, CancellationToken.None);

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var like = await Api.PagesAsync("lists", (campaign, offset, token) => campaign.ListsAsync(_name, offset, token), cancellationToken);
        long?[] found = [.. like.Where(list => list.Text("name") == _name).Select(ActiveCampaignLookUps.Id)];
        return found.Length <= 1
            ? found.FirstOrDefault()?.ToString(CultureInfo.InvariantCulture)
            : throw new DestinationException($"ActiveCampaign has {found.Length} lists named \"{_name}\"; rename all but one") { IsUnreachable = false };
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        // It names the list in addresses, and must be its own; names need not be fit for that.
        var tag = $"cdp-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_name)).AsSpan(0, TagBytes))}";
        var list = new { Name = _name, Stringid = tag, sender_url = _options.SenderUrl, sender_reminder = _options.SenderReminder };
        var answer = await Api.AskAsync(new { List = list }, (campaign, body, token) => campaign.MakeListAsync(body, token), cancellationToken);
        return (answer.Json()?.Get("list") is { } made ? ActiveCampaignLookUps.Id(made) : null)?.ToString(CultureInfo.InvariantCulture)
            ?? throw new DestinationException("ActiveCampaign made the list and gave no id for it; run the sync again");
    }
}
