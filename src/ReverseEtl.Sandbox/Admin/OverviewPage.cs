using System.Globalization;
using System.Net;
using System.Text;
using ReverseEtl.Sandbox.Vendors;
using ReverseEtl.Sandbox.Webhook;

namespace ReverseEtl.Sandbox.Admin;

/// <summary>The page for people: what was received, where. Everything that came from outside is escaped.</summary>
internal static class OverviewPage
{
    private const string Head = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><style>
        :root{color-scheme:light dark;--line:light-dark(#e3e6ea,#2c313a);--soft:light-dark(#68707c,#98a1ae);--card:light-dark(#fff,#181b20);--ok:light-dark(#0a7a4b,#4cc38a);--bad:light-dark(#b42318,#ff7b72)}
        body{margin:0 auto;max-width:72rem;padding:2rem 1.5rem;font:15px/1.5 system-ui,sans-serif;background:light-dark(#f6f7f9,#101215);color:light-dark(#16191d,#e8eaed)}
        h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:0}p{color:var(--soft);margin:.25rem 0 1.5rem}
        section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.1rem 1.25rem;margin-bottom:1.25rem;overflow-x:auto}
        dl{display:flex;flex-wrap:wrap;gap:.5rem 2.25rem;margin:.75rem 0}dt{color:var(--soft);font-size:.8rem}dd{margin:0;font-size:1.3rem;font-variant-numeric:tabular-nums}
        table{border-collapse:collapse;width:100%;font-size:.88rem}th{text-align:left;color:var(--soft);font-weight:500}td:nth-child(2) code{white-space:nowrap}th,td{padding:.35rem .75rem .35rem 0;border-top:1px solid var(--line);vertical-align:top}
        code{font:.84rem ui-monospace,monospace;overflow-wrap:anywhere}.ok{color:var(--ok)}.bad{color:var(--bad)}
        </style></head><body><h1>Sandbox</h1><p>What the local stand-ins have received. Nothing left this machine.</p>
        """;

    public static string Render(
        IReadOnlyList<WebhookTarget> targets, IReadOnlyList<VendorAccount> accounts, IReadOnlyList<ReceivedRequest> requests)
    {
        var page = new StringBuilder(Head);
        if (targets.Count + accounts.Count == 0)
            page.Append("<section><h2>Nothing yet</h2><p>Run a sync whose destination has \"sandbox\": true.</p></section>");
        foreach (var target in targets)
            AppendTarget(page, target);
        foreach (var account in accounts)
            AccountSection.Append(page, account);
        if (requests.Count > 0)
            AppendRequests(page, requests);
        return page.Append("</body></html>").ToString();
    }

    private static void AppendTarget(StringBuilder page, WebhookTarget target)
    {
        var summary = target.Summary();
        page.Append("<section><h2>webhook/").Append(Html(summary.Path)).Append("</h2><dl>");
        foreach (var (name, count) in new[]
        {
            ("rows", summary.Rows), ("removed", summary.Removed), ("events", summary.Events),
            ("requests", summary.Requests), ("repeats ignored", summary.Repeats),
        })
        {
            page.Append("<div><dt>").Append(name).Append("</dt><dd>").Append(Number(count)).Append("</dd></div>");
        }

        page.Append("</dl><table><tr><th>latest</th><th>key</th><th>content</th></tr>");
        foreach (var row in target.Latest())
        {
            page.Append("<tr><td>").Append(Html(row.Operation)).Append("</td><td><code>").Append(Html(row.Key))
                .Append("</code></td><td><code>").Append(Html(row.Content)).Append("</code></td></tr>");
        }

        page.Append("</table></section>");
    }

    private static void AppendRequests(StringBuilder page, IReadOnlyList<ReceivedRequest> requests)
    {
        page.Append("<section><h2>Latest requests</h2><table>")
            .Append("<tr><th>time (UTC)</th><th>path</th><th>id</th><th>operation</th><th>rows</th><th>answer</th></tr>");
        foreach (var request in requests)
        {
            var answer = request.Status == 0 ? "cut" : request.Status.ToString(CultureInfo.InvariantCulture);
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{request.At:yyyy-MM-dd HH:mm:ss}</td><td>{Html(request.Path)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td><code>{Html(request.Id)}</code></td><td>{Html(request.Operation)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td>{Number(request.Rows)}</td>")
                .Append(CultureInfo.InvariantCulture, $"<td class=\"{(request.Status is >= 200 and < 300 and not 207 ? "ok" : "bad")}\">{answer}{(request.Repeat ? " (repeat)" : "")}</td></tr>");
        }

        page.Append("</table></section>");
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
