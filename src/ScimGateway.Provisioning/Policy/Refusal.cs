using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>A write that is refused, and what follows from it all the same.</summary>
/// <param name="Why">What the provider is told.</param>
internal sealed record Refusal(ScimException Why)
{
    /// <summary>A link that others wait for: its turn comes first now.</summary>
    public LinkId? Awaited { get; init; }

    /// <summary>What an operator has to decide.</summary>
    public Undecided? Undecided { get; init; }

    /// <summary>
    /// Another link has a key: the provider is told whose it is, and that link goes first if it is about to let go of it.
    /// </summary>
    public static Refusal Taken(KeyOwner? owner, KeyKind kind) =>
        owner is not { IsNobodys: true } ? OfAnother(owner, kind)
        : kind == KeyKind.GroupName ? OfNobodysGroup(owner)
        : OfNobodysAccount(owner.Link, kind);

    /// <summary>Another user or group is shown by the name that one alone may have.</summary>
    /// <param name="namesake">The other one.</param>
    /// <param name="name">The name, as it was asked for.</param>
    /// <param name="other">The name of the other one's source, if that is not the one that asks.</param>
    public static Refusal NameTaken(Resource namesake, string name, string? other)
    {
        var (who, attribute) = namesake.Kind == Kind.User ? ("user", "userName") : ("group", "displayName");
        return new(
            ScimException.Uniqueness(
                $"Another {who} has the {attribute} '{name}'; its id is {namesake.Id}.{OrTransfer(other, who)}"
            )
        );
    }

    /// <summary>
    /// The account is a deleted user's who may be another person, and its removal is not done.
    /// </summary>
    public static Refusal NotGoneYet(Link link, Standing standing)
    {
        var until =
            link.HeldFor is not null
                ? "Its removal is held: an operator has to release or dismiss it; send this again then"
            : standing == Standing.Live ? "Send this again when Slack has confirmed the removal"
            : $"The gateway sends the removal when the tenant is live again{(standing == Standing.Shadow ? " after its shadow run" : "")}; send this again then";
        return new(
            ScimException.Uniqueness(
                $"The Slack account {link.SlackId ?? "that is being made"} with this name or address is that of a deleted user, and the new user may be another person: the externalId or the identifier of the tenant differs. {until}, or, if it is the same person, send the externalId and the address of the deleted user."
            )
        )
        {
            Awaited = link.HeldFor is null ? link.Id : null,
        };
    }

    /// <summary>Slack has an account with the user name, and another one with the address.</summary>
    public static Refusal TwoAccounts(Link byName, Link byAddress) =>
        new(
            ScimException.Uniqueness(
                $"Slack has one account with the user name and another with the address: {byName.SlackId} and {byAddress.SlackId}. An operator has to say which one is meant."
            )
        )
        {
            Undecided = new(
                byName.Id,
                new Reason(ReasonCode.TwoAccounts, $"{byName.SlackId} {byAddress.SlackId}"),
                byAddress.Id
            ),
        };

    /// <summary>
    /// The account is protected. What no operator can release is listed for what it is, so that nobody is told to.
    /// </summary>
    public static Refusal Protected(Link link) =>
        new(
            ScimException.Uniqueness(
                $"Slack has a protected account with this name or address, {link.SlackId}; "
                    + (
                        link.Protection is { IsForEver: true } why
                            ? $"it stays protected. {why.Sentence} {why.Remedy}"
                            : "an operator has to release it."
                    )
            )
        )
        {
            Undecided = new(
                link.Id,
                link.Protection is { IsForEver: true } ? link.Protection : ReasonCode.ProtectedAsked
            ),
        };

    /// <summary>
    /// Only the source that brought a user or group changes it, until an operator hands it over: two would undo each
    /// other's changes.
    /// </summary>
    /// <param name="kind">User or group.</param>
    /// <param name="owner">The name of its source.</param>
    public static Refusal OfAnotherSource(Kind kind, string? owner) =>
        new(
            ScimException.Of(
                HttpStatusCode.Forbidden,
                $"The {(kind == Kind.User ? "user" : "group")} belongs to another source, '{owner}'; an operator can transfer it."
            )
        );

