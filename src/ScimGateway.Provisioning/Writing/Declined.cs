using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// A write-down that is refused and yet leaves something behind: whose turn comes first now, or what an operator has to
/// decide.
/// </summary>
internal sealed class Declined(ScimException why) : Exception(why.Message)
{
    /// <summary>What the provider is told.</summary>
    public ScimException Why { get; } = why;

    /// <summary>A link that others wait for.</summary>
    public LinkId? Awaited { get; init; }

    /// <summary>
    /// A link that waits for an operator, and why; with another one, if it is not clear which of the two was meant.
    /// </summary>
    public (LinkId Link, Reason Why, LinkId? Other)? Undecided { get; init; }

    /// <summary>
    /// That another one has a key: the provider is told who, and that one goes to the front if it is about to let go of
    /// it.
    /// </summary>
    public static Declined Taken(StoreSession store, TenantId tenantId, KeyKind kind, string value) =>
        Taken(store, UserKeys.Holder(store, tenantId, kind, value), kind);

    /// <summary>That an account or group is not free yet.</summary>
    public static Declined Taken(StoreSession store, Link? holder, KeyKind kind = KeyKind.Address) =>
        new(
            ScimException.Uniqueness(
                $"Another user has the {(kind == KeyKind.Address ? "e-mail address" : "Slack user name")}: {Named(store, holder)}. It is free once Slack has confirmed that."
            )
        )
        {
            Awaited = holder?.Id,
        };

    private static string Named(StoreSession store, Link? link) =>
        link is null ? "an account being made"
        : Resources.Find(store, link.ClaimantId) is { Deleted: null } user ? $"its id is {user.Id}"
        : $"its Slack account is {link.SlackId ?? "being made"}";
}
