namespace ReverseEtl.Sandbox;

/// <summary>A request that the sandbox received.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Path">The path below <c>/webhook/</c>; for a vendor, from its type on.</param>
/// <param name="Id">Its webhook-id; empty for a vendor.</param>
/// <param name="Operation">What it asked for; for a vendor the method.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Status">What was answered; 0 where the connection was cut instead.</param>
/// <param name="Repeat">True where all its rows had been applied before under the same id.</param>
public sealed record ReceivedRequest(DateTimeOffset At, string Path, string Id, string Operation, int Rows, int Status, bool Repeat);
