using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>Who has what Slack showed in a reply, or refused since it is taken.</summary>
internal static class Holders
{
    /// <summary>
    /// The reply with the link of what Slack showed, if it is another one's; of a refused name, with the group that is to
    /// let go of it.
    /// </summary>
    public static Reply Add(StoreSession store, Reply reply)
    {
        var (link, slackId) = (reply.Link, reply.SlackId);
        if (
            link.Kind == Kind.Group
            && reply.Result is SlackResult.Refused { Row.Kind: SlackErrorKind.Conflict }
            && reply.Command.Delivers[SlackField.DisplayName] is { } name
        )
            return reply with { Leaving = Links.Leaving(store, link.TenantId, Fold.Key(name)) };
        return
            slackId is null
            || link.SlackId == slackId
            || Links.BySlackId(store, link.TenantId, link.Kind, slackId) is not { } holder
            ? reply
            : reply with
            {
                Holder = holder.Id,
                NeverClaimable = holder.Protection is { IsForEver: true } why ? why : null,
                Leaving = link.Kind == Kind.Group && holder.IsLeaving ? holder : null,
                Lost = holder.State == LinkState.Broken && IsNobodys(store, holder, link) ? holder : null,
                IsFree =
                    holder is { Absent: false, IsUnsettled: false, Protection: null }
                    && Resources.Find(store, holder.ClaimantId)
                        is { SourceId: null, Deleted: null, Waived.Unlinked: false },
                IsHeld =
                    holder.IsUnsettled
                    || Resources.Find(store, holder.ClaimantId) is { SourceId: not null, Deleted: null },
            };
    }

    // Whether nobody has the account of a link, or a user had it who was deleted and may be this one.
    private static bool IsNobodys(StoreSession store, Link holder, Link link) =>
        holder.ClaimantId is null
        || (
            Resources.Find(store, holder.ClaimantId) is { Deleted: not null } former
            && Resources.Find(store, link.ClaimantId) is { } user
            && AccountMatch.IsSame(former, user.SourceId, user.ExternalId) != false
        );
}
