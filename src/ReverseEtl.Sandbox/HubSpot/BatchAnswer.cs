using System.Globalization;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.HubSpot;

/// <summary>Gathers what became of the inputs of a batch.</summary>
internal sealed class BatchAnswer(VendorCall call)
{
    private readonly List<object> _results = [];
    private readonly List<object> _errors = [];

    public void Add(string id, IReadOnlyDictionary<string, string?> record, BatchInput? input = null, bool? isNew = null)
    {
        var result = new Dictionary<string, object?>
        {
            ["id"] = id,
            ["properties"] = record.Append(new("hs_object_id", id)).ToDictionary(),
            ["createdAt"] = Time,
            ["updatedAt"] = Time,
            ["archived"] = false,
        };
        if (isNew is { } created)
            result["new"] = created;
        if (input?.Trace is { } trace)
            result["objectWriteTraceId"] = trace;
        _results.Add(result);
    }

    public void Refuse(BatchInput input, string category, string message)
    {
        var context = new Dictionary<string, string[]>();
        if (input.Id.Length > 0)
            context["ids"] = [input.Id];
        if (input.Trace is { } trace)
            context["objectWriteTraceId"] = [trace];
        _errors.Add(new { status = "error", category, message, context });
    }

    /// <summary>The answer; results in another order than asked for, as HubSpot promises none.</summary>
    public VendorAnswer Build(int success)
    {
        _results.Reverse();
        return _errors.Count == 0
            ? VendorAnswer.Json(success, new { status = "COMPLETE", results = _results, startedAt = Time, completedAt = Time })
            : VendorAnswer.Json(207, new
            {
                status = "COMPLETE",
                results = _results,
                numErrors = _errors.Count,
                errors = _errors,
                startedAt = Time,
                completedAt = Time,
            });
    }

    private string Time => call.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
