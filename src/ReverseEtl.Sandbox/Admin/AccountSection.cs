using System.Globalization;
using System.Net;
using System.Text;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Admin;

/// <summary>The part of the page about one account of a vendor.</summary>
internal static class AccountSection
{
    private const int LatestRecords = 5;

    public static void Append(StringBuilder page, VendorAccount account)
    {
        page.Append("<section><h2>").Append(Html(account.Type)).Append('/').Append(Html(account.Account)).Append("</h2><dl>");
        foreach (var holding in account.Holdings)
            AppendCount(page, $"{holding.Kind} {holding.Name}", holding.Count);
        AppendCount(page, "requests", account.Requests);
        page.Append("</dl>");
        foreach (var holding in account.Holdings.Where(holding => holding.Count > 0))
            AppendRecords(page, holding);
        page.Append("</section>");
    }

    private static void AppendCount(StringBuilder page, string name, long count) =>
        page.Append("<div><dt>").Append(Html(name)).Append("</dt><dd>").Append(count.ToString("N0", CultureInfo.InvariantCulture)).Append("</dd></div>");

    private static void AppendRecords(StringBuilder page, Holding holding)
    {
        page.Append("<table><tr><th>").Append(Html(holding.Kind)).Append(' ').Append(Html(holding.Name)).Append("</th></tr>");
        foreach (var record in holding.Records.TakeLast(LatestRecords).Reverse())
        {
            page.Append("<tr><td><code>");
            page.AppendJoin(", ", record.Select(field => $"{Html(field.Key)}: {Html(field.Value ?? "null")}"));
            page.Append("</code></td></tr>");
        }

        page.Append("</table>");
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
