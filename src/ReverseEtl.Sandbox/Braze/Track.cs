using System.Globalization;
using System.Text.Json;
using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Braze;

/// <summary>users/track: attributes, events and purchases. A bad object is told by its place, the others are applied.</summary>
internal static class Track
{
    public const string Attributes = "attributes";
    public const string Events = "events";
    public const string Purchases = "purchases";
    private const int MostObjects = 75;
    private const string NothingGood = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.";

    private static readonly string[] Kinds = [Attributes, Events, Purchases];

    /// <summary>The objects of all three arrays, one after the other.</summary>
    public static IReadOnlyList<IEnumerable<string>> Rows(VendorCall call) =>
        [.. Kinds.SelectMany(kind => call.Json?.GetList(kind) ?? []).Select(item => item.Scalars())];

    public static VendorAnswer Apply(VendorCall call)
    {
        var body = call.Json!.Value;
        if (Kinds.FirstOrDefault(kind => body.Get(kind) is { ValueKind: not JsonValueKind.Array }) is { } odd)
            return BrazeDialect.Error(400, $"'{odd}' must be an array");
        var total = Kinds.Sum(kind => body.GetList(kind).Count);
        if (total > MostObjects)
            return BrazeDialect.Error(400, $"A request may have up to {MostObjects} attributes, events and purchases combined, but has {total}");

        var answer = new Dictionary<string, object> { ["message"] = "success" };
        var errors = new List<object>();
        var at = 0;
        foreach (var kind in Kinds.Where(kind => body.Get(kind) is not null))
            answer[$"{kind}_processed"] = ApplyAll(call, kind, body.GetList(kind), ref at, errors);
        if (errors.Count > 0)
            answer["errors"] = errors;
        if (errors.Count < total)
            return VendorAnswer.Json(201, answer);
        return VendorAnswer.Json(400, new { message = NothingGood, errors });
    }

    public static IEnumerable<string> EventNames(Account account) =>
        account.Table(Events).Records.Values.Select(held => held["event"]!).Distinct().Order(StringComparer.Ordinal);

    private static int ApplyAll(VendorCall call, string kind, IReadOnlyList<JsonElement> items, ref int at, List<object> errors)
    {
        var taken = 0;
        for (var index = 0; index < items.Count; index++, at++)
        {
            var wrong = call.Refused.Contains(at) ? call.RefusalMessage : ApplyOne(call.Account, kind, items[index]);
            if (wrong is null)
                taken++;
            else
                errors.Add(new { type = wrong, input_array = kind, index });
        }

        return taken;
    }

    private static string? ApplyOne(Account account, string kind, JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object)
            return $"An element of '{kind}' must be an object";
        if (BrazeIdentity.Of(item) is not { } identity)
            return "'external_id', 'user_alias', 'braze_id', 'email' or 'phone' is required";
        if (item.Get("_update_existing_only") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null) })
            return "'_update_existing_only' must be a boolean";
        var wrong = kind switch { Attributes => UserAttributes.Wrong(item), Events => TrackedEvent.WrongEvent(item), _ => TrackedEvent.WrongPurchase(item) };
        if (wrong is not null)
            return wrong;
        // An alias makes nobody unless that is asked for.
        var existingOnly = item.Get("_update_existing_only")?.ValueKind ?? (identity.Kind == BrazeIdentity.Alias ? JsonValueKind.True : JsonValueKind.False);
        if (new BrazeUsers(account).FindOrMake(identity, existingOnly is JsonValueKind.True) is { } user)
            Keep(account, kind, user, item);
        return null;
    }

    private static void Keep(Account account, string kind, string user, JsonElement item)
    {
        if (kind == Attributes)
        {
            DataPoints.Count(account, kind, UserAttributes.Apply(account, user, item));
            return;
        }

        DataPoints.Count(account, kind, 1);
        var held = TrackedEvent.Held(new BrazeUsers(account).Get(user)!, item);
        account.Table(kind).Set(account.NextId(kind, 1).ToString(CultureInfo.InvariantCulture), held);
    }
}
