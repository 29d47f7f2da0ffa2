using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Klaviyo;

/// <summary>Lists and who is on them. Being on a list says nothing about consent.</summary>
internal static class KlaviyoLists
{
    public const string TableName = "lists";
    public const string MemberTable = "list/";

    private const int MostIds = 1000;
    private const int ListPage = 10;

    private static readonly string[] OptIns = ["single_opt_in", "double_opt_in"];

    public static VendorAnswer List(VendorCall call)
    {
        IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string?>>> found = call.Account.Table(TableName).Records;
        if (call.Query("filter") is { } filter)
        {
            if (ProfileReads.Values(filter) is not ("name" or "id", _) wanted)
                return ProfileReads.BadFilter(filter);
            found = found.Where(list => wanted.Values.Contains(wanted.Field == "id" ? list.Key : list.Value["name"]));
        }

        return JsonApi.Page(call, [.. found.Select(list => Describe(call, list.Key))], ListPage, ListPage);
    }

    public static VendorAnswer Get(VendorCall call) => call.Account.Table(TableName).Has(call.Part("id"))
        ? KlaviyoDialect.Json(200, new { data = Describe(call, call.Part("id")) })
        : Unknown(call.Part("id"));

    public static VendorAnswer Create(VendorCall call)
    {
        var (attributes, wrong) = JsonApi.Read(call, "list");
        if (wrong is not null)
            return wrong;
        if (JsonApi.Unknown(attributes, ["name", "opt_in_process"], "list", "/data/attributes") is { } unknown)
            return KlaviyoDialect.Error(unknown);
        if (attributes.GetText("name") is not { Length: > 0 } name)
            return KlaviyoDialect.Error(new Problem("'name' is a required field for the resource 'list'.", "/data/attributes/name", "required"));
        var optIn = attributes.GetText("opt_in_process") ?? OptIns[0];
        if (!OptIns.Contains(optIn))
            return KlaviyoDialect.Error(new Problem($"'opt_in_process' must be one of {string.Join(", ", OptIns)}.", "/data/attributes/opt_in_process"));
        var id = $"L{call.Account.NextId("list", 1).ToString("d5", CultureInfo.InvariantCulture)}";
        call.Account.Table(TableName).Set(id, Record.Of(("name", name), ("opt_in_process", optIn), ("created", JsonApi.Time(call.Now))));
        return KlaviyoDialect.Json(201, new { data = Describe(call, id) });
    }

    public static VendorAnswer AddProfiles(VendorCall call) => Change(call, id => Add(call, call.Part("id"), id));

    public static VendorAnswer RemoveProfiles(VendorCall call) => Change(call, id => call.Account.Table(MemberTable + call.Part("id")).Remove(id));

    public static VendorAnswer Profiles(VendorCall call) => Members(call, (id, record) => Klaviyo.Profiles.Describe(call, id, record, Subscriptions.AreAsked(call)));

    public static VendorAnswer ProfileIds(VendorCall call) => Members(call, (id, _) => new { type = "profile", id });

    public static void Add(VendorCall call, string list, string profile)
    {
        var members = call.Account.Table(MemberTable + list);
        if (!members.Has(profile))
            members.Set(profile, Record.Of(("joined_group_at", JsonApi.Time(call.Now))));
    }

    public static VendorAnswer Unknown(string? id, string? pointer = null) =>
        KlaviyoDialect.Error(404, "not_found", "Not found.", $"A list with id {id} does not exist.", pointer);

    public static IEnumerable<Holding> Holdings(Account account)
    {
        var profiles = account.Table(Klaviyo.Profiles.TableName);
        return account.Table(TableName).Records.Select(list => new Holding("list", list.Key, list.Value["name"]!,
            [.. account.Table(MemberTable + list.Key).Records.Keys.Select(member => profiles.Get(member)!.With([new("id", member)]))]));
    }

    private static VendorAnswer Change(VendorCall call, Action<string> change)
    {
        if (!call.Account.Table(TableName).Has(call.Part("id")))
            return Unknown(call.Part("id"));
        var (items, wrong) = JsonApi.Items(call.Json, "", "profile", MostIds);
        if (wrong is not null)
            return wrong;
        var profiles = call.Account.Table(Klaviyo.Profiles.TableName);
        for (var at = 0; at < items.Count; at++)
        {
            if (items[at].GetText("id") is not { } id)
                return KlaviyoDialect.Error(new Problem("'id' is a required field for the resource 'profile'.", $"/data/{at}/id", "required"));
            if (!profiles.Has(id))
                return KlaviyoDialect.Error(404, "not_found", "Not found.", $"A profile with id {id} does not exist.", $"/data/{at}/id");
            if (call.Refused.Contains(at))
                return KlaviyoDialect.Error(new Problem(call.RefusalMessage, $"/data/{at}", call.RefusalCode));
        }

        foreach (var item in items)
            change(item.GetText("id")!);
        return VendorAnswer.Empty(204);
    }

    private static VendorAnswer Members(VendorCall call, Func<string, IReadOnlyDictionary<string, string?>, object> describe)
    {
        var list = call.Part("id");
        if (!call.Account.Table(TableName).Has(list))
            return Unknown(list);
        var (ids, wrong) = ProfileReads.Filter(call, ["email", "phone_number"]);
        if (wrong is not null)
            return wrong;
        var members = call.Account.Table(MemberTable + list).Records.Keys.Where(id => ids is null || ids.Contains(id));
        var profiles = call.Account.Table(Klaviyo.Profiles.TableName);
        return JsonApi.Page(call, [.. members.Select(id => describe(id, profiles.Get(id)!))]);
    }

    private static object Describe(VendorCall call, string id)
    {
        var list = call.Account.Table(TableName).Get(id)!;
        return new
        {
            type = "list",
            id,
            attributes = new { name = list["name"], created = list["created"], updated = list["created"], opt_in_process = list["opt_in_process"] },
            links = new { self = $"{call.BaseUrl}/api/lists/{id}" },
        };
    }
}
