using RestEase;

namespace ReverseEtl.Connectors.Google;

/// <summary>Google's Data Manager API, version 1, as far as all that is sent to it goes. Errors are a google.rpc.Status: <c>{"error":{"code","message","status","details"}}</c>.</summary>
public interface IGoogleDataManager
{
    /// <summary>Answers <c>{"requestStatusPerDestination":[{"requestStatus","errorInfo","audienceMembersIngestionStatus"}]}</c>.</summary>
    [Get("v1/requestStatus:retrieve")]
    Task<HttpResponseMessage> StatusAsync([Query] string requestId, CancellationToken cancellationToken);
}
