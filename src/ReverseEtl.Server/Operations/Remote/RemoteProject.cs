using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ReverseEtl.Core.Config;
using ReverseEtl.Server.Api;
using ReverseEtl.Server.Operations.Json;

namespace ReverseEtl.Server.Operations.Remote;

/// <summary>Speaks to the API of a project that runs as a service.</summary>
internal sealed class RemoteProject : IDisposable
{
    // The service gives up before.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(11);

    private readonly HttpClient _client;
    private readonly Uri _url;

    /// <param name="url">The service's address.</param>
    /// <param name="token">The token to bear; null for none.</param>
    public RemoteProject(Uri url, string? token)
    {
        _url = url;
        // A token must not follow a redirection to somewhere else.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"{url.ToString().TrimEnd('/')}{ApiEndpoints.Root}/"), Timeout = Patience };
        if (token is not null)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The service's address.</summary>
    public Uri Url => _url;

    /// <summary>Asks for something.</summary>
    /// <param name="path">The path, its parts escaped.</param>
    /// <param name="query">The query's parameters; those that are null are left out.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<T> GetAsync<T>(string path, IEnumerable<(string Name, object? Value)> query, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path + QueryOf(query));
        return await SendAsync<T>(request, cancellationToken);
    }

    /// <summary>Orders something.</summary>
    public async Task<T> PostAsync<T>(string path, object? body, CancellationToken cancellationToken, params (string Name, object? Value)[] query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path + QueryOf(query));
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: OperationJson.Whole);
        return await SendAsync<T>(request, cancellationToken);
    }

    /// <summary>A part of a path.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw await RefusedAsync(answer, cancellationToken);
            return await answer.Content.ReadFromJsonAsync<T>(OperationJson.Whole, cancellationToken) ?? throw NoService("null");
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new RemoteException($"{_url} cannot be reached: {error.Message}; see that cdp serve runs there, and that the address is right", isUnreachable: true, error);
        }
        catch (JsonException error)
        {
            throw NoService(error.Message);
        }
    }

    private async Task<Exception> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = answer.StatusCode;
        if (answer.Content.Headers.ContentType?.MediaType != ApiProblem.MediaType)
            return (int)status >= 500 ? new RemoteException($"{_url} answers with {(int)status}; look at the service's log", isUnreachable: true) : NoService($"it answers with {(int)status}");
        var problem = await answer.Content.ReadFromJsonAsync<ApiProblem>(OperationJson.Whole, cancellationToken) ?? throw NoService("null");
        return problem switch
        {
            { Problems: { Count: > 0 } problems } => new ProjectException([.. problems.Select(found => found.ToProblem())]),
            { Status: 401 } => new RemoteException($"{_url} does not know who asks: {problem.Detail}; the variable CDP_TOKEN holds the token", isUnreachable: false),
            { Status: 403 } => new RemoteException($"{_url} does not allow it: {problem.Detail}", isUnreachable: false),
            { Status: 404 } => new NotThereException($"{problem.Where}: {problem.Detail}"),
            _ => new RemoteException($"{problem.Where}: {problem.Detail}", isUnreachable: problem.Status >= 500 || problem.Title == ApiProblem.Busy),
        };
    }

    private RemoteException NoService(string what) => new($"{_url} is no service of cdp ({what}); give the address that cdp serve prints", isUnreachable: false);

    private static string QueryOf(IEnumerable<(string Name, object? Value)> query)
    {
        var given = query.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Part(Convert.ToString(parameter.Value, System.Globalization.CultureInfo.InvariantCulture)!)}").ToList();
        return given.Count == 0 ? "" : $"?{string.Join('&', given)}";
    }
}
