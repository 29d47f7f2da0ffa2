namespace ReverseEtl.Http.Personal;

/// <summary>How a normalised value leaves.</summary>
public enum PersonalHash
{
    /// <summary>As it is.</summary>
    None,

    /// <summary>SHA-256 of the UTF-8, in 64 lower-case hexadecimal digits.</summary>
    Sha256Hex,

    /// <summary>SHA-256 of the UTF-8, in 44 characters of Base64.</summary>
    Sha256Base64,

    /// <summary>MD5 of the UTF-8, in 32 lower-case hexadecimal digits. Names a member where a vendor asks for it; keeps nothing secret.</summary>
    Md5Hex,
}
