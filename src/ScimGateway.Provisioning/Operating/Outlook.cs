using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What becomes of an account or group when its tenant goes on, as people say it.</summary>
internal enum Prospect
{
    /// <summary>Slack gets it.</summary>
    Created,

    /// <summary>It is active again.</summary>
    Reactivated,

    /// <summary>It is not active any more.</summary>
    Deactivated,

    /// <summary>The group is gone.</summary>
    Deleted,

    /// <summary>It is other than it is now.</summary>
    Changed,

    /// <summary>It is other than it is now once another one is: a member or manager gets an account, or an address is free.</summary>
    FollowsOn,

    /// <summary>It was there before, is a user's or group's now, and is as it is wanted.</summary>
    Claimed,

    /// <summary>It may have been made unseen: Slack is asked for it, and the rest depends on that.</summary>
    LookedFor,

    /// <summary>Nothing of it is other in Slack by it.</summary>
    LeftAlone,
}

/// <summary>Why Slack is told nothing of an account or group that nothing is wrong with.</summary>
internal enum AtRest
{
    /// <summary>No source has asked for it.</summary>
    Unclaimed,

    /// <summary>Its source has deleted it, and Slack is told no more of it.</summary>
    Deleted,

    /// <summary>Slack has it as it is wanted.</summary>
    UpToDate,

    /// <summary>Somebody changed it in Slack, and nobody has said since what it is to be.</summary>
    ChangedInSlack,

    /// <summary>Slack no longer has it.</summary>
    Missing,
}

/// <summary>What becomes of a link when its tenant goes on, and of what is left alone why.</summary>
/// <param name="Prospect">What becomes of it.</param>
/// <param name="Why">What is in its way.</param>
/// <param name="Rest">Why there is nothing to do, where nothing is in its way.</param>
internal sealed record Outlook(Prospect Prospect, Reason? Why = null, AtRest? Rest = null)
{
    /// <summary>Whether nothing of it is other in Slack by it, as far as it itself is concerned.</summary>
    public bool IsNothing => Prospect is Prospect.Claimed or Prospect.LeftAlone;

    /// <summary>Whether the account is there, or active, by it.</summary>
    public bool IsThere => Prospect is Prospect.Created or Prospect.Reactivated;

    /// <summary>Why, in a word; null where Slack is told something.</summary>
    public string? Word => Why?.Code.ToString() ?? Rest?.ToString();

    /// <summary>Of a link that has something to do, as it looks; null if nobody sees any of it.</summary>
    public static Outlook? Of(Wanted wanted, Instant now)
    {
        var (link, isClaimed) = (wanted.Link, wanted.Claimant is { Deleted: null, SourceId: not null });
        return wanted.Next is not null
            ? IsSoAlready(wanted)
                ? Left(AtRest.UpToDate)
                : new(Of(link, wanted.Commands, now))
            : Of(
                link.State,
                wanted.Ending(default).Why,
                new(
                    isClaimed,
                    wanted.Claimant?.SourceId is not null,
                    link.SlackId is not null,
                    link.MatchedBy,
                    link.DriftedAt is not null
                )
            );
    }

    /// <summary>Of a link that has nothing to do; null if nobody sees any of it.</summary>
    public static Outlook? Of(LinkState state, Reason? why, Ownership owned)
    {
        if (!owned.IsAtSlack && !owned.IsWanted)
            return null;
        return why is not null ? new(Prospect.LeftAlone, why)
            : state == LinkState.Broken ? Left(AtRest.Missing)
            : !owned.HasSource ? Left(AtRest.Unclaimed)
            : owned.HasDrifted ? Left(AtRest.ChangedInSlack)
            : !owned.IsWanted ? Left(AtRest.Deleted)
            : owned is { IsAtSlack: true, MatchedBy: not null } ? new(Prospect.Claimed)
            : Left(AtRest.UpToDate);
    }

    // What Slack shows already is told all the same, where nobody knows what it was told before.
    private static bool IsSoAlready(Wanted wanted)
    {
        var (link, shown) = (wanted.Link, wanted.Link.AtSlack);
        return wanted.Commands.Count > 0
            && wanted.Commands.All(command =>
                command switch
                {
                    SlackCommand.DeactivateUser or SlackCommand.DeleteUser => shown.Active == false,
                    // After a call whose outcome nobody saw Slack may have something else by now.
                    SlackCommand.PatchUser { Delivers: var told } => link.LostUntil is null
                        && told.Fields.All(field => shown.Says(field) && shown[field] == told[field]),
                    _ => false,
                }
            );
    }

    private static Outlook Left(AtRest rest) => new(Prospect.LeftAlone, Rest: rest);

    // The first of these says most: an account may be named and deactivated, and a group made and filled.
    private static Prospect Of(Link link, IReadOnlyList<SlackCommand> commands, Instant now) =>
        commands.Count == 0 ? Prospect.LookedFor
        : commands.Any(command => command is SlackCommand.CreateUser or SlackCommand.CreateGroup) ? Prospect.Created
        : link.AtSlack.Active != false
        && commands.Any(command =>
            command is SlackCommand.DeactivateUser or SlackCommand.DeleteUser
            // A guest whose time is over.
            || (command is SlackCommand.PatchUser { Change.Set: var set } && set.GuestEnds <= now.ToTime())
        )
            ? Prospect.Deactivated
        : commands.Any(command => command is SlackCommand.DeleteGroup) ? Prospect.Deleted
        : commands.Any(command => command is SlackCommand.PatchUser { Change.Set.Active: true }) ? Prospect.Reactivated
        : Prospect.Changed;
}
