using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

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
    public static Declined Taken(StoreSession store, Link? holder, KeyKind kind = KeyKind.Address)
    {
        var what = kind switch
        {
            KeyKind.Address => "e-mail address",
            KeyKind.SlackUserName => "Slack user name",
            _ => "name",
        };
        var who = kind == KeyKind.GroupName ? "group" : "user";
        return IsNobodys(store, holder)
            ? new(
                ScimException.Uniqueness(
                    $"Slack has the {what} already, of {holder!.SlackId}, which nobody claims. An operator has to say whether that is the {who}, or it has to be freed in Slack."
                )
            )
            {
                Undecided = (holder.Id, ReasonCode.AddressAsked, null),
            }
            : OfSomebody(store, holder, kind, what, who);
    }

    /// <summary>
    /// That the account is a deleted user's of whom it is not clear that it is the same person, and the removal is not done.
    /// </summary>
    public static Declined NotGoneYet(StoreSession store, Link link)
    {
        var standing = Tenants.Find(store, link.TenantId).Standing;
        var until =
            standing == Standing.Live
                ? "Send this again when Slack has confirmed the removal"
                : $"The gateway sends the removal when the tenant is live again{(standing == Standing.Shadow ? " after its shadow run" : "")}; send this again then";
        return new(
            ScimException.Uniqueness(
                $"The Slack account {link.SlackId ?? "that is being made"} with this name or address is that of a deleted user, and the new user may be another person: the externalId or the identifier of the tenant differs. {until}, or, if it is the same person, send the externalId and the address of the deleted user."
            )
        )
        {
            Awaited = link.Id,
        };
    }

    private static Declined OfSomebody(StoreSession store, Link? holder, KeyKind kind, string what, string who)
    {
        var user = holder is null ? null : Resources.Find(store, holder.ClaimantId);
        var isUsers = user is { Deleted: null };
        var named =
            holder is null ? "an account being made"
            : isUsers ? $"its id is {user!.Id}"
            : $"its Slack account is {holder.SlackId ?? "being made"}";
        var hint =
            kind == KeyKind.Address && isUsers
                ? " Users who exchange addresses do so one after the other: first give one of them an address that nobody has."
                : "";
        return new Declined(
            ScimException.Uniqueness(
                $"Another {who} has the {what}: {named}. Give one of the two another; it is free once Slack has confirmed that.{hint}"
            )
        )
        {
            Awaited = holder?.Id,
        };
    }

    /// <summary>
    /// Whether nobody claims what has a key, so that it will not let go of it by itself: an account that was there, or
    /// that of somebody who was deleted.
    /// </summary>
    public static bool IsNobodys(StoreSession store, Link? holder) =>
        holder is { Kind: Kind.User, SlackId: not null, IsUnsettled: false }
        && Resources.Find(store, holder.ClaimantId) is { SourceId: null } or { Deleted: not null };
}
