using System.Text.Json;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Lane;

/// <summary>The second transaction of a script's write: what came of it, and what is known by that.</summary>
internal static class LaneRecording
{
    /// <summary>Ends the operation, and learns of the account or group what the answer says.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="asked">By whom it was asked.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="change">What its body does.</param>
    /// <param name="linkId">Whose link it is about; null of what is made.</param>
    /// <param name="answer">What came of it.</param>
    /// <param name="now">When it is.</param>
    public static void Record(
        StoreSession session,
        Asked asked,
        LaneRequest request,
        LaneChange change,
        LinkId? linkId,
        LaneAnswer answer,
        Instant now
    )
    {
        var (outcome, error, status) = answer switch
        {
            LaneAnswer.Answered { IsSlacks: false } other => (
                "failed",
                "What answered was not Slack, and it may be done.",
                other.Status
            ),
            LaneAnswer.Answered { IsDone: true } done => ("done", (string?)null, (int?)done.Status),
            LaneAnswer.Answered { MayBeDone: true } failed => (
                "failed",
                $"Slack failed, and may have done it: {SlackError.Read(failed.Status, failed.Body).Words}",
                failed.Status
            ),
            LaneAnswer.Answered refused => (
                "refused",
                SlackError.Read(refused.Status, refused.Body).Words,
                refused.Status
            ),
            LaneAnswer.NotSent late => ("failed", $"Slack has not got it: {late.Why}", null),
            LaneAnswer.Lost lost => ("failed", $"The answer was lost, and Slack may have done it: {lost.Why}", null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var line = JsonSerializer.Serialize(
            new
            {
                call = request.Call.ToString(),
                result = outcome,
                status,
                at = now,
            }
        );
        Operations.End(session, asked.OperationId, outcome, error, status, line + "\n", now);
        if (Links.Find(session, linkId) is { } link)
            Learn(session, request, change, answer, link, now);
    }

    // What the answer says of the account or group. What it does not say is read.
    private static void Learn(
        StoreSession session,
        LaneRequest request,
        LaneChange change,
        LaneAnswer answer,
        Link link,
        Instant now
    )
    {
        if (answer is LaneAnswer.Lost or LaneAnswer.Answered { MayBeDone: true })
            return; // it may land yet
        if (answer is not LaneAnswer.Answered { IsDone: true } && link is { Kind: Kind.Group, ClaimantId: { } group })
            foreach (var account in change.Adds)
                SeenMembers.Unsuspect(session, link.TenantId, group.AsGroup(), account);
        link = Links.Save(session, link.Land());
        var accounts = new ImportedAccounts(session, Tenants.Find(session, link.TenantId), now);
        var shown =
            answer is LaneAnswer.Answered { IsDone: true } written
            && link.Kind == Kind.User
            && written.User() is { } user
            && user.Id == link.SlackId
                ? user
                : null;
        // Slack's answer to a DELETE of a user shows nobody, and says that he is deactivated; reads lag behind that.
        if (answer is LaneAnswer.Answered { IsDone: true } && request is { Verb: LaneVerb.Delete, Kind: Kind.User })
            shown ??= new SlackUser(link.SlackId!, link.AtSlack.With(active: false), null, []);
        if (link.State != LinkState.Unknown) // a provider's request came meanwhile, and is told first
        {
            if (shown is not null)
                accounts.SeeBeside(link, shown);
            return;
        }
        switch (answer)
        {
            case LaneAnswer.Answered { IsDone: true } when request is { Verb: LaneVerb.Delete, Kind: Kind.Group }:
                Rereading.Gone(session, link, now);
                break;
            case LaneAnswer.Answered { IsDone: true }:
                if (shown is not null)
                    accounts.Know(link, shown, isFirstHand: true);
                break;
            case LaneAnswer.Answered { Status: 404 }:
                break;
            default: // nothing was done
                var wasAtRest = link is { Reason: null, SetAside.IsEmpty: true };
                link = Links.Save(session, link.Know(now));
                if (!wasAtRest)
                    Consequences.Wishes.Renew(session, link, "a write of the v1 lane was refused", now);
                break;
        }
    }
}
