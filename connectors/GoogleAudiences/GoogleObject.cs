using System.ComponentModel;
using ReverseEtl.Connectors.Google;

namespace ReverseEtl.Connectors.GoogleAudiences;

/// <summary>The audience that a sync writes to.</summary>
public sealed record GoogleObject
{
    [Description("The audience's name.")]
    public string? Audience { get; init; }

    [Description("The audience's number, in the place of its name.")]
    public string? Id { get; init; }

    [Description("Make the audience if there is none of that name.")]
    public bool Create { get; init; }

    [Description("For a new audience: after how many days a member leaves that was not sent again. Google decides where left out.")]
    public int? MembershipDays { get; init; }

    [Description("What the people in the model consented to.")]
    public GoogleConsent? Consent { get; init; }

    [Description("accepted: you accept Google's terms for Customer Match, without which it takes no members.")]
    public GoogleTerms? TermsOfService { get; init; }

    [Description("The country of phone numbers without a country code, ISO 3166 with two letters, where no region_code is mapped.")]
    public string? Country { get; init; }
}

/// <summary>Whether terms are accepted.</summary>
public enum GoogleTerms
{
    Accepted,
    Rejected,
}
