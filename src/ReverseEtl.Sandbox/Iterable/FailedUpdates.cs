using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Iterable;

/// <summary>Who could not be written, by the kind of identifier that was given and by the reason.</summary>
internal sealed class FailedUpdates
{
    private static readonly string[] Reasons = ["invalid", "notFound", "invalidData", "conflict", "forgotten"];

    private readonly Dictionary<string, List<string>> _failed =
        Reasons.SelectMany(reason => new[] { $"{reason}Emails", $"{reason}UserIds" }).ToDictionary(name => name, _ => new List<string>());

    public int Count => _failed.Values.Sum(list => list.Count);

    public void Add(string reason, UserKey key) => _failed[$"{reason}{(key.IsEmail ? "Emails" : "UserIds")}"].Add(key.Value);

    public VendorAnswer Answer(int rows, FieldTypes? types = null, IEnumerable<string>? disallowed = null) => VendorAnswer.Json(200, new
    {
        successCount = rows - Count,
        failCount = Count,
        invalidEmails = _failed["invalidEmails"],
        invalidUserIds = _failed["invalidUserIds"],
        disallowedEventNames = disallowed ?? [],
        filteredOutFields = Array.Empty<string>(),
        createdFields = types?.Created ?? [],
        failedUpdates = _failed,
    });
}
