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
    private readonly HashSet<string> _noticed = [];

    // When a copy of the store was put in its place, and the calls that were over by then, also in the same millisecond.
    private (DateTimeOffset Since, HashSet<object> Before)? _putBack;
    private bool _wasPutBack;
    private bool _decides;
    private int _done;

    private Model Model => teller.Model;

    /// <summary>An operator decides now.</summary>
    public void Decides() => _decides = true;

    /// <summary>A copy of the store was put in its place: Slack is told nothing before an operator says so.</summary>
    public void IsPutBack()
    {
        _wasPutBack = true;
        _putBack = (
            teller.World.Clock.Now,
            new HashSet<object>(teller.World.Slack.Calls.Last, ReferenceEqualityComparer.Instance)
        );
    }

    /// <summary>An operator has said so.</summary>
    public void GoesOn() => _putBack = null;

    /// <summary>Looks at what Slack has and was told, and at what is held.</summary>
    public void Look()
    {
        LookAtCalls();
        LookAtDrift();
        var accounts = teller.World.Slack.Workspace.AccountsInOrder;
        var changed = new List<(Seen Seen, bool WasActive)>();
        foreach (var account in accounts)
        {
            var isNew = !Model.Accounts.TryGetValue(account.Id, out var seen);
            if (isNew)
                Model.Accounts[account.Id] = seen = new Seen(account.Id) { ByHand = Model.Step == 0 };
            var before = seen!.Active;
            seen.Look(account);
            if (isNew && Model.Scripted.Overlaps(seen.Addresses))
            {
                seen.ByHand = true;
                seen.Follow(); // a user may have it already
            }
            if (isNew && !seen.ByHand)
                MayBeMade(seen);
            var isByHand = seen.Touched.GetValueOrDefault("active") == Model.Step && Model.Step > 0;
            if (!isNew && before != seen.Active && !isByHand)
                changed.Add((seen, before));
        }
        Follow();
        foreach (var (seen, wasActive) in changed)
            if (wasActive)
                MayLeave(seen);
            else
                MayComeBack(seen);
        LookAtHolds();
    }

    private void LookAtCalls()
    {
        if (_putBack is not var (since, before))
            return;
        var told = teller.World.Slack.Calls.Last.FirstOrDefault(call =>
            call.At >= since
            && !before.Contains(call)
            && !call.Operation.StartsWith("GET ", StringComparison.Ordinal)
            && (
                call.Path.Contains("/Users", StringComparison.Ordinal)
                || call.Path.Contains("/Groups", StringComparison.Ordinal)
            )
        );
        if (told is not null)
            throw new WrongException(
                "put-back",
                $"{told.Operation} {told.Path} after a copy of the store was put in its place, and no operator has said that Slack may be told"
            );
    }

    // What the gateway has told operators of: that an account is not as it left it.
    private void LookAtDrift()
    {
        if (!teller.World.IsUp || Model.Accounts.Values.All(one => one.Touched.Count == 0))
            return;
        var reported = teller.World.Read(session =>
            session
                .All(
                    "select o.id, l.slack_id, o.request from operations o join links l on l.id = o.link_id where o.outcome = 'reported' and l.slack_id is not null and l.kind = 0",
                    row => (Id: row.Text(), Account: row.Text(), What: row.Text())
                )
                .ToList()
        );
        foreach (var (id, account, what) in reported)
            if (_noticed.Add(id) && Model.Accounts.TryGetValue(account, out var seen))
                foreach (var (field, said) in _fields)
                    if (what.Contains(field, StringComparison.Ordinal))
                        seen.Noticed[said] = Model.Step;
    }

    private static readonly (string Field, string Said)[] _fields = [("Active", "active"), ("Title", "title")];

    /// <summary>Notes who is linked to which account now, and that each may be.</summary>
    public void Follow()
    {
        foreach (var (id, resource) in Links())
            if (resource is not null && Model.Accounts.TryGetValue(id, out var seen) && seen.Linked.Add(resource))
                MayBeLinked(seen, resource);
        foreach (var seen in Model.Accounts.Values)
            seen.Follow();
    }

    // Who is held has not got the account yet, and whose hold was dismissed gets it no more.
    private List<(string SlackId, string? Resource)> Links() =>
        teller.World.Read(session =>
            session.All(
                "select l.slack_id, lower(r.id) from links l left join resources r on r.id = l.claimant_id and r.source_id is not null where l.slack_id is not null and l.kind = 0 and l.state <> @held and coalesce(l.reason, '') not like 'Dismissed%'",
                row => (row.Text(), row.TextOrNull()),
                ("@held", LinkState.Held)
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
            // Who has vanished from Slack by hand, and is told by the provider once more.
            || Model.Accounts.Values.Any(one => one.IsGone && one.Addresses.Overlaps(made.Addresses))
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
            || Model.Scripted.Contains(gone.Id)
            || Model.Preferred.Contains("Drift")
            || _wasPutBack // a call of the former store may arrive late
        )
            return;
        throw new WrongException("leaver", $"{gone.Id} was deactivated, and nobody wished it: {Say(gone)}");
    }

    private void MayComeBack(Seen back)
    {
        var people = back.Linked.Select(id => Model.People.GetValueOrDefault(id)).ToList();
        var byHand = back.Touched.GetValueOrDefault("active", 0);
        var wished =
            people.Exists(one => one is null || one.Enabled >= 0 || Model.MayBeOut(one)) // who comes back into scope
            || Model.LostPosts.Count > 0
            || Model.Scripted.Contains(back.Id);
        if (!wished)
            throw new WrongException("return", $"{back.Id} was activated, and nobody wished it: {Say(back)}");
        var isUndone =
            byHand > 0
            && people.TrueForAll(one =>
                one is not null
                && one.Enabled < byHand
                && one.Spoken.GetValueOrDefault("active") < byHand // what a look has shown otherwise is told when it is repeated
                && !one.IsOpen
                && one.Possible.Count == 1 // after a death a call may be made once more
            )
            && Model.LostPosts.Count == 0
            && Model.Replanned < byHand
            && Model.Looked < byHand
            && !Model.Scripted.Contains(back.Id)
            && !Model.Protected.Contains(back.Id)
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

    // By the primary address, or what was its user's before; by the user name where a tenant goes by that; by the name and
    // externalId of the same source; or because an operator said so.
    private void MayBeLinked(Seen account, string resource)
    {
        if (!Model.People.TryGetValue(resource, out var person))
            return; // a create without an answer yet
        // Its own, or shown of it; one that the gateway made for somebody has nobody before.
        if (!person.WasPosted || (!account.ByHand && account.Linked.Count == 1))
            return;
        if (
            account.Before.Overlaps(person.Addresses)
            || Model.Decided.Released
            || Model.Given.Contains(account.Id)
            || (Model.Preferred.Contains("UniqueUserIdentifier") && account.Before.Overlaps(person.Names))
        )
            return;
        foreach (var former in account.Linked.Where(id => id != resource).Select(Model.People.GetValueOrDefault))
            if (
                former is null
                || former.Addresses.Overlaps(person.Addresses)
                || former.Names.Overlaps(person.Names)
                    && (
                        Model.Preferred.Contains("UniqueUserIdentifier")
                        || former.Source == person.Source && former.Keys.Overlaps(person.Keys)
                    )
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
        // A change of rules or preferences goes on after a death.
        var changes = teller.World.Read(session =>
            session.All("select finished from jobs where kind = 'change'", row => row.LongOrNull() is not null)
        );
        var done = changes.Count(isDone => isDone);
        var mayEnd =
            _decides
            || done > _done
            || done < changes.Count
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
                    or Step.GoOn
                    or Step.PutBack
                    or Step.Unlink
                    or Step.Claim
                    or Step.Protect
                    or Step.Unprotect
                    or Step.Erase
            // Of an account that a look shows erased, gone or inactive there is nothing to decide any more.
            || (
                step is Step.Sweep or Step.Import
                && Model.Accounts.Values.Any(account =>
                    account.IsGone || account.Touched.ContainsKey("erased") || account.Touched.ContainsKey("active")
                )
            );
        if (ended.Count > 0 && !mayEnd)
            throw new WrongException("hold", $"ended by itself: {string.Join("; ", ended)}");
        (_holds, _decides, _done) = (now, teller.IsWaiting && _decides, done);
    }

    private string Say(Seen account) =>
        $"linked to {string.Join(", ", account.Linked.Select(id => Model.People.GetValueOrDefault(id) is { } one ? string.Join(" or ", one.Possible) : id))}";
}
