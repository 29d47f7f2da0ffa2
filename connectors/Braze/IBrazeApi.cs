using RestEase;

namespace ReverseEtl.Connectors.Braze;

/// <summary>Braze's REST API. Answers are <c>{"message":"success",...}</c>, errors <c>{"message":"what is wrong"}</c>.</summary>
[AllowAnyStatusCode]
public interface IBrazeApi
{
    /// <summary>
    /// Body <c>{"attributes":[{"external_id",...}],"events":[{"external_id","name","time","properties"}]}</c>, 75 objects at the most. 201 has
    /// <c>{"message":"success","attributes_processed","errors":[{"type","input_array":"attributes","index"}]}</c>: objects with an error were
    /// left out, the others taken. 400 where none was good, with the same <c>errors</c>, or where the request is wrong as a whole.
    /// </summary>
    [Post("users/track")]
    Task<HttpResponseMessage> TrackAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"external_ids":[...]}</c> or <c>{"braze_ids":[...]}</c>, 50 at the most; answers <c>{"deleted":2,"message":"success"}</c>.</summary>
    [Post("users/delete")]
    Task<HttpResponseMessage> DeleteAsync([Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>
    /// Body <c>{"subscription_group_id","subscription_state":"subscribed","external_id":[...]}</c>, or <c>email</c> or <c>phone</c> in its place, 50
    /// at the most; answers <c>{"message":"success"}</c>. Ids of nobody are passed over in silence.
    /// </summary>
    [Post("subscription/status/set")]
    Task<HttpResponseMessage> SetSubscriptionsAsync([Body] HttpContent body, CancellationToken cancellationToken);
}
