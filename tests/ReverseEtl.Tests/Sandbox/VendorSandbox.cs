using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ReverseEtl.Sandbox;
using ReverseEtl.Sandbox.Scripting;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Tests.Sandbox;

/// <summary>An answer, read to its end.</summary>
internal sealed record Reply(HttpStatusCode Status, string Text, HttpResponseHeaders Headers)
{
    public int Code => (int)Status;

    public JsonElement Json => JsonElement.Parse(Text);

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}

/// <summary>A sandbox with one account of one vendor, spoken to as any client would.</summary>
internal sealed class VendorSandbox(SandboxServer server, string type) : IAsyncDisposable
{
    public const string Account = "acme";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };

    public SandboxServer Server => server;

    /// <summary>The Authorization header of every request; null sends none.</summary>
    public string? Authorization { get; set; } = "Bearer token";

    /// <summary>More headers of every request.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public IReadOnlyList<Holding> Holdings => server.Holdings(type, Account);

    public IReadOnlyList<VendorRequest> Requests => server.Requests(type, Account);

    public static async Task<VendorSandbox> StartAsync(string type, string? folder = null, TimeProvider? time = null) =>
        new(await SandboxServer.StartAsync(new SandboxOptions { Folder = folder, Time = time ?? TimeProvider.System }), type);

    public Holding Holding(string name) => Assert.Single(Holdings, holding => holding.Name == name);

    /// <summary>The sorted values of a field in a holding; "null" where it is.</summary>
    public string[] Values(string name, string field) =>
        [.. Holding(name).Records.Select(record => record.GetValueOrDefault(field) ?? "null").Order(StringComparer.Ordinal)];

    public void Script(ScriptAction then, int? times = 1, string? below = null) =>
        server.Script.Add(new ScriptRule { Path = below is null ? $"{type}/{Account}" : $"{type}/{Account}/{below}", Times = times, Then = then });

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Reply> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, Json(json));

    public Task<Reply> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, Json(json));

    public Task<Reply> FormAsync(HttpMethod method, string path, params (string Name, string Value)[] fields) =>
        SendAsync(method, path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Url, $"{type}/{Account}/{path}")) { Content = content };
        if (Authorization is { } value)
            request.Headers.TryAddWithoutValidation("Authorization", value);
        foreach (var (name, header) in Headers)
            request.Headers.TryAddWithoutValidation(name, header);
        using var answer = await _http.SendAsync(request);
        return new Reply(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return server.DisposeAsync();
    }
}
