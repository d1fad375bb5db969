using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Users;

/// <summary>A link with all that its plan is made of, read in one transaction.</summary>
public sealed record WantedAccount(Link Link, Resource? Claimant, UserPlan Plan)
{
    /// <summary>What Slack is told or asked next; null for nothing. A create that may have happened is asked for before all else.</summary>
    public SlackCommand? Next =>
        Link.AskFirst && Address is { } address ? new SlackCommand.FindUserByEmail(address)
        : Plan.Commands.Count > 0 ? Plan.Commands[0]
        : null;

    // The address by which an account is looked for that may have been made.
    private string? Address { get; init; }

    /// <summary>Reads the link and its claimant, and plans.</summary>
    public static WantedAccount? Read(StoreSession store, long linkId, Preferences preferences) =>
        Rows.ReadLink(store, linkId) is { } link
            ? Of(store, link, preferences) with
            {
                Address = link.AskFirst ? UserKeys.Of(store, link, KeyKind.Address) : null,
            }
            : null;

    private static WantedAccount Of(StoreSession store, Link link, Preferences preferences)
    {
        var claimant = Rows.ReadResource(store, link.ClaimantId);
        var delivered = Profile(link.Delivered);
        var settings = Settings(preferences);
        if (link.Absent)
            return new WantedAccount(link, claimant, UserPlanner.PlanRemoval(link.SlackId, delivered, settings));
        return claimant is null
            ? new WantedAccount(link, null, UserPlan.Nothing)
            : new WantedAccount(
                link,
                claimant,
                UserPlanner.Plan(Wanted(store, link, claimant), link.SlackId, delivered, settings)
            );
    }

    // How differences are told for a tenant.
    private static SlackSettings Settings(Preferences preferences) =>
        new()
        {
            DeleteRemovedUsers = preferences.RemoveAction == RemoveAction.Delete,
            CreateDisabledUsers = preferences.ProvisionDisabledUsers,
            DisplayNameOnCreateOnly = preferences.DisplayNameOnCreateOnly,
        };

    /// <summary>A stored profile; nothing where there is none.</summary>
    public static SlackProfile Profile(byte[]? stored) => stored is null ? SlackProfile.Nothing : SlackProfile.Read(stored);

    /// <summary>What the claimant wants, in Slack's vocabulary.</summary>
    private static SlackProfile Wanted(StoreSession store, Link link, Resource claimant)
    {
        var document = UserRow.Document(claimant);
        var asserted = Asserted.Parse(claimant.Asserted);
        var manager = claimant.Manager is null ? null : Account(store, claimant.TenantId, claimant.Manager);
        // The name is ours to choose only for an account that we make; one that was there keeps its own.
        var name = link.Imported ? null : UserKeys.Of(store, link, KeyKind.SlackUserName);
        var (wanted, _) = UserTranslator.ToSlack(
            new WantedUser(document, asserted.Has, name, manager, claimant.Manager is null || manager is not null)
        );
        // A userName that is an address counts as one (DESIGN 6), when an account is to be made.
        return link.SlackId is null && wanted[SlackField.PrimaryEmail] is null && UserAddresses.OfName(document) is { } address
            ? wanted.With(SlackField.PrimaryEmail, address)
            : wanted;
    }

    private static string? Account(StoreSession store, int tenantId, string scimId) =>
        Guid.TryParse(scimId, out var id)
            ? store.First(
                "select l.slack_id from links l join resources r on r.link_id = l.id where r.id = @id and r.tenant_id = @tenant",
                row => row.IsDBNull(0) ? null : row.GetString(0),
                ("@id", id),
                ("@tenant", tenantId)
            )
            : null;
}
