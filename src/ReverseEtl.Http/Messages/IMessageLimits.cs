using ReverseEtl.Core.Config;

namespace ReverseEtl.Http.Messages;

/// <summary>What the options of a destination that sends messages to people have: how much of it people must stand, over all of its syncs.</summary>
public interface IMessageLimits
{
    /// <summary>When nobody is sent a message; rows wait until it is over.</summary>
    QuietHours? QuietHours { get; }

    /// <summary>Messages to a recipient in a day at the most; further rows wait until the next one. Null for no limit.</summary>
    int? MessagesPerDay { get; }
}
