namespace ReverseEtl.Core.Planning;

/// <summary>How a row of the model differs from what the destination was last told. The numbers stand in plan tables.</summary>
public enum ChangeKind : byte
{
    /// <summary>The destination was never told of the row.</summary>
    Add = 1,

    /// <summary>A mapped column differs.</summary>
    Change = 2,

    /// <summary>The row is no longer in the model.</summary>
    Remove = 3,
}
