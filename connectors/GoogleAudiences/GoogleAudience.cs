using System.Globalization;
using System.Text.Json;
using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>One audience.</summary>
internal sealed class GoogleAudience : GoogleDestination<IGoogleApi>
{
    private readonly GoogleObject _object;
    private readonly string _kind;
    private readonly NamedObject? _named;
    private readonly ReplacementNote _began;

    public GoogleAudience(GoogleOptions options, GoogleObject @object, DestinationRequest request, VendorApi<IGoogleApi> api)
        : base(Describe(@object), options, request, api)
    {
        (_object, _kind) = (@object, GoogleFields.KindOf(request.Fields));
        _began = new ReplacementNote(request.Memory, request.Sync);
        if (@object.Id is null)
            _named = new NamedObject(request.Memory, "audience", @object.Audience!, FindAsync, @object.Create ? MakeAsync : null);
    }

    public static ObjectSpec Describe(GoogleObject @object) => new()
    {
        Name = "audience",
        Summary = "A Customer Match audience. Google tells how many members it took and why it did not take others, not which.",
        Example = "{ audience: \"VIP customers\", create: true, terms_of_service: accepted }",
        Modes = [SyncMode.Mirror, SyncMode.Upsert, SyncMode.Delete],
        Fields = GoogleFields.All,
        OneOf = [.. GoogleUser.Contact.Select(field => field.Column), GoogleFields.MobileId, GoogleFields.UserId],
        CountryField = GoogleUser.Region,
        Country = @object.Country,
        MaxBatchRows = 10_000,
        // Most of a batch's time goes by waiting for Google.
        Concurrency = 8,
        UnsafeToRepeat = [],
        Replaces = true,
        Reports = Reporting.Counts,
    };

    /// <inheritdoc/>
    protected override async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        if (_named is not null)
            await _named.CheckAsync(ExistsAsync, cancellationToken);
        else
            await Api.AskAsync(Rehearsal(_object.Id!), (google, body, token) => google.MembersAsync("remove", body, token), cancellationToken);
    }

    /// <inheritdoc/>
    protected override async ValueTask<long?> MeasureAsync(CancellationToken cancellationToken)
    {
        var list = _named is null ? _object.Id! : await _named.FindIdAsync(cancellationToken);
        return list is null ? 0 : Size((await LookUpAsync(list, cancellationToken)).Json() ?? default);
    }

    /// <inheritdoc/>
    protected override async ValueTask<DeliveryReport> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        var list = _named is null ? _object.Id! : await _named.IdAsync(cancellationToken);
        switch (batch.Replacement)
        {
            case { Closing: not null } closing:
                return await _began.FindAsync(closing, cancellationToken) is { } time
                    ? await TakeAsync(batch, ColumnarContent.Json(Before(list, time)), (google, body, token) => google.RemoveAllAsync(body, token), cancellationToken)
                    : ReplacementNote.Ended(batch, "it is not known when it began");
            case { } replacement:
                await _began.BeginAsync(replacement, token => NowAsync(list, token), cancellationToken);
                break;
        }

        return await TakeAsync(batch, Body(batch, list), (google, body, token) => google.MembersAsync(ActionOf(batch), body, token), cancellationToken);
    }

    private static string ActionOf(ChangeBatch batch) => batch.Operation is Operation.Remove ? "remove" : "ingest";

    private ColumnarContent Body(ChangeBatch batch, string list) => ColumnarContent.Json(writer =>
    {
        writer.WriteStartObject();
        ColumnarContent.WriteMembers(writer, Head(list));
        if (batch.Operation is not Operation.Remove)
            ColumnarContent.WriteMembers(writer, Permission());
        GoogleMembers.Write(writer, batch);
        writer.WriteEndObject();
    });

    // By Google's own clock, as it compares with that: everything that was there before the first row of a replacement.
    private Dictionary<string, object> Before(string list, string time) => new() { ["destinations"] = Destinations(list), ["removeAsOfTime"] = time };

    private async ValueTask<string> NowAsync(string list, CancellationToken cancellationToken)
    {
        var answer = await LookUpAsync(list, cancellationToken);
        return DateTimeOffset.TryParse(answer.Header("Date"), CultureInfo.InvariantCulture, out var now)
            ? now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : throw new DestinationException("Google's answer has no date, without which a replacement cannot tell old members from new ones; look whether a proxy takes it off");
    }

    // One that was made by hand may not be found by its number; the answer is as good.
    private async ValueTask<HttpAnswer> LookUpAsync(string list, CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((google, token) => google.GetAsync(Account.AccountType, Account.AccountId, list, token), cancellationToken);
        return (int)answer.Status == 404 ? answer : Api.Taken(answer);
    }

    private object Permission() => new
    {
        Consent = _object.Consent?.Words,
        TermsOfService = _object.TermsOfService is { } terms ? new { CustomerMatchTermsOfServiceStatus = terms.ToString().ToUpperInvariant() } : null,
    };

    // Removes nobody, as nobody has this id, and is not even carried out: but Google looks whether it could be.
    private Dictionary<string, object> Rehearsal(string list) => new(Head(list))
    {
        ["validateOnly"] = true,
        ["audienceMembers"] = new[]
        {
            _kind switch
            {
                "MOBILE_ID" => new { MobileData = new { MobileIds = new[] { Guid.Empty } } },
                "USER_ID" => new { UserIdData = new { UserId = "0" } },
                _ => (object)new { UserData = new { UserIdentifiers = new[] { new { EmailAddress = new string('0', 64) } } } },
            },
        },
    };

    // In the network that counts most; null where Google does not tell, as of new and small lists.
    private static long? Size(JsonElement list) =>
        list.Get("sizeInfo") is { ValueKind: JsonValueKind.Object } sizes && sizes.EnumerateObject().Max(size => sizes.Number(size.Name)) is > 0 and var most ? (long)most : null;

    private ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var name = _object.Audience!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return Api.ItemsAsync("userLists", (google, page, token) => google.ListAsync(Account.AccountType, Account.AccountId, $"display_name = \"{name}\"", page, token),
            lists => lists.Text("nextPageToken"), cancellationToken)
            .Where(list => list.Text("displayName") == _object.Audience).Select(list => list.Text("id")).FirstOrDefaultAsync(cancellationToken);
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var duration = _object.MembershipDays is { } days ? $"{days * 86_400L}s" : null;
        var list = new { DisplayName = _object.Audience, MembershipDuration = duration, IngestedUserListInfo = new { UploadKeyTypes = new[] { _kind } } };
        var answer = await Api.AskAsync(list, (google, body, token) => google.CreateAsync(Account.AccountType, Account.AccountId, body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("Google made the audience and gave no id for it; run the sync again");
    }

    private async ValueTask<bool> ExistsAsync(string list, CancellationToken cancellationToken) =>
        await LookUpAsync(list, cancellationToken) is var answer && (int)answer.Status != 404 && answer.Json() is not null;
}
