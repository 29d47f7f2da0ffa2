namespace ReverseEtl.Sandbox.Vendors;

/// <summary>
/// A stand-in of one vendor. It has no state of its own: that is in the accounts. One instance serves all accounts of its vendor.
/// </summary>
internal interface IVendorEmulator
{
    /// <summary>The type of destination that it stands for; the first part of its paths.</summary>
    string Type { get; }

    /// <summary>How it says that something is wrong.</summary>
    IVendorDialect Dialect { get; }

    /// <summary>What it can be asked for. Anything else is answered with 404 in its dialect.</summary>
    IReadOnlyList<VendorRoute> Routes { get; }

    /// <summary>Checks the credentials; null where they are good.</summary>
    VendorAnswer? Authenticate(VendorCall call);

    /// <summary>Adds what every answer has.</summary>
    VendorAnswer Finish(VendorAnswer answer, Account account) => answer;

    /// <summary>What an account holds.</summary>
    IEnumerable<Holding> Holdings(Account account);
}
