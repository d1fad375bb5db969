using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What several calls in a row have met, which says more than each by itself.</summary>
/// <param name="IsTokensFault">Slack refused to change one account after the other: it is the token's fault.</param>
/// <param name="IsOutOfReach">Something else than Slack answered each: Slack cannot be reached.</param>
/// <param name="IsLookedAt">
/// The account was looked at before the call, as each is for a while after Slack has shown one inactive of which nobody
/// had said so.
/// </param>
internal readonly record struct Met(bool IsTokensFault, bool IsOutOfReach, bool IsLookedAt = false);

/// <summary>What Slack said to a command, with all that is decided by.</summary>
/// <param name="Link">The link as it is now.</param>
/// <param name="Planned">The plan by which the command was sent.</param>
/// <param name="Command">The command.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Preferences">What the tenant allows.</param>
/// <param name="TimeLimit">How long a call may take: until then a late one may land.</param>
/// <param name="Now">When it is.</param>
internal sealed record Reply(
    Link Link,
    Wanted Planned,
    SlackCommand Command,
    SlackResult Result,
    Preferences Preferences,
    TimeSpan TimeLimit,
    Instant Now
)
{
    // Clocks differ, and Slack tells whole seconds.
    private static readonly TimeSpan _clockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The link of what Slack showed, if it is another one's.</summary>
    public LinkId? Holder { get; init; }

    /// <summary>Why nobody gets what that link has, whatever an operator says; null where that is not so.</summary>
    public Reason? NeverClaimable { get; init; }

    /// <summary>Whether somebody claims that link, or is being deleted from it.</summary>
    public bool IsHeld { get; init; }

    /// <summary>
    /// That link, if it is of an account that Slack seemed to know no more, and is nobody's, or was that of the same
    /// person; null if it is not.
    /// </summary>
    public Link? Lost { get; init; }

    /// <summary>
    /// A group that is to be gone and that Slack has still, having said that it does not know it: it has the name that
    /// this one is to have. Null if there is none.
    /// </summary>
    public Link? Leaving { get; init; }

    /// <summary>Whether an import shows what has that link, and anybody may claim it.</summary>
    public bool IsFree { get; init; }

    /// <summary>What calls before this one have met.</summary>
    public Met Met { get; init; }

    /// <summary>The operations that it concerns.</summary>
    public Served Served => new(Link.Id, Link.SettledVersion, Planned.Link.WantedVersion);

    /// <summary>Whether a request waits for what was planned.</summary>
    public bool Waits => Link.AnswerBy > Now && Link.SpokenVersion <= Planned.Link.WantedVersion;

    /// <summary>The fields of the command.</summary>
    public FieldSet Carried => FieldSet.Of(CommandLine.Carried(Command));

    /// <summary>
    /// Whether what was found was made since our wish: then it is ours, whatever was lost on the way.
    /// </summary>
    public bool IsOurs(DateTimeOffset? created) =>
        Link.Intended is { } intended && created is { } made && Instant.Of(made) >= intended - _clockSkew;

    /// <summary>The id that Slack showed; null if it showed none.</summary>
    public string? SlackId => Shown(Result) ?? FoundUser?.Id ?? FoundGroup?.Id;

    /// <summary>The id of the one account or group that Slack made, changed or read; null if it did none of that.</summary>
    public static string? Shown(SlackResult result) =>
        result is SlackResult.Done done ? done.User?.Id ?? done.Group?.Id : null;

    /// <summary>The account that was found, of several one of ours; a bot is nobody's.</summary>
    public SlackUser? FoundUser =>
        Result is SlackResult.Done { Users.Resources: var users }
            ? users.Where(user => !user.IsBot).OrderByDescending(user => IsOurs(user.Created)).FirstOrDefault()
            : null;

    /// <summary>
    /// The group that was found, of several the link's, or one of ours: Slack may have groups with one name.
    /// </summary>
    public SlackGroup? FoundGroup =>
        Result is SlackResult.Done { Groups.Resources: var groups }
            ? groups
                .OrderByDescending(group => group.Id == Link.SlackId)
                .ThenByDescending(group => IsOurs(group.Created))
                .FirstOrDefault()
            : null;
}
