using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What has to be before an operator decides of an account or group; what is in the way is said.</summary>
internal static class LinkRequirements
{
    /// <summary>A link of the tenant.</summary>
    public static Link Find(StoreSession session, TenantId tenant, LinkId id) =>
        Links.Find(session, id) is { } link && link.TenantId == tenant
            ? link
            : throw ScimException.NotFound($"There is no link {id}.");

    /// <summary>A user or group of the tenant that a source has.</summary>
    public static Resource Own(StoreSession session, TenantId tenant, ResourceId id) =>
        Resources.Find(session, id) is { Deleted: null, SourceId: not null, LinkId: not null } own
        && own.TenantId == tenant
            ? own
            : throw ScimException.NotFound($"There is no user or group {id} that a source has.");

    /// <summary>The user or group that has claimed it.</summary>
    public static Resource Claimant(StoreSession session, Link link) =>
        Resources.Find(session, link.ClaimantId) is { Deleted: null, SourceId: not null } resource
            ? link.SlackId is not null
                ? resource
                : throw new NotReadyException("Slack does not have it, so there is nothing to unlink.")
            : throw new NotReadyException("No user or group has claimed it, so there is nothing to unlink.");

    /// <summary>An account or group that a user or group may claim.</summary>
    public static void RequireFree(StoreSession session, Link meant)
    {
        if (meant.SlackId is null || meant.State == LinkState.Broken)
            throw new NotReadyException("Slack does not have it, so there is nothing to claim.");
        if (meant.Protection is { } why)
            throw new NotReadyException(
                $"It is protected. {why.Sentence} Unprotect it first: POST /admin/api/v1/tenants/TENANT/links/{meant.Id.Value}/unprotect."
            );
        if (Resources.Find(session, meant.ClaimantId) is { } claimant)
        {
            if (claimant.Deleted is not null)
                throw new NotReadyException(
                    "It was a deleted user's or group's, and goes to the next one that is created with its address or name. For a user who has an account already, free the address: change it on this account in Slack."
                );
            if (claimant.SourceId is not null)
                throw new NotReadyException("Another user or group has claimed it. Unlink that one first.");
        }
        if (meant is { State: LinkState.Pending } or { Seen: null })
            throw new NotReadyException("The gateway is writing to it. Try again in a moment.");
    }

    /// <summary>What may have happened at Slack unseen could not be told of two.</summary>
    public static void RequireKnown(Link link, Instant now)
    {
        RequireUnawaited(link, now);
        if (link.AskFirst || link.LostUntil > now)
            throw new NotReadyException(
                "An answer of Slack's was lost, and it is not known yet what came of the call; try again in a minute."
            );
        RequireNotAside(link);
    }

    /// <summary>No change of it awaits a decision, which would be lost if its user had another account.</summary>
    public static void RequireDecided(Link link)
    {
        if (link.SlackId is not null && link.HeldFor == HeldFor.Approval)
            throw new NotReadyException(
                "A change of the user's own account awaits a decision: release or dismiss that hold first, or unlink that account."
            );
    }

    /// <summary>No exchange of addresses is under way.</summary>
    public static void RequireNotAside(Link link)
    {
        if (link.IsAside)
            throw new NotReadyException("It is exchanging addresses with others; try again when that is done.");
    }

    /// <summary>No provider waits for it.</summary>
    public static void RequireUnawaited(Link link, Instant now)
    {
        if (link.State == LinkState.Pending && link.AnswerBy > now)
            throw new NotReadyException("A provider's request of it is under way; try again in a few seconds.");
    }

    /// <summary>Slack has it.</summary>
    public static void RequireProtectable(Link link)
    {
        if (link.SlackId is null || link.State == LinkState.Broken)
            throw new NotReadyException("Slack does not have it, so that there is nothing to protect.");
    }

    /// <summary>Nobody waits for it, and whose it is is clear.</summary>
    public static void RequireClear(Link link, Instant now)
    {
        RequireUnawaited(link, now);
        RequireNotAside(link);
        // Unprotected, the account would be the other person's without anybody having said so.
        if (link.HeldFor == HeldFor.AnotherPerson)
            throw new NotReadyException(
                "It is not clear whose account it is: release or dismiss its hold first, then protect it."
            );
    }

    /// <summary>Nobody has the account any more, and nothing of it is under way.</summary>
    public static void RequireErasable(StoreSession session, Link there)
    {
        if (there.Kind != Kind.User)
            throw new NotReadyException("It is a group; only what is kept of a person is erased.");
        if (there.Protection is { Code: ReasonCode.TokenOwner })
            throw new NotReadyException(there.Protection.Sentence);
        if (there.Protection is { Code: ReasonCode.ErasedHere })
            throw new NotReadyException($"It is erased. {there.Protection.Sentence}");
        var user = Resources.Find(session, there.ClaimantId);
        if (user is { SourceId: not null, Deleted: null })
            throw new NotReadyException($"A source still has the user {user.Id}; the provider has to delete it first.");
        if (there.State is LinkState.Pending || there.IsUnsettled)
            throw new NotReadyException("Slack is still to be told of it; try again when that is done.");
        if (there.State == LinkState.Held && there.Absent)
            throw new NotReadyException("Its deletion is held; release or dismiss that first.");
        if (there.HasNothingAtSlack || there.State == LinkState.Broken || there.IsActiveAtSlack == false)
            return;
        // Unlinked, it is the account of a user whom another link has, and the last that says who may be in Slack.
        if (user is { Waived.Unlinked: true })
            throw new NotReadyException(
                "An operator unlinked its user, and the account is active in Slack, or not known to be inactive. Deactivate it in Slack and import, or claim it for the user and deactivate that."
            );
        if (there.Absent || user is { Deleted: not null })
            throw new NotReadyException(
                $"Its user was deleted, and the account is active in Slack, or not known to be inactive. Deactivate it first: POST /admin/api/v1/tenants/TENANT/links/{there.Id.Value}/deactivate."
            );
    }
}
