using RestEase;

namespace ReverseEtl.Connectors.Salesforce;

/// <summary>Salesforce's REST API and its Bulk API 2.0. Errors are <c>[{"errorCode","message"}]</c>.</summary>
[AllowAnyStatusCode]
public interface ISalesforceApi
{
    /// <summary>The versions that the org has: <c>[{"version":"67.0"}]</c>.</summary>
    [Get("services/data")]
    Task<HttpResponseMessage> VersionsAsync(CancellationToken cancellationToken);

    /// <summary>An object: <c>{"name","fields":[{"name","externalId","idLookup"}]}</c>.</summary>
    [Get("services/data/{version}/sobjects/{type}/describe")]
    Task<HttpResponseMessage> DescribeAsync([Path] string version, [Path] string type, CancellationToken cancellationToken);

    /// <summary>Records: <c>{"records":[{"Id"}],"done","nextRecordsUrl"}</c>.</summary>
    [Get("services/data/{version}/query")]
    Task<HttpResponseMessage> QueryAsync([Path] string version, [Query] string q, CancellationToken cancellationToken);

    /// <summary>The records after those; the locator is the last part of <c>nextRecordsUrl</c>.</summary>
    [Get("services/data/{version}/query/{locator}")]
    Task<HttpResponseMessage> QueryMoreAsync([Path] string version, [Path] string locator, CancellationToken cancellationToken);

    /// <summary>Body <c>{"allOrNone":false,"records":[{"attributes":{"type"},...}]}</c>, 200 at the most; answers <c>[{"id","success","errors":[{"statusCode","message"}]}]</c> in that order.</summary>
    [Patch("services/data/{version}/composite/sobjects/{type}/{field}")]
    Task<HttpResponseMessage> UpsertAsync([Path] string version, [Path] string type, [Path] string field, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The same for new records.</summary>
    [Post("services/data/{version}/composite/sobjects")]
    Task<HttpResponseMessage> InsertAsync([Path] string version, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The same for records that are named by <c>Id</c>.</summary>
    [Patch("services/data/{version}/composite/sobjects")]
    Task<HttpResponseMessage> UpdateAsync([Path] string version, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Deletes up to 200 records; <paramref name="ids"/> are parted by commas, the body is empty. Answers as the others.</summary>
    [Delete("services/data/{version}/composite/sobjects?allOrNone=false")]
    Task<HttpResponseMessage> DeleteAsync([Path] string version, [Query] string ids, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"object","operation","externalIdFieldName","contentType":"CSV","lineEnding":"LF"}</c>; answers <c>{"id"}</c>.</summary>
    [Post("services/data/{version}/jobs/ingest")]
    Task<HttpResponseMessage> OpenJobAsync([Path] string version, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>The job's rows, CSV; once.</summary>
    [Put("services/data/{version}/jobs/ingest/{job}/batches")]
    Task<HttpResponseMessage> UploadAsync([Path] string version, [Path] string job, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>Body <c>{"state":"UploadComplete"}</c>: only then the job is worked off.</summary>
    [Patch("services/data/{version}/jobs/ingest/{job}")]
    Task<HttpResponseMessage> CloseJobAsync([Path] string version, [Path] string job, [Body] HttpContent body, CancellationToken cancellationToken);

    /// <summary>A job: <c>{"state","errorMessage"}</c>.</summary>
    [Get("services/data/{version}/jobs/ingest/{job}")]
    Task<HttpResponseMessage> JobAsync([Path] string version, [Path] string job, CancellationToken cancellationToken);

    /// <summary>CSV with the columns that were sent; <paramref name="results"/> is successfulResults, failedResults (with sf__Error) or unprocessedrecords.</summary>
    [Get("services/data/{version}/jobs/ingest/{job}/{results}")]
    Task<HttpResponseMessage> ResultsAsync([Path] string version, [Path] string job, [Path] string results, CancellationToken cancellationToken);
}
