namespace ReverseEtl.Core.Planning;

/// <summary>How a row of the model differs from what the destination was last told. The numbers stand in plans.</summary>
public enum ChangeKind : byte
{
    /// <summary>The destination was never told of the row.</summary>
    Add = 1,

    /// <summary>A mapped column differs.</summary>
    Change = 2,

    /// <summary>The row is no longer in the model.</summary>
    Remove = 3,

    /// <summary>
    /// A mapped column differs that the destination knows the row by. It is removed by what was sent before, and sent anew: else the
    /// old e-mail address stays in the audience.
    /// </summary>
    Replace = 4,

    /// <summary>The row is as it was told, and is sent again: the mapping changed, or everything was asked for.</summary>
    Resend = 5,

    /// <summary>The row is as it was told. Nothing is sent; the snapshot takes over its hash under another mapping.</summary>
    Rebase = 6,
}
