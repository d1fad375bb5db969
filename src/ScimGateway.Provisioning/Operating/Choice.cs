using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>An account that may be meant where a hold asks which one is.</summary>
/// <param name="SlackId">Its id.</param>
/// <param name="WhyNot">Why it cannot be chosen; null if it can.</param>
internal sealed record Choice(string SlackId, string? WhyNot)
{
    /// <summary>Those of a hold; none of one that asks for something else.</summary>
    public static IReadOnlyList<Choice> Of(StoreSession store, Hold hold, Preferences preferences) =>
        !hold.AsksWhich
            ? []
            :
            [
                .. new[] { hold.LinkId, hold.OtherId }
                    .OfType<LinkId>()
                    .Select(id => Links.Find(store, id))
                    .Where(link => link is { SlackId: not null })
                    .Select(link => new Choice(link!.SlackId!, Why(store, hold, link, preferences))),
            ];

    // The provider's next request would be refused, or have no account of it.
    private static string? Why(StoreSession store, Hold hold, Link link, Preferences preferences)
    {
        if (Resources.Find(store, link.ClaimantId) is { Deleted: null, SourceId: not null })
            return "A user has claimed the account since. If it is not that user's, unlink it first; else dismiss the hold.";
        // The address is the other's, and a user whom Slack cannot hold with it is refused.
        if (hold.OtherId is not null && link.Id == hold.LinkId && preferences.UserSlackCannotHold == Unholdable.Refuse)
            return "The user's address is that of the other account. Free it in Slack and import again; then there is nothing to decide.";
        var isFormers = Resources.Find(store, link.ClaimantId) is { Deleted: not null };
        var asked = new UserWish(
            Trigger.Create,
            isFormers ? Account.Former : Account.Unclaimed,
            WasActive: false,
            WantsActive: false,
            ChangesMore: false,
            link.Protection is not null
        );
        return UserPolicy.Decide(preferences, asked) switch
        {
            Verdict.Refuse refuse => refuse.Why.Message,
            Verdict.Skip skip => skip.Why,
            _ => null,
        };
    }
}
