using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Planning;

/// <summary>An account with all that its plan is made of.</summary>
internal sealed record WantedAccount(Link Link, Resource? Claimant, UserPlan Plan) : Wanted(Link, Claimant)
{
    private static readonly TimeSpan _justNow = TimeSpan.FromMinutes(1);

    /// <summary>The plan for the same wish, of a link that Slack has more of by now.</summary>
    internal Func<Link, WantedAccount>? Again { get; init; }

    /// <summary>What it was planned from.</summary>
    internal AccountPlanning? Planning { get; init; }

    /// <summary>Whether the manager has an account, so that it was planned with it.</summary>
    internal bool KnowsManager { get; init; }

    /// <summary>What was noted when the document was put into Slack's words.</summary>
    internal IReadOnlyList<SlackNote> Notes { get; init; } = [];

    /// <summary>Who the user is to Slack, as the provider wants it.</summary>
    internal Identity Who { get; init; }

    /// <summary>The Slack user names, folded, that an account has which a create without an answer may have made.</summary>
    internal IReadOnlyList<string> Names { get; init; } = [];

    /// <inheritdoc/>
    public override IEnumerable<SlackNote> Noted =>
        // An address that another user has is not missing.
        Notes.Concat(
            Blocked?.Code == ReasonCode.AddressTaken
                ? Plan.Notes.Where(note => note.Kind != SlackNoteKind.Missing)
                : Plan.Notes
        );

    /// <inheritdoc/>
    public override SlackProfile Wish => Planning?.Wish ?? SlackProfile.Nothing;

    /// <inheritdoc/>
    public override IReadOnlyList<SlackCommand> Commands => Plan.Commands;

    /// <summary>
    /// What Slack is told or asked next; null for nothing. A create that may have happened is asked for before all
    /// else, and so is an account that Slack said it does not know.
    /// </summary>
    public override SlackCommand? Next =>
        AskAbout is not null ? new SlackCommand.FindUserByEmail(AskAbout)
        : Link is { AskFirst: true, SlackId: { } id } ? new SlackCommand.ReadUser(id)
        : Plan.Commands.Count > 0 ? Plan.Commands[0]
        : null;

    /// <summary>Whether an account that is updated is active, unless that was seen for this wish just now.</summary>
    public override SlackCommand? Look(Instant now) =>
        Next is SlackCommand.PatchUser patch
        && !patch.Delivers.Says(SlackField.Active)
        && Link.Told.Active != false
        && !(Link.SeenAt is { } seen && seen >= Link.Since && now - seen < _justNow)
            ? new SlackCommand.ReadUser(patch.Id)
            : null;

    /// <summary>
    /// Plans anew after a command, with nothing read but the link as it is now; reads all where more than Slack's side
    /// has changed.
    /// </summary>
    public override Wanted After(StoreSession store, Link link, Preferences preferences)
    {
        var isSameWish =
            (link.WantedVersion, link.SetAside, link.UserName, link.ClaimantId, link.Absent, link.AskFirst)
            == (Link.WantedVersion, Link.SetAside, Link.UserName, Link.ClaimantId, Link.Absent, Link.AskFirst);
        // A manager without an account may have got one while the command was under way.
        var isWithoutManager = Claimant?.Manager is not null && !KnowsManager;
        // The asking changes what addresses the link holds, and whether one is asked about.
        var isAsking = AskAbout is not null || link is { AskFirst: true, SlackId: null } || link.IsAskedInPlace;
        return isSameWish && !isWithoutManager && !isAsking && Again is not null
            ? Again(link)
            : Of(store, link, preferences);
    }

    /// <summary>Plans for a link that is read already.</summary>
    public static new WantedAccount Of(StoreSession store, Link link, Preferences preferences)
    {
        return Gather(store, link, Resources.Find(store, link.ClaimantId), null, preferences)();
    }

    /// <summary>Reads what the plan needs beside link and claimant; the plan itself can be made elsewhere.</summary>
    internal static Func<WantedAccount> Gather(
        StoreSession store,
        Link link,
        Resource? claimant,
        ScimResource? document,
        Preferences preferences
    )
    {
        var held = Keys.Of(store, link.Id, KeyKind.Address);
        var names = link is { AskFirst: true, SlackId: null } ? Keys.Of(store, link.Id, KeyKind.SlackUserName) : [];
        var manager = claimant?.Manager is { } id ? Account(store, link, id) : null;
        var planning = new AccountPlanning(link, claimant, document, held, manager, Settings(preferences));
        return () => planning.Plan() with { Names = names, Planning = planning };
    }

    // How differences are told for a tenant.
    private static SlackSettings Settings(Preferences preferences) =>
        new()
        {
            DeleteRemovedUsers = preferences.RemoveAction == RemoveAction.Delete,
            CreateDisabledUsers = preferences.ProvisionDisabledUsers,
            DisplayNameOnCreateOnly = preferences.DisplayNameOnCreateOnly,
        };

    // Who is his own manager may have got his account just now, and the row does not say so yet.
    private static string? Account(StoreSession store, Link link, string scimId) =>
        ResourceId.Parse(scimId) is not { } id ? null
        : id == link.ClaimantId ? link.SlackId
        : Links.SlackIdOf(store, link.TenantId, id);
}
