using RestEase;

namespace ReverseEtl.Connectors.ActiveCampaign;

/// <summary>
/// ActiveCampaign's API, version 3. What is wrong with a request is <c>{"errors":[{"title","detail","code","source":{"pointer"}}]}</c> with 422;
/// other refusals have a <c>message</c> alone. Ids are numbers in texts.
/// </summary>
[AllowAnyStatusCode]
public interface IActiveCampaignApi
{
    /// <summary>
    /// Creates or updates a contact by its address: <c>{"contact":{"email","firstName","lastName","phone","fieldValues":[{"field":"1","value":"x"}]}}</c>.
    /// What is left out stays, an empty text clears; answers <c>{"contact":{"id"}}</c>.
    /// </summary>
    [Post("api/3/contact/sync")]
    Task<HttpResponseMessage> SyncContactAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The contact with an address: <c>{"contacts":[{"id","email"}]}</c>, empty where there is none.</summary>
    [Get("api/3/contacts")]
    Task<HttpResponseMessage> FindContactAsync([Query] string email, CancellationToken cancellationToken);

    /// <summary>Deletes a contact; 404 where there is none. The body is empty.</summary>
    [Delete("api/3/contacts/{contact}")]
    Task<HttpResponseMessage> DeleteContactAsync([Path] long contact, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>A page of the custom fields: <c>{"fields":[{"id","title","perstag","type"}]}</c>.</summary>
    [Get("api/3/fields?limit=100")]
    Task<HttpResponseMessage> FieldsAsync([Query] int offset, CancellationToken cancellationToken);

    /// <summary>A page of the lists that have a text in their name: <c>{"lists":[{"id","name"}]}</c>.</summary>
    [Get("api/3/lists?limit=100")]
    Task<HttpResponseMessage> ListsAsync([Query("filters[name]")] string name, [Query] int offset, CancellationToken cancellationToken);

    /// <summary>Body <c>{"list":{"name","stringid","sender_url","sender_reminder"}}</c>, all of them required; answers <c>{"list":{"id"}}</c>.</summary>
    [Post("api/3/lists")]
    Task<HttpResponseMessage> MakeListAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The lists that a contact is or was on: <c>{"contactLists":[{"list","status"}]}</c>; 404 where there is no such contact.</summary>
    [Get("api/3/contacts/{contact}/contactLists?limit=100")]
    Task<HttpResponseMessage> ListsOfContactAsync([Path] long contact, CancellationToken cancellationToken);

    /// <summary>Body <c>{"contactList":{"list":1,"contact":5,"status":1}}</c>: 1 subscribes, 2 unsubscribes.</summary>
    [Post("api/3/contactLists")]
    Task<HttpResponseMessage> SetStatusAsync([Body] HttpContent body, CancellationToken cancellationToken);
}
