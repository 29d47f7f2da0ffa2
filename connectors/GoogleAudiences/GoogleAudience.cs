using System.Globalization;
using ReverseEtl.Core.Delivery;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http;
using ReverseEtl.Http.Requests;
using ReverseEtl.Http.Vendors;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>One audience. Google takes a request at once and works it off later; its status tells counts.</summary>
internal sealed class GoogleAudience : ApiDestination<IGoogleApi>
{
    private readonly GoogleOptions _options;
    private readonly GoogleObject _object;
    private readonly GoogleAccount _account;
    private readonly string _kind;
    private readonly NamedObject? _named;
    private readonly StoredJob _requests;
    private readonly ReplacementNote _began;

    public GoogleAudience(GoogleOptions options, GoogleObject @object, DestinationRequest request, VendorApi<IGoogleApi> api)
        : base(Describe(@object), request, api)
    {
        (_options, _object, _account, _kind) = (options, @object, GoogleAccount.Of(options.Account)!, GoogleFields.KindOf(request.Fields));
        _requests = new StoredJob(request.Memory, request.Time);
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
        OneOf = [.. GoogleFields.Contact.Select(field => field.Column), GoogleFields.MobileId, GoogleFields.UserId],
        CountryField = GoogleFields.Region,
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
        return list is null ? 0 : GoogleAnswers.Size((await LookUpAsync(list, cancellationToken)).Json() ?? default);
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

    /// <summary>Sends a request, unless that was done before, and waits until Google has worked it off.</summary>
    private async ValueTask<DeliveryReport> TakeAsync(
        ChangeBatch batch, ColumnarContent body, Func<IGoogleApi, HttpContent, CancellationToken, Task<HttpResponseMessage>> call, CancellationToken cancellationToken)
    {
        using var disposed = body;
        if (await _requests.FindAsync(batch, cancellationToken) is not { } id)
        {
            string? taken = null;
            var report = await Api.SendAsync(batch, body, call, answer =>
            {
                taken = answer.Json()?.Text("requestId");
                return DeliveryReport.All(batch, RowOutcome.Unknown(OutcomeCodes.Unreadable, "Google took the request and gave no id for it"));
            }, cancellationToken);
            if (taken is null)
                return report;
            await _requests.RememberAsync(batch, id = taken);
        }

        return await _requests.FollowAsync(batch, token => StatusAsync(batch, id, token), cancellationToken);
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

    private Dictionary<string, object> Head(string list) => new() { ["encoding"] = "HEX", ["destinations"] = Destinations(list) };

    private object Destinations(string list) => new[]
    {
        new { OperatingAccount = _account, LoginAccount = GoogleAccount.Of(_options.LoginAccount), LinkedAccount = GoogleAccount.Of(_options.LinkedAccount), ProductDestinationId = list },
    };

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
        var answer = await Api.TryAskAsync((google, token) => google.GetAsync(_account.AccountType, _account.AccountId, list, token), cancellationToken);
        return (int)answer.Status == 404 ? answer : Api.Taken(answer);
    }

    private object Permission() => new
    {
        Consent = _object.Consent is { } consent ? new { AdUserData = Word(consent.AdUserData), AdPersonalization = Word(consent.AdPersonalization) } : null,
        TermsOfService = _object.TermsOfService is { } terms ? new { CustomerMatchTermsOfServiceStatus = terms.ToString().ToUpperInvariant() } : null,
    };

    private static string? Word(GoogleAnswer? answer) => answer is null ? null : $"CONSENT_{answer}".ToUpperInvariant();

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

    private async ValueTask<DeliveryReport?> StatusAsync(ChangeBatch batch, string id, CancellationToken cancellationToken)
    {
        var answer = await Api.TryAskAsync((google, token) => google.StatusAsync(id, token), cancellationToken);
        var body = answer.Json() ?? default;
        if (GoogleAnswers.Error(body)?.Code is "INVALID_ARGUMENT/INVALID_REQUEST_ID")
            return DeliveryReport.All(batch, RowOutcome.Retry("request_gone", $"Google does not know the request {id} any more"));
        Api.Taken(answer);
        var status = body.Items("requestStatusPerDestination").FirstOrDefault();
        var counts = GoogleAnswers.Counts(status);
        return status.Text("requestStatus") switch
        {
            "SUCCESS" or "PARTIAL_SUCCESS" => DeliveryReport.All(batch, RowOutcome.AcceptedUnattributed).With(counts),
            "FAILED" => DeliveryReport.All(batch, RowOutcome.Rejected(GoogleAnswers.Reason(status), "Google took none of the request's members")).With(counts),
            _ => null,
        };
    }

    private async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        var name = _object.Audience!.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        string? page = null;
        do
        {
            var answer = await Api.AskAsync(
                (google, token) => google.ListAsync(_account.AccountType, _account.AccountId, $"display_name = \"{name}\"", page, token), cancellationToken);
            var lists = answer.Json() ?? default;
            foreach (var list in lists.Items("userLists").Where(list => list.Text("displayName") == _object.Audience))
                return list.Text("id");
            page = lists.Text("nextPageToken");
        }
        while (page is { Length: > 0 });
        return null;
    }

    private async ValueTask<string> MakeAsync(CancellationToken cancellationToken)
    {
        var duration = _object.MembershipDays is { } days ? $"{days * 86_400L}s" : null;
        var list = new { DisplayName = _object.Audience, MembershipDuration = duration, IngestedUserListInfo = new { UploadKeyTypes = new[] { _kind } } };
        var answer = await Api.AskAsync(list, (google, body, token) => google.CreateAsync(_account.AccountType, _account.AccountId, body, token), cancellationToken);
        return answer.Json()?.Text("id") ?? throw new DestinationException("Google made the audience and gave no id for it; run the sync again");
    }

    private async ValueTask<bool> ExistsAsync(string list, CancellationToken cancellationToken) =>
        await LookUpAsync(list, cancellationToken) is var answer && (int)answer.Status != 404 && answer.Json() is not null;
}
