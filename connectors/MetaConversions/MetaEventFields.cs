using ReverseEtl.Connectors.Meta;
using ReverseEtl.Core.Delivery.Objects;
using ReverseEtl.Http.Personal.Vendors;

namespace ReverseEtl.Connectors.MetaConversions;

/// <summary>What an event consists of, in Meta's names.</summary>
internal static class MetaEventFields
{
    public const string Name = "event_name";
    public const string Time = "event_time";
    public const string Id = "event_id";
    public const string Url = "event_source_url";
    public const string Country = "country";
    public const string UserAgent = "client_user_agent";
    public const string Value = "value";
    public const string Currency = "currency";

    /// <summary>About the event itself.</summary>
    public static IReadOnlyList<FieldSpec> Event { get; } =
    [
        new(Time, "When it happened.") { Rule = TypeRule.UnixSeconds, Required = true, Aliases = ["occurred_at", "ordered_at", "created_at"] },
        new(Id, "The id by which Meta takes two events for one; made from the row where left out.") { Rule = TypeRule.Text },
        new(Url, "The page where it happened.") { Rule = TypeRule.Text },
    ];

    /// <summary>Who it was: hashed, but for what Meta itself gave out and what the browser said.</summary>
    public static IReadOnlyList<FieldSpec> Person { get; } =
    [
        MetaPerson.Email("em"),
        MetaPerson.Phone("ph"),
        MetaPerson.Hashed("external_id", "Your own id of the person.", MetaNormalisers.ExternalId, "trimmed", "customer_id", "user_id") with { Identifies = true },
        Plain("fbc", "Meta's click id, as its cookie has it.", TypeRule.Text) with { Identifies = true },
        Plain("fbp", "Meta's browser id, as its cookie has it.", TypeRule.Text) with { Identifies = true },
        Plain("lead_id", "The id of a lead from one of Meta's forms.", TypeRule.Integer) with { Identifies = true },
        MetaPerson.FirstName("fn"),
        MetaPerson.LastName("ln"),
        MetaPerson.Gender("ge"),
        MetaPerson.Hashed("db", "Date of birth.", MetaNormalisers.BirthDate, "eight digits", "birth_date", "birthday", "date_of_birth"),
        MetaPerson.City("ct"),
        MetaPerson.State("st"),
        MetaPerson.PostalCode("zp"),
        MetaPerson.Country(Country),
        Plain("client_ip_address", "The browser's address.", TypeRule.Text),
        Plain(UserAgent, "What the browser calls itself.", TypeRule.Text),
    ];

    /// <summary>What it was about; any other field stands beside these.</summary>
    public static IReadOnlyList<FieldSpec> Custom { get; } =
    [
        new(Value, "What it is worth.") { Rule = TypeRule.Number, Aliases = ["total", "amount", "revenue"] },
        new(Currency, "The value's currency, ISO 4217.") { Rule = TypeRule.Text },
        new("order_id", "Your id of the order.") { Rule = TypeRule.Text },
        new("content_ids", "Ids of products, a list.") { Rule = TypeRule.Json },
        new("contents", "Products with quantity and price, a list.") { Rule = TypeRule.Json },
        new("content_type", "product or product_group.") { Rule = TypeRule.Text },
        new("content_name", "The name of what it was about.") { Rule = TypeRule.Text },
        new("content_category", "Its category.") { Rule = TypeRule.Text },
        new("num_items", "How many products.") { Rule = TypeRule.Integer },
    ];

    private static FieldSpec Plain(string name, string description, TypeRule rule) => new(name, description) { Rule = rule };
}
