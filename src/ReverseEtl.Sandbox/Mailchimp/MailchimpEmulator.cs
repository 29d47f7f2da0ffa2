using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Mailchimp;

/// <summary>
/// Mailchimp's Marketing API below <c>/3.0</c>: audiences, their members, merge fields, static segments and tags. Any key is good, with
/// any user, unless it begins with <c>bad</c>.
/// </summary>
internal sealed class MailchimpEmulator : IVendorEmulator
{
    private const string List = "lists/{list}";
    private const string Member = $"{List}/members/{{member}}";
    private const string Segment = $"{List}/segments/{{segment}}";

    public string Type => "mailchimp";

    public IVendorDialect Dialect { get; } = new MailchimpDialect();

    public IReadOnlyList<VendorRoute> Routes { get; } =
    [
        new("GET", "ping", _ => VendorAnswer.Json(200, new { health_status = "Everything's Chimpy!" })),
        new("GET", "lists", Audiences.List),
        new("POST", "lists", Audiences.Create),
        new("GET", List, Audiences.Get),
        new("POST", List, Audiences.With(MemberBatch.Subscribe)) { Rows = VendorRoute.RowsIn("members") },
        new("GET", $"{List}/merge-fields", Audiences.With(MergeFields.List)),
        new("POST", $"{List}/merge-fields", Audiences.With(MergeFields.Create)),
        new("GET", $"{List}/members", Audiences.With(MemberRoutes.List)),
        new("POST", $"{List}/members", Audiences.With(MemberRoutes.Add)) { Rows = MemberRoutes.RowOfBody },
        new("GET", Member, Audiences.With(MemberRoutes.Get)),
        new("PUT", Member, Audiences.With(MemberRoutes.Put)) { Rows = MemberRoutes.RowOfBody },
        new("PATCH", Member, Audiences.With(MemberRoutes.Patch)) { Rows = MemberRoutes.RowOfPath },
        new("DELETE", Member, Audiences.With(MemberRoutes.Archive)) { Rows = MemberRoutes.RowOfPath },
        new("POST", $"{Member}/actions/delete-permanent", Audiences.With(MemberRoutes.Erase)) { Rows = MemberRoutes.RowOfPath },
        new("GET", $"{Member}/tags", Audiences.With(MemberTags.List)),
        new("POST", $"{Member}/tags", Audiences.With(MemberTags.Change)) { Rows = MemberRoutes.RowOfPath },
        new("GET", $"{List}/tag-search", Audiences.With(MemberTags.Search)),
        new("GET", $"{List}/segments", Audiences.With(StaticSegments.List)),
        new("POST", $"{List}/segments", Audiences.With(StaticSegments.Create)) { Rows = VendorRoute.RowsIn("static_segment") },
        new("GET", Segment, Audiences.With(StaticSegments.Get)),
        new("DELETE", Segment, Audiences.With(StaticSegments.Delete)),
        new("POST", Segment, Audiences.With(StaticSegments.Change)) { Rows = StaticSegments.Rows },
        new("GET", $"{Segment}/members", Audiences.With(StaticSegments.Members)),
    ];

    public VendorAnswer? Authenticate(VendorCall call) =>
        (call.Basic?.Password ?? call.Bearer) is { Length: > 0 } key && !key.StartsWith("bad", StringComparison.Ordinal) ? null : Dialect.Unauthorized();

    public IEnumerable<Holding> Holdings(Account account)
    {
        foreach (var (id, list) in Audiences.All(account))
        {
            var members = new Members(account, id);
            yield return new Holding("list", id, list["name"]!, [.. members.All.Where(member => member.Value["status"] != Members.Archived).Select(member => Shown(member.Key, member.Value))]);
            foreach (var segment in StaticSegments.All(account, id))
            {
                yield return new Holding("segment", segment.Key, segment.Value["name"]!,
                    [.. StaticSegments.MembersOf(account, id, segment.Key).Select(hash => Shown(hash, members.Get(hash)!))]);
            }
        }
    }

    private static IReadOnlyDictionary<string, string?> Shown(string hash, IReadOnlyDictionary<string, string?> member) =>
        Record.Of(("id", hash)).With(member);
}
