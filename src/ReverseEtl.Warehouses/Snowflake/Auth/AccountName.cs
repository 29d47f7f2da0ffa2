namespace ReverseEtl.Warehouses.Snowflake;

/// <summary>The forms of an account's identifier: <c>myorg-my_account</c>, or an older locator with its region, <c>xy12345.eu-central-1</c>.</summary>
internal static class AccountName
{
    private const string Domain = "snowflakecomputing.com";

    /// <summary>Where the account's API is. Host names have no underscore.</summary>
    public static Uri Root(string account) => new($"https://{account.Replace('_', '-')}.{Domain}");

    /// <summary>As tokens have it: in upper case, without the region.</summary>
    public static string ForTokens(string account)
    {
        var end = account.Contains(".global", StringComparison.OrdinalIgnoreCase) ? account.IndexOf('-', StringComparison.Ordinal) : account.IndexOf('.', StringComparison.Ordinal);
        return (end > 0 ? account[..end] : account).ToUpperInvariant();
    }
}