    /// <summary>No provider claims an account or group whose claim an operator has ended; null where that is not so.</summary>
    public static Refusal? IfUnlinked(Resource resource) =>
        resource is { SourceId: null, Waived.Unlinked: true } && new Reason(ReasonCode.Unlinked) is var why
            ? new(ScimException.Of(HttpStatusCode.Forbidden, $"{why.Sentence} {why.Remedy}"))
            : null;

    private static Refusal OfNobodysAccount(Link link, KeyKind kind) =>
        new(
            ScimException.Uniqueness(
                $"Slack has the {What(kind)} already, of {link.SlackId}, which nobody claims. An operator has to say whether that is the user, or it has to be freed in Slack."
            )
        )
        {
            Undecided = new(link.Id, ReasonCode.AddressAsked),
        };

    // Where no deletion is held it needs no operator: who writes to the group has it, and whoever may in Slack renames it.
    private static Refusal OfNobodysGroup(KeyOwner owner)
    {
        var claims = owner.Unclaimed is { } shown
            ? $"Write to that group, whose id is {shown.Id}"
            : "Create a group with this name";
        var says = owner.Link is { State: LinkState.Held, Absent: true }
            ? "whose deletion is held. If an operator releases the hold, the name is free. If an operator dismisses it, whoever creates a group with this name gets that one."
            : $"which nobody claims. {claims}, or rename or delete the one in Slack.";
        return new(ScimException.Uniqueness($"Slack has a group with this name already, {owner.Link.SlackId}, {says}"));
    }

    private static string OrTransfer(string? other, string who) =>
        other is null
            ? ""
            : $" It belongs to another source, '{other}'; if it is the same {who}, an operator can transfer it to yours.";

    private static string What(KeyKind kind) =>
        kind switch
        {
            KeyKind.Address => "e-mail address",
            KeyKind.SlackUserName => "Slack user name",
            _ => "name",
        };

    private static Refusal OfAnother(KeyOwner? owner, KeyKind kind)
    {
        var who = kind == KeyKind.GroupName ? "group" : "user";
        var isUsers = owner?.Claimant is { Deleted: null };
        var named =
            owner is null ? "an account being made"
            : isUsers
                ? $"it is '{owner.Claimant!.Read().Text(who == "user" ? "userName" : "displayName")}', its id is {owner.Claimant.Id}"
            : $"its Slack {(who == "user" ? "account" : "group")} is {owner.Link.SlackId ?? "being made"}";
        var remedy =
            who == "group" && owner?.Claimant is { Deleted: not null }
                ? "It was deleted, so try again later"
                : "Give one of the two another";
        var hint =
            owner?.Link.HeldFor == HeldFor.AnotherPerson
                ? " An operator has to say first whose the Slack account is, as it may be another person's: release or dismiss its hold."
            : kind == KeyKind.Address && isUsers
                ? " Users who exchange addresses do so one after the other: first give one of them an address that nobody has."
            : "";
        var free = owner?.Link.Reason is { Code: ReasonCode.ShadowRun or ReasonCode.TenantDisabled } stopped
            ? $"it is free when Slack has confirmed that, which takes until the tenant is live. {stopped.Sentence}"
            : "it is free once Slack has confirmed that.";
        return new(
            ScimException.Uniqueness(
                $"Another {who} has the {What(kind)}: {named}. {remedy}; {free}{OrTransfer(owner?.OtherSource, who)}{hint}"
            )
        )
        {
            Awaited = owner?.Link.Id,
        };
    }
}

/// <summary>What an operator has to decide.</summary>
/// <param name="Link">Of which link.</param>
/// <param name="Why">Why.</param>
/// <param name="Other">The other link, if it is not clear which of the two is meant.</param>
internal sealed record Undecided(LinkId Link, Reason Why, LinkId? Other = null);
