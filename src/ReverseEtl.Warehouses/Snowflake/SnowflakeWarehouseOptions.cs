using System.ComponentModel;
using ReverseEtl.Core.Config;

namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>A Snowflake account, reached through its SQL API. Exactly one of a private key, an access token and an OAuth token says who is asking.</summary>
public sealed record SnowflakeWarehouseOptions : WarehouseOptions
{
    /// <summary>The value of <c>type</c>.</summary>
    public const string TypeName = "snowflake";

    [Description("The account's identifier: myorg-myaccount.")]
    public required string Account { get; init; }

    [Description("The login name of the user whose key pair it is; tokens know their user.")]
    public string? User { get; init; }

    [Description("The role to work as; the user's default when left out. Names here are as SHOW lists them, in upper case as a rule.")]
    public string? Role { get; init; }

    [Description("The warehouse that computes; the user's default when left out.")]
    public string? Warehouse { get; init; }

    [Description("The database; the user's default when left out.")]
    public string? Database { get; init; }

    [Description("The schema; the user's default when left out.")]
    public string? Schema { get; init; }

    [Description("The user's private key in PEM, PKCS#8, encrypted or not: ${env:NAME} or ${file:PATH}.")]
    public Secret? PrivateKey { get; init; }

    [Description("The same as the path of a file, from the project's folder.")]
    public string? PrivateKeyFile { get; init; }

    [Description("What the private key is encrypted with.")]
    public Secret? Passphrase { get; init; }

    [Description("A programmatic access token.")]
    public Secret? Token { get; init; }

    [Description("An OAuth access token. It is not renewed, so it must outlast the run.")]
    public Secret? OauthToken { get; init; }

    [Description("Another address than the account's own: a private link, a proxy, a test server.")]
    public Uri? BaseUrl { get; init; }

    [Description("How long one statement may take; Snowflake cancels it then.")]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromHours(1);

    [Description("Where the model is compared with what was told: local (on this machine) or warehouse (in its schema cdp_planner).")]
    public PlannerPlace Planner { get; init; } = PlannerPlace.Local;

    [Description("planner: local: memory that it may use, such as 4GB; four fifths of the machine's when left out. It spills to disk beyond.")]
    public string? MemoryLimit { get; init; }
}
