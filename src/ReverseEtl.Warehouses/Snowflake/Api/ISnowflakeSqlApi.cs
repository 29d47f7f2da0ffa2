using RestEase;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>Snowflake's SQL API, version 2. Answers are JSON, gzipped where <c>Content-Encoding</c> says so.</summary>
[AllowAnyStatusCode]
public interface ISnowflakeSqlApi
{
    /// <summary>
    /// Body: <see cref="StatementRequest"/>. 202 with a handle where it is asynchronous; 200 with the result, 408 or 422 where it is over already;
    /// 429, 503 and 504 ask to come back.
    /// </summary>
    /// <param name="requestId">A UUID that stays the same when the request is sent again.</param>
    /// <param name="isAsync">true: answer with the handle at once.</param>
    /// <param name="retry">true where the request was sent before: a statement that it started is not started again.</param>
    /// <param name="body">The statement.</param>
    /// <param name="cancellationToken">Stops waiting, not the statement.</param>
    [Post("api/v2/statements")]
    Task<HttpResponseMessage> SubmitAsync(
        [Query] string requestId, [Query("async")] string isAsync, [Query] string? retry, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>202 while it runs; 200 with the result, or the partition asked for; 422 where it failed.</summary>
    [Get("api/v2/statements/{handle}")]
    Task<HttpResponseMessage> StatusAsync([Path] string handle, [Query] int? partition, CancellationToken cancellationToken);

    /// <summary>200 where the statement is cancelled, 422 where it was over.</summary>
    [Post("api/v2/statements/{handle}/cancel")]
    Task<HttpResponseMessage> CancelAsync([Path] string handle, CancellationToken cancellationToken);
}
