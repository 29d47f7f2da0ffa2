using ReverseEtl.Connectors.Google;
using ReverseEtl.Core.Delivery.Objects;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>What Google knows members by. A removal takes all that was sent.</summary>
internal static class GoogleFields
{
    public const string MobileId = "mobile_id";
    public const string UserId = "user_id";

    public static readonly IReadOnlyList<FieldSpec> All =
    [
        .. GoogleUser.Fields,
        GoogleUser.Plain(MobileId, "Mobile advertising id, in an audience of its own.", TypeRule.Text, "idfa", "gaid", "advertising_id"),
        GoogleUser.Plain(UserId, "Your own id of the person, in an audience of its own.", TypeRule.Text, "customer_id", "external_id"),
    ];

    /// <summary>Google's kind of the data that a sync maps; an audience has one kind.</summary>
    public static string KindOf(IReadOnlyCollection<string> fields) =>
        fields.Contains(MobileId) ? "MOBILE_ID" : fields.Contains(UserId) ? "USER_ID" : "CONTACT_ID";
}
