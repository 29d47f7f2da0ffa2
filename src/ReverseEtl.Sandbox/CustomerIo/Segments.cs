using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.CustomerIo;

/// <summary>
/// Manual segments. They are made by hand or with the App API; one that nobody made here is taken to have been made by hand, unless
/// its number begins with 404. Ids of nobody are passed over in silence.
/// </summary>
internal static class Segments
{
    public const string MemberTable = "segment/";

    private const string Table = "segments";
    private const int MostIds = 1000;

    public static VendorAnswer Add(VendorCall call) => Change(call, (members, person) =>
    {
        if (!members.Has(person))
            members.Set(person, Record.Empty);
    });

    public static VendorAnswer Remove(VendorCall call) => Change(call, (members, person) => members.Remove(person));

    public static VendorAnswer List(VendorCall call) => VendorAnswer.Json(200, new { segments = Ids(call.Account).Select(id => Describe(call.Account, id)) });

    public static VendorAnswer Get(VendorCall call) => Exists(call.Part("segment"))
        ? VendorAnswer.Json(200, new { segment = Describe(call.Account, call.Part("segment")) })
        : CustomerIoDialect.Error(404, "segment not found");

    public static VendorAnswer Count(VendorCall call) => VendorAnswer.Json(200, new { count = call.Account.Table(MemberTable + call.Part("segment")).Count });

    public static VendorAnswer Create(VendorCall call)
    {
        if (call.Json?.Get("segment") is not { } segment || segment.GetText("name") is not { Length: > 0 } name)
            return VendorAnswer.Json(422, new { errors = new[] { new { detail = "segment.name is required", status = "422" } } });
        var id = call.Account.NextId("segment", 1).ToString(CultureInfo.InvariantCulture);
        call.Account.Table(Table).Set(id, Record.Of(("name", name), ("description", segment.GetText("description"))));
        return VendorAnswer.Json(200, new { segment = Describe(call.Account, id) });
    }

    public static IEnumerable<Holding> Holdings(Account account)
    {
        var people = new People(account);
        return Ids(account).Select(id => new Holding("segment", id, Name(account, id),
            [.. account.Table(MemberTable + id).Records.Keys.Select(person => (people.Get(person) ?? Record.Empty).With([new("cio_id", person)]))]));
    }

    private static VendorAnswer Change(VendorCall call, Action<Table, string> change)
    {
        var segment = call.Part("segment");
        if (!Exists(segment))
            return CustomerIoDialect.Error(404, "segment not found");
        var kind = call.Query("id_type") ?? "id";
        if (kind is not ("id" or "email" or "cio_id"))
            return CustomerIoDialect.Error(400, "id_type must be id, email or cio_id");
        if (call.Json?.Get("ids") is not { ValueKind: JsonValueKind.Array } ids || ids.GetArrayLength() is 0 or > MostIds
            || ids.EnumerateArray().Any(id => id.ValueKind is not JsonValueKind.String))
            return CustomerIoDialect.Error(400, $"ids must be 1 to {MostIds} strings");
        var people = new People(call.Account);
        var members = call.Account.Table(MemberTable + segment);
        var at = 0;
        foreach (var id in ids.EnumerateArray())
        {
            if (!call.Refused.Contains(at++) && people.Find(kind, id.GetString()!) is { } person)
                change(members, person);
        }

        return VendorAnswer.Json(200, new { });
    }

    private static IEnumerable<string> Ids(Account account) =>
        account.Table(Table).Records.Keys.Union(account.Names(MemberTable).Select(name => name[MemberTable.Length..]));

    private static bool Exists(string segment) =>
        segment.Length > 0 && segment.All(char.IsAsciiDigit) && !segment.StartsWith("404", StringComparison.Ordinal);

    private static string Name(Account account, string id) => account.Table(Table).Get(id)?["name"] ?? id;

    private static object Describe(Account account, string id) => new
    {
        id = int.Parse(id, CultureInfo.InvariantCulture),
        deduplicate_id = $"{id}:1",
        name = Name(account, id),
        description = account.Table(Table).Get(id)?["description"] ?? "",
        state = "finished",
        progress = (int?)null,
        type = "manual",
        tags = Array.Empty<string>(),
    };
}
