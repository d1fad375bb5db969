using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Planning;

/// <summary>
/// A group with what its plan is made of: its name, and the member rows that Slack does not agree with. Who is in it
/// already is not read.
/// </summary>
/// <param name="Link">The group's link.</param>
/// <param name="Claimant">The group as it is wanted.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Members">The member rows that the plan speaks of.</param>
internal sealed record WantedGroup(
    Link Link,
    Resource? Claimant,
    IReadOnlyList<SlackCommand> Plan,
    IReadOnlyList<PlannedMember> Members
) : Wanted(Link, Claimant)
{
    private static readonly SlackSettings _settings = new();

    // Whether there are more rows than this plan speaks of.
    private bool _isPart;

    /// <inheritdoc/>
    public override SlackProfile Wish =>
        Claimant is { Deleted: null, SourceId: not null } && Claimant.Asserted.Has("displayName")
            ? SlackProfile.Of((SlackField.DisplayName, GroupDocument.Name(Claimant.Read())))
            : SlackProfile.Nothing;

    /// <inheritdoc/>
    public override IReadOnlyList<SlackCommand> Commands => Plan;

    /// <inheritdoc/>
    public override SlackCommand? Next =>
        Link is { AskFirst: true, Asked: 0, SlackId: { } id } ? new SlackCommand.ReadGroup(id)
        : AskAbout is not null ? new SlackCommand.FindGroup(AskAbout)
        : Commands.Count > 0 ? Commands[0]
        : null;

    /// <inheritdoc/>
    public override bool IsLast => Commands.Count <= 1 && !_isPart && !Link.AskFirst;

    /// <summary>The most members that the next call may change.</summary>
    public static int MostPerCall => _settings.MembersPerCall;

    /// <summary>Those of the planned members whom a command speaks of.</summary>
    public IReadOnlyList<PlannedMember> Of(SlackCommand command)
    {
        var named = command switch
        {
            SlackCommand.CreateGroup make => make.Members.ToHashSet(StringComparer.Ordinal),
            SlackCommand.ChangeMembers change => change.Add.Concat(change.Remove).ToHashSet(StringComparer.Ordinal),
            _ => [],
        };
        return named.Count == 0 ? [] : [.. Members.Where(member => named.Contains(member.SlackId))];
    }

    /// <summary>Asks for the rows that most plans speak of.</summary>
    public static void Prefetch(StoreSession asks, GroupId group) => Prefetch(asks, group, MostPerCall);

    private static void Prefetch(StoreSession asks, GroupId group, int most)
    {
        ToldMembers.Planned(asks, group, most + 1);
        ToldMembers.AnyDismissed(asks, group);
    }

    /// <summary>Plans for a link that is read already.</summary>
    public static WantedGroup Of(StoreSession store, Link link)
    {
        var claimant = Resources.Find(store, link.ClaimantId);
        var ask = link.AskFirst ? AskedAbout(store, link, claimant) : null;
        if (link.Protection is { Code: ReasonCode.ByHand })
            return new WantedGroup(link, claimant, [], []);
        if (link.Absent)
            return new WantedGroup(link, claimant, GroupPlanner.PlanRemoval(link.SlackId), []) { AskAbout = ask };
        if (claimant is { Deleted: not null, Waived: { Account: true } stays } && link.SlackId is not null)
            return new WantedGroup(link, claimant, [], [])
            {
                Blocked = stays.Dismissed
                    ? new Reason(ReasonCode.Dismissed, ": Slack has the group, and the provider has deleted it")
                    : ReasonCode.GroupLeftOut,
            };
        if (claimant is null or { Deleted: not null } or { SourceId: null })
            return new WantedGroup(link, claimant, [], []);
        if (claimant.Waived.Account)
            return new WantedGroup(link, claimant, [], [])
            {
                Blocked = claimant.Waived.Unlinked ? ReasonCode.Unlinked : ReasonCode.GroupLeftOut,
                AskAbout = ask,
            };

        var name = GroupDocument.Name(claimant.Read());
        var delivered = link.Told[SlackField.DisplayName];
        // A name that no source has said is whatever Slack has.
        var isSaid = link.SlackId is null || claimant.Asserted.Has("displayName");
        var isNameAside = !isSaid || link.SetAside.Has(SlackField.DisplayName) || claimant.Waived.Has("displayName");
        if (isNameAside && link.SlackId is null)
            return new WantedGroup(link, claimant, [], []) { AskAbout = ask };

        var most = link.Slice ?? MostPerCall;
        store.Prefetch(asks => Prefetch(asks, claimant.Id.AsGroup(), most));
        var rows = ToldMembers.Planned(store, claimant.Id.AsGroup(), most + 1);
        // Two sources may want one member.
        List<PlannedMember> members = [.. rows.Take(most).DistinctBy(row => row.SlackId)];
        return new WantedGroup(
            link,
            claimant,
            GroupPlanner.Plan(
                isNameAside ? delivered! : name,
                link.SlackId,
                delivered,
                [.. members.Where(member => member.Adds).Select(member => member.SlackId)],
                [.. members.Where(member => !member.Adds).Select(member => member.SlackId)],
                _settings
            ),
            members
        )
        {
            _isPart = rows.Count > most,
            AskAbout = ask,
            Blocked =
                rows.Count <= most && ToldMembers.AnyDismissed(store, claimant.Id.AsGroup())
                    ? new Reason(ReasonCode.Dismissed, ": Slack has members in the group whom the provider has removed")
                    : null,
        };
    }

    // A former name first, since the create that was lost may have carried it; the wanted one last.
    private static string? AskedAbout(StoreSession store, Link link, Resource? claimant)
    {
        var held = Keys.Of(store, link.Id, KeyKind.GroupName);
        var wanted = claimant is { Deleted: null } ? claimant.DisplayNameKey : null;
        return held.Find(name => name != wanted)
            ?? (wanted is null ? held.FirstOrDefault() : GroupDocument.Name(claimant!.Read()));
    }
}
