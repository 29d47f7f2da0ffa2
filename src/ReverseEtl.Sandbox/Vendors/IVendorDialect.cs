namespace ReverseEtl.Sandbox.Vendors;

/// <summary>How a vendor says that something is wrong: its status, headers and body. A message that is not given is the vendor's usual one.</summary>
internal interface IVendorDialect
{
    /// <summary>Too many requests.</summary>
    /// <param name="retryAfter">Seconds to wait, for vendors that say so.</param>
    /// <param name="message">What it says.</param>
    VendorAnswer Throttled(int? retryAfter, string? message = null);

    /// <summary>A fault of the vendor's.</summary>
    VendorAnswer Broken(string? message = null);

    /// <summary>The credentials are not, or no longer, good.</summary>
    VendorAnswer Unauthorized(string? message = null);

    /// <summary>The credentials are good, but this may not be done: terms not accepted, a permission missing.</summary>
    VendorAnswer Forbidden(string? message = null);

    /// <summary>The object that is written to is not, or no longer, there.</summary>
    VendorAnswer Missing(string? message = null);

    /// <summary>The whole request is refused.</summary>
    /// <param name="message">Why.</param>
    VendorAnswer Invalid(string message);
}
