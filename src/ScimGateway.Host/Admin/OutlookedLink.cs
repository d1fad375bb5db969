using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Admin;

/// <summary>What becomes of an account or group when its tenant goes on.</summary>
/// <param name="Link">The link.</param>
/// <param name="Kind">An account or a group.</param>
/// <param name="Resource">The SCIM id.</param>
/// <param name="Name">Its name in Slack, or at its provider while Slack does not have it.</param>
/// <param name="Address">The account's address.</param>
/// <param name="What">What becomes of it.</param>
/// <param name="MatchedBy">By what it was found, where it was there before.</param>
/// <param name="SlackId">The account or group of Slack.</param>
/// <param name="Reason">Why it is left alone, as one word; null where Slack is told something.</param>
/// <param name="Why">The reason as a sentence.</param>
internal sealed record OutlookedLink(
    long Link,
    Kind Kind,
    string? Resource,
    string? Name,
    string? Address,
    Prospect What,
    MatchedBy? MatchedBy,
    string? SlackId,
    string? Reason,
    string? Why
)
{
    /// <summary>The sentence for a change that somebody made in Slack.</summary>
    public const string ChangedInSlack =
        "Somebody changed it in Slack. The provider's next message that repeats what was changed, or 'link provision', sets it right.";

    /// <summary>As it looks.</summary>
    public static OutlookedLink Of(ListedLink link, Outlook outlook, string tenant) =>
        new(
            link.Id.Value,
            link.Kind,
            link.Resource?.ToString(),
            link.Name,
            link.Address,
            outlook.Prospect,
            link.Link.MatchedBy,
            link.Link.SlackId,
            outlook.Word is { } word ? AdminJson.Named(word) : null,
            ShownReason.Of(outlook.Why, tenant, link.Id)?.Sentence
                ?? outlook.Rest switch
                {
                    AtRest.Unclaimed => "No source has asked for it.",
                    AtRest.Deleted => "Its source has deleted it, and Slack is told no more of it.",
                    AtRest.ChangedInSlack => ChangedInSlack,
                    AtRest.Missing => "Slack no longer has it.",
                    AtRest.UpToDate => "Slack has it as it is wanted.",
                    _ => null,
                }
        );
}
