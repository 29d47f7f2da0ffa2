namespace ReverseEtl.Sandbox.Scripting;

/// <summary>What is wrong, said in the vendor's own way. Nothing is applied, except for <see cref="Silence"/>.</summary>
public enum VendorTrouble
{
    /// <summary>Too many requests: the vendor's own status, headers and body, which is not 429 everywhere.</summary>
    Throttled,

    /// <summary>A fault of the vendor's.</summary>
    Broken,

    /// <summary>The credentials are not, or no longer, good. At an account's own path every request but the one for a token is meant.</summary>
    Credentials,

    /// <summary>The credentials are good, but this may not be done: terms not accepted, a permission missing.</summary>
    Forbidden,

    /// <summary>The object that is written to is not there.</summary>
    Missing,

    /// <summary>The answer is a page that no API would send.</summary>
    Garbage,

    /// <summary>The request was applied, and there is no answer until the caller gives up.</summary>
    Silence,

    /// <summary>Sent to another address of the vendor's, with 307.</summary>
    Redirect,
}
