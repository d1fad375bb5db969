using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>
/// Looks after each step: nobody was let in, deactivated or given an account whom nobody wished to be, no account is a
/// stranger's, and no hold ended by itself.
/// </summary>
internal sealed class Watch(Teller teller)
{
    private Dictionary<long, string> _holds = [];
    private bool _decides;

    private Model Model => teller.Model;

    /// <summary>An operator decides now.</summary>
    public void Decides() => _decides = true;

    /// <summary>Looks at what Slack has, and at what is held.</summary>
    public void Look()
    {
        var accounts = teller.World.Slack.Workspace.AccountsInOrder;
        List<(string SlackId, string? Resource)>? links = null;
        foreach (var account in accounts)
        {
            var isNew = !Model.Accounts.TryGetValue(account.Id, out var seen);
            if (isNew)
                Model.Accounts[account.Id] = seen = new Seen(account.Id, byHand: Model.Step == 0);
            var before = seen!.Active;
            seen.Look(account);
            if (isNew && !seen.ByHand)
                MayBeMade(seen);
            if (!isNew && before == seen.Active)
                continue;
            links ??= Links();
            Follow(links);
            if (isNew || seen.Touched.GetValueOrDefault("active") == Model.Step && Model.Step > 0)
                continue;
            if (before)
                MayLeave(seen);
            else
                MayComeBack(seen);
        }
        LookAtHolds();
    }

    /// <summary>Notes who is linked to which account now, and that each may be.</summary>
    public void Follow() => Follow(Links());

    private void Follow(List<(string SlackId, string? Resource)> links)
    {
        foreach (var (id, resource) in links)
            if (resource is not null && Model.Accounts.TryGetValue(id, out var seen) && seen.Linked.Add(resource))
                MayBeLinked(seen, resource);
    }

    private List<(string SlackId, string? Resource)> Links() =>
        teller.World.Read(session =>
            session.All(
                "select l.slack_id, r.id from links l left join resources r on r.id = l.claimant_id and r.source_id is not null where l.slack_id is not null and l.kind = 0",
                row => (row.Text(), row.TextOrNull())
            )
        );

    private void MayBeMade(Seen made)
    {
        var asked =
            Model.People.Values.Any(one => one.Addresses.Overlaps(made.Addresses))
            || Model.LostPosts.Any(post =>
                made.Addresses.Contains(Folded.Of(post.Asked.Primary ?? ""))
                || made.Addresses.Contains(Folded.Of(post.Asked.UserName))
                || made.Addresses.Contains(Folded.Of(post.Asked.Secondary ?? ""))
            )
            || Model.HadWeather;
        if (!asked)
            throw new WrongException(
                "made",
                $"nobody has asked for {made.Id} with {string.Join(", ", made.Addresses)}"
            );
    }

    // Somebody who has wished, or may have wished, that one of those who were ever linked to it be gone.
    private void MayLeave(Seen gone)
    {
        var people = gone.Linked.Select(id => Model.People.GetValueOrDefault(id)).ToList();
        if (
            people.Exists(one => one is null or { MayLeave: true } || Model.MayBeOut(one))
            || Model.LostPosts.Any(post => !post.Asked.Active)
            || Model.Turned.Overlaps([
                "put.missing_active",
                "patch.missing_active",
                "post.inactive",
                "guest.expiry_sweep",
            ])
            || gone.Touched.ContainsKey("guest")
            || Model.Preferred.Contains("Drift")
        )
            return;
        throw new WrongException("leaver", $"{gone.Id} was deactivated, and nobody wished it: {Say(gone)}");
    }

    private void MayComeBack(Seen back)
    {
        var people = back.Linked.Select(id => Model.People.GetValueOrDefault(id)).ToList();
        var byHand = back.Touched.GetValueOrDefault("active", 0);
        var wished = people.Exists(one => one is null || one.Enabled >= 0) || Model.LostPosts.Count > 0;
        if (!wished)
            throw new WrongException("return", $"{back.Id} was activated, and nobody wished it: {Say(back)}");
        var isUndone =
            byHand > 0
            && people.TrueForAll(one => one is not null && one.Enabled < byHand && !one.IsOpen)
            && Model.LostPosts.Count == 0
            && Model.Replanned < byHand
            && !Model.Preferred.Contains("Drift")
            && !Model.HadWeather
            && !Model.WasShut
            && Model.Rules.Count == 0
            && !Model.Decided.Released;
        if (isUndone)
            throw new WrongException(
                "return",
                $"{back.Id} was deactivated by hand, and is active again though nobody asked for it since: {Say(back)}"
            );
    }

    // By the primary address; by the user name where a tenant goes by that; or because an operator said so.
    private void MayBeLinked(Seen account, string resource)
    {
        if (!Model.People.TryGetValue(resource, out var person))
            return; // a create without an answer yet
        // Its own, or shown of it; one that the gateway made for somebody has nobody before.
        if (!person.WasPosted || (!account.ByHand && account.Linked.Count == 1))
            return;
        if (account.Addresses.Overlaps(person.Addresses) || Model.Decided.Released)
            return;
        if (
            Model.Preferred.Contains("UniqueUserIdentifier")
            && (account.Names.Overlaps(person.Names) || account.Linked.Count > 1)
        )
            return;
        throw new WrongException(
            "stranger",
            $"{account.Id} with {string.Join(", ", account.Addresses)} is {resource}'s, who had {string.Join(", ", person.Addresses)}"
        );
    }

    // What the guard or a doubt about the person has caught waits for an operator, or for another wish.
    private void LookAtHolds()
    {
        var now = teller
            .World.Read(session =>
                session.All(
                    "select h.id, h.reason, coalesce(hex(h.member_id), ''), h.link_id from holds h where h.meant_id is null",
                    row => (Id: row.Long(), What: row.Text(), Member: row.Text(), Link: row.Long())
                )
            )
            .Where(hold =>
                Reason.Parse(hold.What)?.Code
                    is ReasonCode.GuardAccounts
                        or ReasonCode.GuardGroups
                        or ReasonCode.GuardMembers
                        or ReasonCode.AnotherPerson
            )
            .ToDictionary(hold => hold.Id, hold => $"{hold.What} of link {hold.Link} {hold.Member}");
        var step = teller.Current;
        // Whoever never came into the group, as its create was lost, has nothing that is held.
        var ended = _holds
            .Where(hold =>
                !now.ContainsKey(hold.Key)
                && !(
                    Model.HadWeather && hold.Value.StartsWith(nameof(ReasonCode.GuardMembers), StringComparison.Ordinal)
                )
            )
            .Select(hold => hold.Value)
            .ToList();
        var mayEnd =
            _decides
            || teller.IsWaiting
            || step
                is Step.Post
                    or Step.Put
                    or Step.Patch
                    or Step.Delete
                    or Step.PostGroup
                    or Step.PutGroup
                    or Step.PatchGroup
                    or Step.DeleteGroup
                    or Step.Bulk
                    or Step.ChangeByHand
                    or Step.Rule
                    or Step.Prefer
                    or Step.GoOn;
        if (ended.Count > 0 && !mayEnd)
            throw new WrongException("hold", $"ended by itself: {string.Join("; ", ended)}");
        (_holds, _decides) = (now, teller.IsWaiting && _decides);
    }

    private string Say(Seen account) =>
        $"linked to {string.Join(", ", account.Linked.Select(id => Model.People.GetValueOrDefault(id) is { } one ? string.Join(" or ", one.Possible) : id))}";
}
