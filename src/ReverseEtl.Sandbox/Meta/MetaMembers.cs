using ReverseEtl.Sandbox.Vendors;

namespace ReverseEtl.Sandbox.Meta;

/// <summary>The users of an audience.</summary>
internal static class MetaMembers
{
    private static readonly string[][] Identifiers = [["EXTERN_ID"], ["EMAIL"], ["PHONE"], ["MADID"]];

    public static MemberSet Of(Account account, string audience) => new(account.Table($"users/{audience}"), Identifiers);

    /// <summary>Those that shall take the others' place once all are there.</summary>
    public static MemberSet Staged(Account account, string audience, string session) =>
        new(account.Table($"staged/{audience}/{session}"), Identifiers);
}
