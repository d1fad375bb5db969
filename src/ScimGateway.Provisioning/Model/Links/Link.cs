using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Model.Links;

/// <summary>Where a link stands (ENGINE, "Link states").</summary>
public enum LinkState
{
    /// <summary>Nothing to do.</summary>
    Settled,

    /// <summary>Something is to be told to Slack.</summary>
    Pending,

    /// <summary>Slack refused some path, and has the rest.</summary>
    Failed,

    /// <summary>An operator has to decide.</summary>
    Held,

    /// <summary>Slack cannot hold it yet.</summary>
    Blocked,

    /// <summary>Slack will not let us.</summary>
    Protected,

    /// <summary>Slack no longer knows it.</summary>
    Broken,

    /// <summary>Somebody else wrote; it is read first.</summary>
    Unknown,
}

/// <summary>One account or group that Slack has or may get: what it is to be, what we told Slack, what Slack showed. Kept for ever.</summary>
public sealed record Link
{
    /// <summary>The row's number.</summary>
    public long Id { get; set; }

    /// <summary>Whose it is.</summary>
    public int TenantId { get; set; }

    /// <summary>Account or group.</summary>
    public Kind Kind { get; set; }

    /// <summary>Slack's id; null until it is made.</summary>
    public string? SlackId { get; set; }

    /// <summary>The resource that shows it; one with a source claims it.</summary>
    public Guid? ClaimantId { get; set; }

    /// <summary>The Slack user name that we chose for it; null for an account that was there, which keeps its own.</summary>
    public string? UserName { get; set; }

    /// <summary>What we last told Slack, or what a claim found, in Slack's vocabulary.</summary>
    public byte[]? Delivered { get; set; }

    /// <summary>What Slack last showed.</summary>
    public byte[]? Seen { get; set; }

    /// <summary>What Slack showed right after our last delivery.</summary>
    public byte[]? Echo { get; set; }

    /// <summary>When, in Unix milliseconds.</summary>
    public long? SeenAt { get; set; }

    /// <summary>Whether the import found it; else we made it.</summary>
    public bool Imported { get; set; }

    /// <summary>Whether Slack lets nobody change it, as an owner's or the token owner's: sticks until an operator releases it.</summary>
    public bool Protected { get; set; }

    /// <summary>Whether it is to be gone: what a deleted resource leaves behind.</summary>
    public bool Absent { get; set; }

    /// <summary>Counts the wishes.</summary>
    public long WantedVersion { get; set; }

    /// <summary>The last wish that was settled.</summary>
    public long SettledVersion { get; set; }

    /// <summary>Where it stands.</summary>
    public LinkState State { get; set; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; set; }

    /// <summary>Since when, in Unix milliseconds.</summary>
    public long Since { get; set; }

    /// <summary>The fields that Slack refused and that plans leave aside until they are tried again, a word each.</summary>
    public string SetAside { get; set; } = "";

    /// <summary>The fields whose clearing Slack does not take, a word each.</summary>
    public string Kept { get; set; } = "";

    /// <summary>The fields that the wish spoke of: what Slack refuses of them is the request's own fault.</summary>
    public string Spoken { get; set; } = "";

    /// <summary>Whether something was sent for the wish, so that it cannot be withdrawn.</summary>
    public bool Sent { get; set; }

    /// <summary>The queue's order: see <c>SlackPriority</c>.</summary>
    public int Priority { get; set; }

    /// <summary>When it is next tried, in Unix milliseconds.</summary>
    public long? Due { get; set; }

    /// <summary>How often in vain.</summary>
    public int Attempts { get; set; }

    /// <summary>Until when somebody waits for the wish, in Unix milliseconds; null if nobody does.</summary>
    public long? AnswerBy { get; set; }

    /// <summary>Whether a create may have happened without our seeing it: Slack is asked before it is tried again.</summary>
    public bool AskFirst { get; set; }

    /// <summary>The wish that last asserted something of the document, which is the one that a refusal of it counts against: wishes for members alone may have come since.</summary>
    public long SpokenVersion { get; set; }

    /// <summary>Since when Slack shows it other than right after our last delivery, in Unix milliseconds; null if it does not.</summary>
    public long? Drifted { get; set; }

    /// <summary>The fields that have drifted for certain and are reported, a word each; behind a mark what was seen once and is not for certain yet.</summary>
    public string Drift { get; set; } = "";

    /// <summary>Whether nothing is under way, and nobody has to decide: what differs can be told.</summary>
    public bool IsAtRest => State is LinkState.Settled or LinkState.Failed or LinkState.Blocked;

    /// <summary>Whether Slack has the account, and active, as far as is known: only then it can be in a group.</summary>
    public bool Reachable { get; set; }

    /// <summary>The most members that the next call changes, while one that Slack does not take is looked for; null for as many as a call may.</summary>
    public int? Slice { get; set; }

    /// <summary>Since when an account may have been made without our seeing it, in Unix milliseconds: only what was made after that is ours.</summary>
    public long? Intended { get; set; }

    /// <summary>How often Slack said that the address is taken and was asked by whom.</summary>
    public int Asked { get; set; }

    /// <summary>The operation that made the last wish.</summary>
    public Guid? OperationId { get; set; }
}

/// <summary>What is unique in a tenant's Slack: an address, a Slack user name or the name of a group, and the link that wants it or still has it.</summary>
public sealed class Key
{
    /// <summary>Whose.</summary>
    public int TenantId { get; set; }

    /// <summary>Address or user name.</summary>
    public KeyKind Kind { get; set; }

    /// <summary>The folded value.</summary>
    public required string Value { get; set; }

    /// <summary>Who has it.</summary>
    public long LinkId { get; set; }
}

/// <summary>What a key is.</summary>
public enum KeyKind
{
    /// <summary>An e-mail address.</summary>
    Address,

    /// <summary>A Slack user name.</summary>
    SlackUserName,

    /// <summary>The name of a group.</summary>
    GroupName,
}

/// <summary>Something that waits for an operator: a wish that the guard caught, or an adoption that is not clear.</summary>
public sealed class Hold
{
    /// <summary>The row's number.</summary>
    public long Id { get; set; }

    /// <summary>Whose.</summary>
    public int TenantId { get; set; }

    /// <summary>The link.</summary>
    public long LinkId { get; set; }

    /// <summary>The member row's member, if it is one.</summary>
    public Guid? MemberId { get; set; }

    /// <summary>Why, for people.</summary>
    public required string Reason { get; set; }

    /// <summary>Since when, in Unix milliseconds.</summary>
    public long Since { get; set; }

    /// <summary>Another link, where it is not clear which of the two a provider asked for.</summary>
    public long? OtherId { get; set; }

    /// <summary>The link that an operator said is meant, where it was not clear which of two a provider asked for: the next try goes by it.</summary>
    public long? MeantId { get; set; }
}
