namespace ReverseEtl.Core.Delivery;

/// <summary>What becomes of a row at the destination when it left the model of a mirror.</summary>
public enum Removal
{
    /// <summary>It is taken out of the audience or list, as the destination's object defines it.</summary>
    Remove,

    /// <summary>The record is deleted.</summary>
    Delete,

    /// <summary>The record is put aside, where it can be brought back from.</summary>
    Archive,

    /// <summary>The record stays, and its mapped fields are emptied.</summary>
    Clear,
}
