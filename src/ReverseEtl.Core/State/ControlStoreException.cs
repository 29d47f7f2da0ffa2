namespace ReverseEtl.Core.State;

/// <summary>
/// The control store cannot be used: damaged, too new for this program, locked, out of disk. The message says what, where and what
/// to do. What the failed call would have written is not written.
/// </summary>
public sealed class ControlStoreException(string message, Exception? inner = null) : Exception(message, inner);
