using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Importing;

/// <summary>What became of an account or group that Slack showed.</summary>
internal enum Found
{
    /// <summary>It was new.</summary>
    Added,

    /// <summary>Nobody has claimed it, and it changed.</summary>
    Changed,

    /// <summary>Nobody has claimed it, and it is as it was.</summary>
    Unchanged,

    /// <summary>A provider has it; what Slack shows is noted and changes nothing.</summary>
    Claimed,

    /// <summary>It is being written, or was a moment ago: what was read may be older than that.</summary>
    BeingWritten,

    /// <summary>One that is still to be made has its address or name: it may be that one.</summary>
    PassedOver,

    /// <summary>Slack's words could not be read, or are beyond all bounds.</summary>
    Unreadable,
}

/// <summary>What there is to say of some of those that were found.</summary>
public enum Remark
{
    /// <summary>Another one has its name or address, so that it is not shown.</summary>
    Conflicting,

    /// <summary>It is a bot's, and not shown.</summary>
    Bot,

    /// <summary>Nobody may change it; the token's owner is not shown.</summary>
    Protected,

    /// <summary>A member of a group whose account is not shown, so that the group is shown without it.</summary>
    UnknownMember,

    /// <summary>
    /// It is that of one whom a provider has asked for already, by the identifier that the tenant goes by; of groups
    /// the name.
    /// </summary>
    Matched,

    /// <summary>It has another address or name of one whom a provider has asked for already.</summary>
    MatchedOtherwise,

    /// <summary>Its address and its name are those of two.</summary>
    Ambiguous,

    /// <summary>It is other than the gateway left it, for the first time: it is looked at once more.</summary>
    DriftSuspected,

    /// <summary>It has drifted, and is reported.</summary>
    DriftReported,

    /// <summary>It has drifted, and is set back.</summary>
    DriftRestored,

    /// <summary>It has drifted, and is more than is set back without an operator's word.</summary>
    DriftHeld,

    /// <summary>It has drifted, and was reported before.</summary>
    DriftKnown,
}

/// <summary>What was found of one account or group.</summary>
/// <param name="Found">What became of it.</param>
/// <param name="Remark">What else there is to say.</param>
/// <param name="Drift">What it is other in.</param>
internal readonly record struct Finding(Found Found, Remark? Remark = null, DriftedLink? Drift = null);

/// <summary>A claimed account or group that Slack shows other than the gateway left it.</summary>
/// <param name="Link">The link.</param>
/// <param name="Resource">The user or group.</param>
/// <param name="Remark">What becomes of it.</param>
/// <param name="Fields">The fields that are other; of a group's members, "Members"; "Deleted" if it is gone.</param>
internal sealed record DriftedLink(LinkId Link, ResourceId? Resource, Remark Remark, IReadOnlyList<string> Fields);
