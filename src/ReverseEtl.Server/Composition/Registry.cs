using System.Text.Json;
using ReverseEtl.Connectors.ActiveCampaign;
using ReverseEtl.Connectors.Braze;
using ReverseEtl.Connectors.CustomerIo;
using ReverseEtl.Connectors.Files;
using ReverseEtl.Connectors.GoogleAudiences;
using ReverseEtl.Connectors.GoogleConversions;
using ReverseEtl.Connectors.HttpApi;
using ReverseEtl.Connectors.HubSpot;
using ReverseEtl.Connectors.Intercom;
using ReverseEtl.Connectors.Iterable;
using ReverseEtl.Connectors.Klaviyo;
using ReverseEtl.Connectors.Mailchimp;
using ReverseEtl.Connectors.MetaAudiences;
using ReverseEtl.Connectors.MetaConversions;
using ReverseEtl.Connectors.Postgres;
using ReverseEtl.Connectors.Salesforce;
using ReverseEtl.Connectors.SendGrid;
using ReverseEtl.Connectors.Slack;
using ReverseEtl.Connectors.TwilioSms;
using ReverseEtl.Connectors.Webhook;
using ReverseEtl.Core.Config;
using ReverseEtl.Core.Projects;
using ReverseEtl.Server.Alerts;
using ReverseEtl.Server.Scheduling;
using ReverseEtl.State.Postgres;
using ReverseEtl.State.Sqlite;
using ReverseEtl.Warehouses.DuckDb;
using ReverseEtl.Warehouses.Postgres;
using ReverseEtl.Warehouses.Snowflake;

namespace ReverseEtl.Server.Composition;

/// <summary>Everything that a project may name. A new warehouse, store or connector is one line here.</summary>
internal static class Registry
{
    public static ProjectTypes Types { get; } = new(
        Destinations:
        [
            new ActiveCampaignDestinationType(),
            new BrazeDestinationType(),
            new CustomerIoDestinationType(),
            new FileDestinationType(),
            new GoogleAudiencesDestinationType(),
            new GoogleConversionsDestinationType(),
            new HttpApiDestinationType(),
            new HubSpotDestinationType(),
            new IntercomDestinationType(),
            new IterableDestinationType(),
            new KlaviyoDestinationType(),
            new MailchimpDestinationType(),
            new MetaAudiencesDestinationType(),
            new MetaConversionsDestinationType(),
            new PostgresDestinationType(),
            new SalesforceDestinationType(),
            new SendGridDestinationType(),
            new SlackDestinationType(),
            new TwilioSmsDestinationType(),
            new WebhookDestinationType(),
        ],
        Warehouses: new Dictionary<string, Type>
        {
            [DuckDbWarehouseOptions.TypeName] = typeof(DuckDbWarehouseOptions),
            [PostgresWarehouseOptions.TypeName] = typeof(PostgresWarehouseOptions),
            [SnowflakeWarehouseOptions.TypeName] = typeof(SnowflakeWarehouseOptions),
        },
        States: new Dictionary<string, Type>
        {
            [SqliteStateOptions.TypeName] = typeof(SqliteStateOptions),
            [PostgresStateOptions.TypeName] = typeof(PostgresStateOptions),
        },
        Channels: AlertChannels.Types)
    {
        ScheduleProblem = Timetable.ProblemOf,
    };

    /// <summary>The JSON Schema of cdp.config.json.</summary>
    public static string ConfigSchema()
    {
        var schema = new SchemaWriter(JsonNamingPolicy.CamelCase, Types.Variants).Write(typeof(ProjectConfig));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", ProjectLoader.ConfigFile);
        return schema.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = Core.Delivery.JsonText.Encoder }) + "\n";
    }
}
