namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>One Slack organization or workspace with its connection, preferences, sources and rules.</summary>
internal sealed class Tenant
{
    /// <summary>The row's number.</summary>
    public TenantId Id { get; set; }

    /// <summary>The word in the path.</summary>
    public required string Slug { get; set; }

    /// <summary>The name for people.</summary>
    public required string Name { get; set; }

    /// <summary>What it is for, for people.</summary>
    public string? Description { get; set; }

    /// <summary>Whether Slack is written to; reads go on either way.</summary>
    public bool Enabled { get; set; }

    /// <summary>Whether everything is accepted and planned, and nothing sent.</summary>
    public bool Shadow { get; set; }

    /// <summary>
    /// When the newest entry was made that the tenant had in a store that was restored; null once it is live again.
    /// </summary>
    public Instant? Restored { get; set; }

    /// <summary>
    /// Whether all calls to Slack have had their outcome since the tenant was disabled, or its shadow run began.
    /// </summary>
    public bool Still { get; set; }

    /// <summary>The Slack organization, pinned at the first valid connection.</summary>
    public string? OrganizationId { get; set; }

    /// <summary>The Slack account the token belongs to; its deactivation would revoke the token.</summary>
    public string? TokenOwner { get; set; }

    /// <summary>The token's scopes.</summary>
    public string? Scopes { get; set; }

    /// <summary>When the connection was last tested; <see cref="Problem"/> has what came of it.</summary>
    public Instant? TestedAt { get; set; }

    /// <summary>
    /// When it was last shown what would be sent once the tenant is live; null after that was
    /// confirmed.
    /// </summary>
    public Instant? Previewed { get; set; }

    /// <summary>Why the connection is not valid; null if it is.</summary>
    public string? Problem { get; set; }

    /// <summary>
    /// Until when each account is looked at before it is updated, since Slack showed one inactive of which nobody had
    /// said so; null if that has not been.
    /// </summary>
    public Instant? CarefulUntil { get; set; }

    /// <summary>
    /// Until when Slack wants to see no call, by bucket, as JSON: what its answers of 429 have said; null if none did.
    /// </summary>
    public string? SlackFrozen { get; set; }

    /// <summary>The Slack token, closed; null as long as the tenant was not connected.</summary>
    public byte[]? Token { get; set; }

    /// <summary>When the tenant was connected by the token that it has, or by the one that this is a renewal of.</summary>
    public Instant? Connected { get; set; }

    /// <summary>When Slack gave the token; null of one that was pasted.</summary>
    public Instant? TokenGiven { get; set; }

    /// <summary>Until when the token is good; null if it has no end.</summary>
    public Instant? TokenExpires { get; set; }

    /// <summary>Why the token, which still works, is not renewed before its end; null if all is well.</summary>
    public string? TokenWarning { get; set; }

    /// <summary>
    /// What cursors are signed with: random, made with the tenant and kept, so that they outlive a restart. It opens
    /// nothing but the next page of a list to who may read that.
    /// </summary>
    public byte[] CursorKey { get; set; } = [];

    /// <summary>When somebody last had a whole export of it; null if nobody ever had.</summary>
    public Instant? Exported { get; set; }

    /// <summary>Its own channels of notifications, closed; null if it has none.</summary>
    public byte[]? Channels { get; set; }

    /// <summary>When it was deleted; null while there is such a tenant. What is of it goes bit by bit.</summary>
    public Instant? Deleted { get; set; }

    /// <summary>The preferences, as JSON.</summary>
    public required string Preferences { get; set; }

    /// <summary>Another one with each home that the tenant has, so that what a former one writes counts no more.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether the former home stopped with no call under way.</summary>
    public bool StoppedCleanly { get; set; }

    /// <summary>
    /// Whether what it was last shown can be confirmed still: what has come since then was counted by the guard, which
    /// looks back so far.
    /// </summary>
    internal bool IsPreviewed(Instant now) => Previewed is { } at && now - at < PreviewIsGood;

    /// <summary>
    /// Whether all that comes is to be confirmed in a preview before Slack hears of it, so that the guard need not hold
    /// it.
    /// </summary>
    internal bool IsToBeConfirmed(Instant now) => Standing != Standing.Live && !IsPreviewed(now);

    /// <summary>How long a preview can be confirmed.</summary>
    internal static TimeSpan PreviewIsGood { get; } = TimeSpan.FromMinutes(60);

    /// <summary>Whether Slack hears of it.</summary>
    public Standing Standing => StandingOf(Enabled, Shadow);

    /// <summary>Whether Slack hears of a tenant that is enabled or not, and in its shadow run or not.</summary>
    public static Standing StandingOf(bool isEnabled, bool isShadow) =>
        !isEnabled ? Standing.Disabled
        : isShadow ? Standing.Shadow
        : Standing.Live;

    /// <summary>Whether its connection works.</summary>
    public ConnectionState Connection => ConnectionOf(Problem is not null, OrganizationId is not null);

    /// <summary>Whether the connection works of a tenant that has a problem or not, and an organization or not.</summary>
    public static ConnectionState ConnectionOf(bool hasProblem, bool hasOrganization) =>
        hasProblem ? ConnectionState.Invalid
        : hasOrganization ? ConnectionState.Valid
        : ConnectionState.None;
}
