using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Provisioning.Writing;

/// <summary>
/// The keys that a user takes: the wanted ones from now on, beside the former ones until Slack has let go of them. Pure.
/// </summary>
internal sealed record UserReservation
{
    /// <summary>The keys that are free.</summary>
    public IReadOnlyList<(KeyKind Kind, string Value)> Takes { get; private init; } = [];

    /// <summary>Links of which an operator is asked whose they are.</summary>
    public IReadOnlyList<LinkId> AsksWhose { get; private init; } = [];

    /// <summary>Why the user cannot have them; null if it can, or waits for them.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>
    /// By preference a user waits for an address that another has; and always if the account that has it is the user's to
    /// take over, which is done at once, or if the write is not about addresses: whoever waits for one already may have
    /// another title, and above all leave.
    /// </summary>
    public static UserReservation Of(UserSituation there, Caller caller, Link link, Resource resource, UserEdit edit)
    {
        var (takes, asks) = (new List<(KeyKind, string)>(), new List<LinkId>());
        if (link.UserName is { } name)
        {
            if (there.Owners.IdOf(KeyKind.SlackUserName, name) is not { } named)
                takes.Add((KeyKind.SlackUserName, name));
            else if (named != link.Id)
                return Refuse(
                    Policy.Refusal.Taken(there.Owners.Of(KeyKind.SlackUserName, name), KeyKind.SlackUserName)
                );
        }
        foreach (var address in there.Addresses)
        {
            var owner = there.Owners.Of(KeyKind.Address, address);
            if (owner is null)
                takes.Add((KeyKind.Address, address));
            if (owner is null || owner.Link.Id == link.Id)
                continue;
            var (isDue, refusal) = IsToBeTakenOver(there, caller, link, owner, resource, edit);
            if (refusal is not null)
                return Refuse(refusal);
            if (isDue)
                continue;
            if (edit.AsksForAddresses && caller.Preferences.UserSlackCannotHold == Unholdable.Refuse)
                return Refuse(Policy.Refusal.Taken(owner, KeyKind.Address));
            // Whose it is an operator is asked once.
            if (owner.IsNobodys && !resource.Waived.AnotherPerson)
                asks.Add(owner.Link.Id);
        }
        return new() { Takes = takes, AsksWhose = asks };
    }

    // Whether the user would get the account that has an address, were the user new with this document.
    private static (bool IsDue, Refusal? Refusal) IsToBeTakenOver(
        UserSituation there,
        Caller caller,
        Link link,
        KeyOwner owner,
        Resource resource,
        UserEdit edit
    )
    {
        var isUnderWay = link.WantedVersion > link.SettledVersion + 1; // beside the wish that is being written down
        if (link is not { HasNothingAtSlack: true, Absent: false } || isUnderWay || !owner.IsNobodys)
            return (false, null);
        var (match, refusal) = AccountMatch.Find(
            there.Owners,
            there.Wanted,
            caller.Preferences.UniqueUserIdentifier,
            caller.SourceId,
            resource.ExternalId,
            link.Id
        );
        var isDue =
            match.Link?.Id == owner.Link.Id
            && match.MayBeTaken(resource, edit.WantsActive, caller.Preferences) is Verdict.Allow or Verdict.Hold;
        return (isDue, refusal);
    }

    private static UserReservation Refuse(Refusal why) => new() { Refusal = why };
}
