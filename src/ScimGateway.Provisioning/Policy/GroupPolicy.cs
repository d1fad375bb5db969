using System.Net;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Policy;

/// <summary>A write to a group as the policy sees it.</summary>
/// <param name="Trigger">What is asked for; a change of members is a change.</param>
/// <param name="Group">What Slack has.</param>
/// <param name="IsProtected">Whether Slack lets nobody change the group.</param>
internal readonly record struct GroupWish(Trigger Trigger, Account Group, bool IsProtected);

/// <summary>Whether a write to a group may go on. Pure: preferences and states in, a verdict out.</summary>
internal static class GroupPolicy
{
    /// <summary>The verdict.</summary>
    public static Verdict Decide(Preferences allowed, GroupWish wish) =>
        wish switch
        {
            // To write to a group that nobody has is to adopt it, whatever the write is.
            { Group: Account.Unclaimed } when allowed.WhenAccountExists == Existing.Refuse => new Verdict.Refuse(
                ScimException.Uniqueness(
                    "Slack had this group before, and the tenant does not let it be adopted (preference whenAccountExists)."
                )
            ),
            { IsProtected: true, Group: not Account.None } => new Verdict.Refuse(
                ScimException.Of(
                    HttpStatusCode.Forbidden,
                    "The Slack group is protected: Slack has linked it to channels, or an operator protects it. Ask an operator, who sees which it is. One that an operator protects can be unprotected."
                )
            ),
            { Trigger: Trigger.Delete, Group: Account.None } => new Verdict.Allow(),
            { Trigger: Trigger.Delete, Group: Account.NeverIn } => new Verdict.Skip(
                Part.Account,
                "The group was never let into Slack, so that nothing is removed there."
            ),
            { Trigger: Trigger.Delete } => allowed.DeleteGroups
                ? new Verdict.Allow()
                : NotAllowed(
                    allowed,
                    Part.Account,
                    "Deleting groups is switched off for this tenant (preference deleteGroups)."
                ),
            { Group: Account.None or Account.Former or Account.FormerOfAnother or Account.NeverIn } =>
                allowed.CreateGroups
                    ? new Verdict.Allow()
                    : NotAllowed(
                        allowed,
                        Part.Account,
                        "Creating groups is switched off for this tenant (preference createGroups)."
                    ),
            _ => allowed.UpdateGroups
                ? new Verdict.Allow()
                : NotAllowed(allowed, Part.Rest, new Reason(ReasonCode.GroupUpdatesOff).Sentence),
        };

    private static Verdict NotAllowed(Preferences allowed, Part left, string why) =>
        allowed.WhenNotAllowed == Model.Tenants.NotAllowed.Skip
            ? new Verdict.Skip(left, why)
            : new Verdict.Refuse(ScimException.Of(HttpStatusCode.Forbidden, why));
}
