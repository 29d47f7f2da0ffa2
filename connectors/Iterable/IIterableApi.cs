using RestEase;

namespace ReverseEtl.Connectors.Iterable;

/// <summary>Iterable's API. Errors are <c>{"code":"BadApiKey","msg","params"}</c>; a code of <c>Success</c> is none.</summary>
[AllowAnyStatusCode]
public interface IIterableApi
{
    /// <summary>
    /// Users by the batch, 4 MB at the most: <c>users/bulkUpdate</c> <c>{"users":[{"email","userId","preferUserId","dataFields"}]}</c>,
    /// <c>lists/subscribe</c> and <c>lists/unsubscribe</c> <c>{"listId","subscribers":[...]}</c>, <c>events/trackBulk</c>
    /// <c>{"events":[{"email","userId","eventName","id","createdAt","dataFields"}]}</c>. All answer
    /// <c>{"successCount","failCount","filteredOutFields","failedUpdates":{"invalidEmails":[...],"notFoundUserIds":[...]}}</c>.
    /// </summary>
    [Post("api/{subject}/{action}")]
    Task<HttpResponseMessage> BulkAsync([Path] string subject, [Path] string action, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"email"}</c> or <c>{"userId"}</c>: erases a user, who is not taken any more.</summary>
    [Post("api/users/forget")]
    Task<HttpResponseMessage> ForgetAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>All lists: <c>{"lists":[{"id","name","listType"}]}</c>; shows that the key is good.</summary>
    [Get("api/lists")]
    Task<HttpResponseMessage> ListsAsync(CancellationToken cancellationToken);

    /// <summary>Body <c>{"name"}</c>; answers <c>{"listId"}</c>.</summary>
    [Post("api/lists")]
    Task<HttpResponseMessage> MakeListAsync([Body] HttpContent body, CancellationToken cancellationToken);
}
