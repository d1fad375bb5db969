using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Why a user or group stands where it stands: what is wanted, what Slack was told and shows, and what it would be told
/// now.
/// </summary>
/// <param name="State">Where the link stands.</param>
/// <param name="Reason">Why.</param>
/// <param name="Rule">The rule that admitted the user.</param>
/// <param name="Asserted">The paths that a provider has spoken of.</param>
/// <param name="Waived">Those that a preference, a rule or an operator leaves out.</param>
/// <param name="Fields">What is wanted, what Slack was told and what it shows, field by field.</param>
/// <param name="Commands">What it would be told now.</param>
/// <param name="Notes">What is noted of the translation and the plan.</param>
/// <param name="BlockedMembers">Of a group: why members wait, and how many of them.</param>
internal sealed record Explanation(
    LinkState State,
    Reason? Reason,
    int? Rule,
    IReadOnlyList<string> Asserted,
    IReadOnlyList<string> Waived,
    IReadOnlyList<ExplainedField> Fields,
    IReadOnlyList<SlackCommand> Commands,
    IReadOnlyList<string> Notes,
    IReadOnlyList<(Reason Why, int Members)> BlockedMembers
)
{
    /// <summary>Explains a user or group; null if there is none of that id.</summary>
    public static Explanation? Of(StoreSession store, TenantId tenantId, ResourceId id, Preferences preferences)
    {
        if (
            Resources.Find(store, id) is not { } resource
            || resource.TenantId != tenantId
            || Links.Find(store, resource.LinkId) is not { } link
        )
            return null;
        var wanted = Wanted.Of(store, link, preferences);
        var (wish, delivered, seen) = (wanted.Wish, link.Told, link.AtSlack);
        return new Explanation(
            link.State,
            wanted.Blocked ?? link.Reason,
            resource.RuleId,
            [.. resource.Asserted.Ordered],
            [.. resource.Waived.Words, .. resource.Waived.Paths.Ordered],
            [
                .. wish
                    .Fields.Union(delivered.Fields)
                    .Union(seen.Fields)
                    .Order()
                    .Select(field => new ExplainedField(
                        field,
                        wish.Says(field),
                        wish[field],
                        delivered.Says(field),
                        delivered[field],
                        seen[field]
                    )),
            ],
            wanted.Commands,
            [.. wanted.Noted.Select(note => note.Says), .. WhoHasAddresses(store, link, resource)],
            resource.Kind == Kind.Group ? MemberLists.WhyWaiting(store, id.AsGroup()) : []
        );
    }

    // Of a user who waits for an address whose it is.
    private static IEnumerable<string> WhoHasAddresses(StoreSession store, Link link, Resource resource) =>
        resource is not { Kind: Kind.User, Deleted: null }
            ? []
            : from address in UserAddresses.OfSlack(resource.Read())
            let holder = Keys.Holder(store, link.TenantId, KeyKind.Address, Fold.Key(address))
            where holder is not null && holder != link.Id
            select $"The address {address} is that of link {holder}.";
}

/// <summary>
/// A field of Slack's: whether the provider has a say in it and what it says, whether it is known what Slack was told and
/// what that was, and what Slack showed last.
/// </summary>
internal readonly record struct ExplainedField(
    SlackField Field,
    bool IsAsked,
    string? Wanted,
    bool IsKnown,
    string? Delivered,
    string? Seen
);
