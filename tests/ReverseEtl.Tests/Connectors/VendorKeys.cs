using System.Security.Cryptography;

namespace ReverseEtl.Tests.Connectors;

/// <summary>A key to sign assertions with; making one takes long.</summary>
internal static class VendorKeys
{
    public static string Pem { get; } = Make();

    private static string Make()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKeyPem();
    }
}
