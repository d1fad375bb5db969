using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.Stories.Running;
using ScimGateway.Stories.Telling;

namespace ScimGateway.Stories.Believing;

/// <summary>After a story: the weather clears up, all that can come to its end does, and what is promised must hold.</summary>
internal sealed class Quiet(Teller teller, Watch watch)
{
    private static readonly TimeSpan _patience = TimeSpan.FromHours(13);

    // What an operator had confirmed last.
    private string? _rule;

    private Model Model => teller.Model;

    private World World => teller.World;

    private sealed record LinkNow(long Id, Kind Kind, LinkState State, Reason? Reason, string? SlackId, bool Imported);

    /// <summary>Looks at everything.</summary>
    public async Task CheckAsync()
    {
        Model.Step++;
        await ClearUpAsync();
        await ComeToRestAsync();
        watch.Look();
        var people = await LearnAsync();
        _rule = World.Read(session => session.First("select filter from rules limit 1", row => row.Text()));
        watch.Follow();
        Nobody();
        foreach (var (person, shown) in people)
            OfPerson(person, shown);
        await GroupsAsync(people);
        await AgainAsync(people);
        Journal();
    }

    // Whoever looks after it has put right what is not Slack's own way.
    private async Task ClearUpAsync()
    {
        var slack = World.Slack;
        slack.Faults.Clear();
        foreach (
            var name in new[]
            {
                "auth.tokens",
                "faults.drop_rate",
                "faults.hold_rate",
                "latency_ms",
                "ratelimit.mode",
                "ratelimit.scale",
                "faults.create_flaky",
                "lock.hold_ms",
                "put.missing_active",
                "patch.missing_active",
                "post.inactive",
            }
        )
            if (Model.Turned.Contains(name) || name == "auth.tokens")
                slack.Knobs.Set(name, null);
        await teller.BringUpAsync();
        World.LiveOn();
        await teller.PassAsync(TimeSpan.FromSeconds(100)); // what is late comes, the token is tried again
        await teller.BringUpAsync();
        watch.Look();
        watch.GoesOn();
        var tenant = World.Home.Connection.Read();
        if (tenant.Standing != Standing.Live)
        {
            if (
                !Model.WasShut
                && !Model.Turned.Overlaps(["put.missing_active", "patch.missing_active", "post.inactive"])
                && !Model.Accounts.Values.Any(one =>
                    one.Touched.ContainsKey("active") || one.Touched.ContainsKey("erased")
                )
            )
                throw new WrongException(
                    "standing",
                    $"the tenant is {tenant.Standing}, and nobody stopped it: {tenant.Problem}"
                );
            await World.ConnectAsync();
            await teller.Operators.ChangeAsync(new TenantChange.GoOn(EndsShadow: true));
            await teller.PassAsync(TimeSpan.FromSeconds(40));
            if (World.Home.Connection.Read() is { Standing: not Standing.Live } still)
                throw new WrongException("standing", $"the tenant stays {still.Standing}: {still.Problem}");
        }
    }

    // What failed is tried again until it is known why it fails; nothing else is left to do.
    private async Task ComeToRestAsync()
    {
        var late = World.Clock.Now + _patience;
        string? unfinished;
        for (var many = 0; (unfinished = Unfinished()) is not null || teller.IsWaiting; many++)
        {
            if (many > 20_000)
                throw new WrongException("busy", $"something is due again and again: {unfinished}");
            if (World.Clock.Next is not { } next || next > late)
                throw new WrongException("unfinished", unfinished ?? "a request has no answer");
            World.Clock.GoTo(next);
            await teller.SettleDownAsync();
            await teller.BringUpAsync();
        }
        if (Links().Any(link => link.State == LinkState.Failed))
        {
            // A refusal of before says nothing of now.
            await teller.PassAsync(TimeSpan.FromHours(6.2));
            while (Unfinished() is not null)
            {
                if (World.Clock.Next is not { } next)
                    throw new WrongException("unfinished", Unfinished()!);
                World.Clock.GoTo(next);
                await teller.SettleDownAsync();
            }
        }
    }

    private string? Unfinished() =>
        World.Read(session =>
            session.First(
                "select id, kind, reason from links where state = @pending limit 1",
                row =>
                    $"link {row.Long().ToString(CultureInfo.InvariantCulture)} of a {row.Word<Kind>()} is pending: {row.TextOrNull()}",
                ("@pending", LinkState.Pending)
            )
        );

    // Whoever asks the journal finds what came of each request.
    private void Journal()
    {
        var open = World.Read(session =>
            session.First(
                "select request, outcome from operations where outcome in ('pending', 'accepted') limit 1",
                row => $"{row.Text()} is still {row.Text()}"
            )
        );
        if (open is not null)
            throw new WrongException("journal", open);
    }

    private List<LinkNow> Links() =>
        World.Read(session =>
            session.All(
                "select id, kind, state, reason, slack_id, imported from links",
                row => new LinkNow(
                    row.Long(),
                    row.Word<Kind>(),
                    row.Word<LinkState>(),
                    Reason.Parse(row.TextOrNull()),
                    row.TextOrNull(),
                    row.Flag()
                )
            )
        );

    private LinkNow? LinkOf(string resource) =>
        World.Read(session =>
            session.First(
                "select l.id, l.kind, l.state, l.reason, l.slack_id, l.imported from links l join resources r on r.link_id = l.id where lower(r.id) = @id",
                row => new LinkNow(
                    row.Long(),
                    row.Word<Kind>(),
                    row.Word<LinkState>(),
                    Reason.Parse(row.TextOrNull()),
                    row.TextOrNull(),
                    row.Flag()
                ),
                ("@id", resource)
            )
        );

    // What is shown is what was acknowledged; creates without an answer happened or not.
    private async Task<List<(Person Person, Document? Shown)>> LearnAsync()
    {
        var listed = await ListAsync("Users");
        var claimed = World
            .Read(session =>
                session.All(
                    "select lower(r.id), r.kind, (select count(*) from sources s where s.tenant_id = r.tenant_id and s.id < r.source_id) from resources r where r.source_id is not null and r.deleted is null and r.hidden = @no",
                    row => (Id: row.Text(), Kind: row.Word<Kind>(), Source: row.Int()),
                    ("@no", false)
                )
            )
            .ToList();
        foreach (
            var (id, kind, source) in claimed.Where(one => one.Kind == Kind.User && !Model.People.ContainsKey(one.Id))
        )
        {
            if (!listed.TryGetValue(id, out var shown))
                throw new WrongException("mirror", $"user {id} is not listed");
            var document = Document.Of(shown);
            var lost = Model.LostPosts.FindIndex(post =>
                post.Source == source && (post.Asked with { Key = Document.Anything }).Fits(document)
            );
            if (lost < 0)
                throw new WrongException("mirror", $"nobody has asked for {document}");
            var post = Model.LostPosts[lost];
            Model.LostPosts.RemoveAt(lost);
            teller.Providers.Learn(id, post.Who, post.Source, post.Asked, true, true, post.Step);
        }
        var people = new List<(Person, Document?)>();
        foreach (var person in Model.People.Values)
        {
            var reply = await teller.AskAsync(person.Source ?? 0, "GET", $"Users/{person.Id}");
            var shown = reply is { Status: 200 } ? Document.Of(JsonNode.Parse(reply.Body)!.AsObject()) : null;
            if (reply is not { Status: 200 or 404 })
                throw new WrongException("mirror", $"{reply?.Status} to a read");
            if (listed.ContainsKey(person.Id) != (shown is not null))
                throw new WrongException("mirror", $"user {person.Id} is listed or not, and read otherwise");
            if (person.Source is not null || person.IsOpen)
            {
                var possible = person.Possible;
                if (!possible.Any(state => shown is null ? state is null : state?.Fits(shown) ?? false))
                    throw new WrongException(
                        "mirror",
                        $"user {person.Id} is {shown?.ToString() ?? "gone"}, acknowledged was {string.Join(" or ", possible.Select(one => one?.ToString() ?? "gone"))}"
                    );
            }
            people.Add((person, shown));
        }
        return people;
    }

    private async Task<Dictionary<string, JsonObject>> ListAsync(string what)
    {
        var reply = await teller.AskAsync(0, "GET", $"{what}?count=200");
        return reply is { Status: 200 }
            ? (JsonNode.Parse(reply.Body)!["Resources"] as JsonArray ?? [])
                .OfType<JsonObject>()
                .ToDictionary(one => (string)one["id"]!, StringComparer.Ordinal)
            : throw new WrongException("mirror", $"{reply?.Status} to a list");
    }

    // Slack has no account twice, and none that is made and forgotten.
    private void Nobody()
    {
        var linked = Links()
            .Where(link => link is { Kind: Kind.User, SlackId: not null })
            .Select(link => link.SlackId!)
            .ToHashSet();
        foreach (var seen in Model.Accounts.Values)
            if (!seen.ByHand && !linked.Contains(seen.Id) && World.Slack.Workspace.FindUser(seen.Id) is not null)
                throw new WrongException(
                    "orphan",
                    $"nothing links to {seen.Id} with {string.Join(", ", seen.Addresses)}"
                );
    }

    private void OfPerson(Person person, Document? shown)
    {
        if (person.Source is null)
            return;
        if (LinkOf(person.Id) is not { } link)
        {
            // Who was deleted lets go of his link to who comes after him.
            if (shown is not null)
                throw new WrongException("link", $"user {person.Id} has no link");
            return;
        }
        var account = link.SlackId is null ? null : World.Slack.Workspace.FindUser(link.SlackId);
        var seen = link.SlackId is null ? null : Model.Accounts.GetValueOrDefault(link.SlackId);
        var isOthersNow =
            shown is null && Model.People.Values.Any(one => one != person && LinkOf(one.Id)?.Id == link.Id);
        if (isOthersNow)
            return;
        // Whose claim was ended has nothing of it any more, be it somebody's from now on or nobody's.
        if (shown is null && Model.Unlinked.Contains(link.SlackId ?? ""))
            return;
        Figures.Count($"link {link.State}{(link.State == LinkState.Settled ? "" : $" {link.Reason?.Code}")}");
        Leaver(person, shown, link, account, seen);
        switch (link.State)
        {
            case LinkState.Settled:
                Settled(person, shown, account, seen);
                break;
            case LinkState.Blocked:
                Blocked(person, shown, link, account);
                break;
            case LinkState.Failed:
                Failed(person, shown, link);
                break;
            case LinkState.Held:
                Held(person, link);
                break;
            case LinkState.Protected:
                if (
                    !Model.HadWeather
                    && seen is not { WasSpecial: true }
                    && !Model.Protected.Contains(link.SlackId ?? "")
                )
                    throw new WrongException(
                        "protected",
                        $"{person.Id} with {shown} is protected, and {link.SlackId} never was more than a member: {link.Reason}"
                    );
                break;
            case LinkState.Broken:
                if (
                    !Model.HadWeather
                    && seen is not { IsGone: true }
                    && !(seen?.Touched.ContainsKey("erased") ?? false)
                )
                    throw new WrongException(
                        "broken",
                        $"{person.Id} with {shown} is broken, and {link.SlackId} is there"
                    );
                break;
            case LinkState.Pending:
            case LinkState.Unknown:
            default:
                throw new WrongException("unfinished", $"{person.Id} is {link.State}");
        }
    }

    private void Settled(Person person, Document? shown, Account? account, Seen? seen)
    {
        if (Model.Decided.Dismissed)
        {
            Figures.Count("settled, not compared");
            return;
        }
        if (person.IsLeftOut)
        {
            LeftOut(person, shown, account, seen);
            return;
        }
        var wanted = shown is { Active: true };
        if (account is null)
        {
            if (wanted && seen is not { IsGone: true })
                throw new WrongException("settled", $"{person.Id} with {shown} is settled and has no account");
            return;
        }
        if (seen is null || account.IsErased)
            return;
        // Slack's own doing then, which is told as drift.
        var isDrift = Model.Turned.Overlaps(["put.missing_active", "patch.missing_active", "post.inactive"]);
        if (
            !isDrift
            && !IsByHand("active")
            && IsInScope(person, shown) is { } isIn
            && account.Profile.Active != (wanted && isIn)
            && !(wanted && seen.Touched.ContainsKey("guest"))
        )
            throw new WrongException(
                "active",
                $"{person.Id} with {shown?.ToString() ?? "gone"} is settled, and {account.Id} is active: {account.Profile.Active}"
            );
        if (shown is null || !wanted || !account.Profile.Active)
            return;
        if (
            shown.Primary is { } address
            && !IsByHand("email")
            && person.Changed.ContainsKey("email")
            && Folded.Of(address) != Folded.Of(account.Profile.PrimaryEmail)
        )
            throw new WrongException(
                "address",
                $"{person.Id} with {shown} is settled, and {account.Id} has {account.Profile.PrimaryEmail}"
            );
        if (
            !IsByHand("title")
            && person.HadTitle
            && person.Changed.ContainsKey("title")
            && (shown.Title ?? "") != account.Profile.Title
            && !(shown.Title is null && Model.Turned.Contains("clear.empty_string"))
            && person.Possible.All(state => state?.Title != Document.Anything)
        )
            throw new WrongException(
                "title",
                $"{person.Id} with {shown} is settled, and {account.Id} has the title '{account.Profile.Title}'"
            );

        if (
            !IsByHand("manager")
            && person.HadManager
            && person.Changed.ContainsKey("manager")
            && AtSlack(shown.Manager) is { } manager
            && manager != (account.Profile.Fields.ManagerId ?? "")
            && person.Possible.All(state => state?.Manager != Document.Anything)
        )
            throw new WrongException(
                "manager",
                $"{person.Id} with {shown} is settled, and {account.Id} has the manager '{account.Profile.Fields.ManagerId}', not '{manager}'"
            );

        // What nobody wants there keeps the address from others.
        if (
            !seen.ByHand
            && seen.Linked.Count == 1
            && !seen.Touched.ContainsKey("email")
            && account.Profile.SecondaryEmail is { Length: > 0 } second
            && Folded.Of(second) != Folded.Of(shown.Secondary ?? "")
            && Folded.Of(second) != Folded.Of(shown.Primary ?? "")
        )
            throw new WrongException(
                "second",
                $"{person.Id} with {shown} is settled, and {account.Id} has {second}, too"
            );

        // As long as nobody has asked for something else since.
        bool IsByHand(string what) =>
            seen.Touched.TryGetValue(what, out var touched)
            && (
                what == "email"
                || !IsChangedSince(person, what, touched) && !IsSaidAgain(person, seen, what, touched)
                || Model.Preferred.Contains("Drift")
                || Model.WasShut // there and back again is nothing to tell
            )
            && !IsSetBack(person, shown, touched);
    }

    private static bool IsChangedSince(Person person, string what, int touched) =>
        person.Changed.TryGetValue(what, out var changed) && changed > touched && !person.Unheard.Contains(changed);

    // What the gateway knew to be other in Slack, the provider has said since: then Slack is told.
    private static bool IsSaidAgain(Person person, Seen seen, string what, int touched) =>
        seen.Noticed.TryGetValue(what, out var noticed)
        && noticed >= touched
        && person.Spoken.GetValueOrDefault(what, -1) > noticed;

    // What was changed by hand was seen since, while it was to be set back.
    private bool IsSetBack(Person person, Document? shown, int touched) =>
        Model.SetBack > touched
        && IsInScope(person, shown) is true
        && !Model.Preferred.Overlaps(["CreateUsers", "UpdateUsers", "DisableUsers", "DeprovisionUsers"]);

    // Whom its provider said last to be gone or inactive, which was acknowledged, is not in Slack: but where the link says
    // why, or somebody has let it in since, and neither was that set back nor has the provider said it again.
    private void Leaver(Person person, Document? shown, LinkNow link, Account? account, Seen? seen)
    {
        if (
            seen is null
            || account is not { Profile.Active: true, IsErased: false }
            || shown is { Active: true }
            || person.Possible.Any(state => state is { Active: true })
            || person.IsLeftOut
            || link.State is LinkState.Held or LinkState.Protected or LinkState.Failed or LinkState.Broken
            || link.Reason?.Code is ReasonCode.Dismissed or ReasonCode.ToldApart or ReasonCode.UserLeftOut
            || Model.Decided.Dismissed
            || Model.Unlinked.Contains(account.Id)
            || Model.Turned.Contains("post.inactive")
        )
            return;
        var byHand = Math.Max(
            seen.Touched.GetValueOrDefault("active", -1),
            seen.Touched.GetValueOrDefault("guest", -1)
        );
        if (
            byHand >= 0
            && person.LetOut <= byHand
            && !IsSaidAgain(person, seen, "active", byHand)
            && !(link.State == LinkState.Settled && IsSetBack(person, shown, byHand))
        )
            return;
        throw new WrongException(
            link.Reason?.Code == ReasonCode.OutOfScope ? "frozen"
                : byHand >= 0 ? "let-in"
                : "stays-in",
            $"{person.Id} is {shown?.ToString() ?? "gone"}, {link.State} {link.Reason}, and {account.Id} is active"
        );
    }

    // What preferences may have left out is at Slack as it was before.
    private void LeftOut(Person person, Document? shown, Account? account, Seen? seen)
    {
        if (
            person.AtSlack is not { } told
            || account is not { IsErased: false }
            || seen is not { ByHand: false, Touched.Count: 0, Linked.Count: 1 }
            || Model.Rules.Count > 0
            || Model.Turned.Overlaps(["put.missing_active", "patch.missing_active", "post.inactive"])
        )
        {
            Figures.Count("settled, not compared");
            return;
        }
        Figures.Count("left out, compared");
        if (
            account.Profile.Active != told.Active
            || told.Active
                && account.Profile.Title != (told.Title ?? "")
                && !(told.Title is null && Model.Turned.Contains("clear.empty_string"))
        )
            throw new WrongException(
                "left-out",
                $"{person.Id} with {shown?.ToString() ?? "gone"} is settled, and {account.Id} is active: {account.Profile.Active}, with the title '{account.Profile.Title}', where it is to be {told}"
            );
    }

    // The account of a manager, nothing if there is to be none; null of whom Slack cannot be told.
    private string? AtSlack(string? manager) =>
        manager is null ? ""
        : Model.People.TryGetValue(manager, out var boss)
        && boss.Possible.All(state => state is not null)
        && AccountOf(boss) is { IsErased: false } account
            ? account.Id
        : null;

    private void Blocked(Person person, Document? shown, LinkNow link, Account? account)
    {
        var holds = link.Reason?.Code switch
        {
            ReasonCode.Missing => shown is null
                || shown.Primary is null
                || Model.HadWeather
                || Model.Preferred.Contains("SlackUserName"),
            ReasonCode.Inactive => shown is not { Active: true },
            ReasonCode.OutOfScope => Model.Rules.Count > 0 && IsInScope(person, shown) is not true,
            ReasonCode.Dismissed or ReasonCode.ToldApart => Model.HadDecisions,
            ReasonCode.UserLeftOut => person.IsLeftOut || Model.Preferred.Contains("WhenNotAllowed"),
            ReasonCode.AddressTaken => IsAddressTaken(person, shown, account),
            _ => true,
        };
        if (!holds)
            throw new WrongException(
                "blocked",
                $"{person.Id} with {shown?.ToString() ?? "gone"} is blocked by {link.Reason}, which is not so"
            );
        if (
            link.Reason?.Code == ReasonCode.OutOfScope
            && shown is not null
            && IsInScope(person, shown) is false
            && account is { Profile.Active: true, IsErased: false }
            && !Model.Accounts[account.Id].Touched.ContainsKey("active")
            && !person.IsLeftOut
            && !Model.Decided.Dismissed
        )
            throw new WrongException("scope", $"{person.Id} with {shown} is out of scope, and {account.Id} is active");
        // One that Slack refused is not tried again by itself.
        if (link.Reason?.Code == ReasonCode.AddressTaken && !Model.HadWeather && Exchange(person, shown!) is { } other)
            throw new WrongException("swap", $"{shown} and {other} wait for each other's address");
        if (
            shown is null
            && account is { Profile.Active: true }
            && link.Reason?.Code is ReasonCode.Missing or ReasonCode.AddressTaken or ReasonCode.Inactive
        )
            throw new WrongException("blocked", $"{person.Id} is deleted and blocked, and {account.Id} is active");
    }

    // Whether the rule in force admits whoever is shown; null of whom a change of rules may have left as he was.
    private bool? IsInScope(Person person, Document? shown)
    {
        if (shown is null || Model.Rules.Count == 0)
            return true;
        var isIn = Scoped.Admits(_rule, shown.Title);
        return isIn is true
            ? _rule is null && Model.StayedAsTheyAre && Model.MayBeOut(person)
                ? null
                : true
            : person.MayBeFrozen
                ? null
                : isIn;
    }

    // Two who each have at Slack what the other one wants, and neither wants what he has.
    private Document? Exchange(Person person, Document shown)
    {
        if (AccountOf(person) is not { Profile.Active: true } own || shown.Primary is not { } wanted)
            return null;
        foreach (var other in Model.People.Values.Where(one => one != person && one.Source is not null))
            if (
                other.Possible is [{ Active: true, Primary: { } others } state]
                && LinkOf(other.Id) is { State: LinkState.Blocked, Reason.Code: ReasonCode.AddressTaken }
                && AccountOf(other) is { Profile.Active: true } account
                && Folded.Of(others) == Folded.Of(own.Profile.PrimaryEmail)
                && Folded.Of(wanted) == Folded.Of(account.Profile.PrimaryEmail)
                && own.Profile.SecondaryEmail is null or ""
                && account.Profile.SecondaryEmail is null or ""
            )
                return state;
        return null;
    }

    private Account? AccountOf(Person person) =>
        LinkOf(person.Id) is { SlackId: { } id } ? World.Slack.Workspace.FindUser(id) : null;

    // Somebody else in the mirror, or an account of another, has one of the addresses.
    private bool IsAddressTaken(Person person, Document? shown, Account? own)
    {
        if (shown is null)
            return false;
        var addresses = new[] { shown.Primary, shown.Secondary, shown.UserName }
            .OfType<string>()
            .Select(Folded.Of)
            .ToHashSet();
        return Model.People.Values.Any(one =>
                one != person
                && one.Possible.Any(state =>
                    state is not null && (Has(state.Primary) || Has(state.Secondary) || Has(state.UserName))
                )
            )
            || World.Slack.Workspace.AccountsInOrder.Any(one =>
                one != own && (Has(one.Profile.PrimaryEmail) || Has(one.Profile.SecondaryEmail))
            )
            // Only a look at an account shows that it is gone, or that somebody changed its address by hand.
            || Model.Accounts.Values.Any(one =>
                (one.IsGone || one.Touched.ContainsKey("email")) && one.Addresses.Overlaps(addresses)
            );

        bool Has(string? address) => address is not null && addresses.Contains(Folded.Of(address));
    }

    // Slack has just refused it again, or another one has what it wants.
    private void Failed(Person person, Document? shown, LinkNow link)
    {
        var since = World.Clock.Now - TimeSpan.FromHours(6.5);
        var refused = World.Slack.Calls.Last.Any(call => call.At > since && call.Status >= 400);
        var account = link.SlackId is null ? null : World.Slack.Workspace.FindUser(link.SlackId);
        if (!refused && !IsAddressTaken(person, shown, account))
            throw new WrongException(
                "failed",
                $"{person.Id} with {shown?.ToString() ?? "gone"} is failed: {link.Reason}; Slack has refused nothing since"
            );
    }

    private void Held(Person person, LinkNow link)
    {
        var may = link.Reason?.Code switch
        {
            ReasonCode.GuardAccounts => Model.Preferred.Contains("GuardedAccounts"),
            ReasonCode.AnotherPerson => Model.People.Values.Any(one =>
                one != person && one.Possible.Contains(null) && !IsSame(one, person)
            ),
            _ => true,
        };
        var isListed = World.Read(session =>
            session.Any("select 1 from holds where link_id = @link", ("@link", link.Id))
        );
        if (!may || !isListed)
            throw new WrongException("held", $"{person.Id} is held: {link.Reason}; listed: {isListed}");
    }

    // Of two sources, who say the same name and address, as who moves from one provider to another: externalIds are
    // each source's own.
    private static bool IsSame(Person one, Person other) =>
        one.Source is not null
        && one.Source != other.Source
        && one.Addresses.Count == 1
        && one.Names.Count == 1
        && one.Addresses.SetEquals(other.Addresses)
        && one.Names.SetEquals(other.Names);

    private async Task GroupsAsync(List<(Person Person, Document? Shown)> people)
    {
        var listed = await ListAsync("Groups");
        var shownPeople = people.ToDictionary(one => one.Person.Id, one => one.Shown);
        foreach (var (id, shown) in listed)
            if (!Model.Teams.ContainsKey(id))
            {
                var name = (string)shown["displayName"]!;
                var lost = Model.LostGroups.FindIndex(post => post.Name == name);
                var isClaimed = World.Read(session =>
                    session.Any("select 1 from resources where lower(id) = @id and source_id is not null", ("@id", id))
                );
                if (!isClaimed)
                    continue;
                if (lost < 0)
                    throw new WrongException("mirror", $"nobody has asked for the group {name}");
                var (which, source, _, members) = Model.LostGroups[lost];
                teller.Providers.LearnTeam(id, which, source, name, members.Ids, false, true);
            }
        foreach (var team in Model.Teams.Values)
        {
            listed.TryGetValue(team.Id, out var shown);
            if (shown is null ? !team.Deleted.MayBe : team.Deleted.Is)
                throw new WrongException(
                    "mirror",
                    $"group {string.Join(" or ", team.Names)} is {(shown is null ? "gone" : "there")}, and that was not acknowledged"
                );
            if (shown is null)
                continue;
            var name = (string)shown["displayName"]!;
            if (!team.IsLeftOut && !team.Names.Contains(name))
                throw new WrongException(
                    "mirror",
                    $"a group is {name}, acknowledged was {string.Join(" or ", team.Names)}"
                );
            if (team.IsLeftOut)
                continue;
            var read = await teller.AskAsync(0, "GET", $"Groups/{team.Id}");
            var members = (JsonNode.Parse(read!.Body)!["members"] as JsonArray ?? [])
                .Select(member => (string)member!["value"]!)
                .ToHashSet();
            foreach (var (member, wanted) in team.Wanted)
                if (
                    wanted is { } isIn
                    && (shownPeople.GetValueOrDefault(member) is not null || listed.ContainsKey(member))
                    && members.Contains(member) != isIn
                )
                    throw new WrongException(
                        "members",
                        $"{member} is {(isIn ? "acknowledged and not shown" : "shown and was taken out")} in {name}"
                    );
            AtSlack(team, name, people);
        }
    }

    private void AtSlack(Team team, string name, List<(Person Person, Document? Shown)> people)
    {
        if (
            LinkOf(team.Id) is not { State: LinkState.Settled, SlackId: { } slackId }
            || Model.TouchedGroups.Contains(slackId)
        )
            return;
        if (World.Slack.Workspace.FindGroup(slackId) is not { } group)
            throw new WrongException("group", $"{name} is settled, and there is no {slackId}");
        if (group.DisplayName != name)
            throw new WrongException("group", $"{name} is settled, and {slackId} is {group.DisplayName}");
        var inIt = In(team, certainly: false);
        foreach (var (person, shown) in people)
        {
            if (
                LinkOf(person.Id) is not { State: LinkState.Settled, SlackId: { } id }
                || World.Slack.Workspace.FindUser(id) is not { } account
            )
                continue;
            if (
                Model.TouchedMembers.Contains((slackId, id))
                || Model.Unlinked.Contains(id) // Slack hears nothing of it
                || !inIt.Exists(one => one.Wanted.ContainsKey(person.Id))
                || IsWanted(team, person) is not { } isIn
            )
                continue;
            if (
                shown is null
                || account.IsErased
                || account.Profile.Guest is not null
                || Model.Accounts[id].Touched.ContainsKey("active")
            )
                continue;
            var blocked = World.Read(session =>
                session.First(
                    "select blocked from members where lower(group_id) = @group and lower(member_id) = @member and blocked is not null",
                    row => row.Text(),
                    ("@group", team.Id),
                    ("@member", person.Id)
                )
            );
            var has = group.Members.Contains(account);
            Figures.Count(
                blocked is null ? $"member {(isIn ? "in" : "out")}" : $"member blocked {Reason.Parse(blocked)?.Code}"
            );
            if (blocked is null && account.Profile.Active && has != isIn)
                throw new WrongException(
                    "members",
                    $"{shown} is {(isIn ? "wanted in" : "not wanted in")} {name} and {(has ? "is there" : "is not there")} at Slack: {Rows(team, person)}; the group's link is {LinkOf(team.Id)}"
                );
            if (
                Reason.Parse(blocked)?.Code is ReasonCode.NotReachable
                && account.Profile.Active
                && !person.IsLeftOut
                && IsInScope(person, shown) is true
            )
                throw new WrongException(
                    "row",
                    $"{shown} waits for {name} since there is no active account, and {id} is active"
                );
        }
    }

    // What each source says of the member, and what is known of Slack.
    private string Rows(Team team, Person person) =>
        string.Join(
            ", ",
            World.Read(session =>
                session.All(
                    "select source_id, wanted, in_slack, stamp, blocked from members where lower(group_id) = @group and lower(member_id) = @member",
                    row =>
                        $"source {row.Long()} wanted {row.Long()} in Slack {row.Long()} stamp {row.Long()} {row.TextOrNull()}",
                    ("@group", team.Id),
                    ("@member", person.Id)
                )
            )
        );

    // Whoever is wanted in a group, or where groups are flattened in one that is in it.
    private bool? IsWanted(Team team, Person person) =>
        In(team, certainly: true).Exists(one => one.Wanted.GetValueOrDefault(person.Id) is true) ? true
        : In(team, certainly: false)
            .Exists(one => one.IsLeftOut || one.Wanted.GetValueOrDefault(person.Id, false) is not false)
            ? null
        : false;

    // A group and, where they are flattened, those in it: for certain, or those that may be.
    private List<Team> In(Team team, bool certainly)
    {
        var all = new List<Team> { team };
        if (teller.Preferences.NestedGroups == NestedGroups.Flatten)
            for (var i = 0; i < all.Count; i++)
                all.AddRange(
                    all[i]
                        .Wanted.Where(row => certainly ? row.Value is true : row.Value is not false)
                        .Select(row => Model.Teams.GetValueOrDefault(row.Key))
                        .OfType<Team>()
                        .Where(one =>
                            !all.Contains(one) && !(certainly ? one.Deleted.MayBe || one.IsLeftOut : one.Deleted.Is)
                        )
                );
        return all;
    }

    private bool IsKnownToDiffer(LinkNow link) =>
        World.Read(session =>
            Provisioning.Storage.Tables.Links.Find(session, new LinkId(link.Id)) is { ChangedSinceEcho.IsEmpty: false }
        );

    // What is said again changes nothing and costs no call, unless it is known that Slack has something else.
    private async Task AgainAsync(List<(Person Person, Document? Shown)> people)
    {
        foreach (var (person, shown) in people)
        {
            if (
                shown is null
                || person.Source is not { } source
                || LinkOf(person.Id) is not { State: LinkState.Settled } link
                || IsKnownToDiffer(link)
                || person.IsLeftOut
            )
                continue;
            var before = await teller.AskAsync(source, "GET", $"Users/{person.Id}");
            World.Slack.Calls.Clear();
            var body = JsonNode.Parse(before!.Body)!.AsObject();
            body.Remove("meta");
            var reply = await teller.AskAsync(source, "PUT", $"Users/{person.Id}", body.ToJsonString());
            await Idle.ReachedAsync();
            Same(reply, before, $"PUT of what GET shows, {shown}");
        }
        foreach (var team in Model.Teams.Values.Where(team => !team.Deleted.Is && !team.IsLeftOut))
        {
            if (
                LinkOf(team.Id) is not { State: LinkState.Settled, SlackId: { } id }
                || Model.TouchedGroups.Contains(id)
                || Model.TouchedMembers.Any(touched => touched.Group == id)
                || Model.Accounts.Values.Any(account => account.IsGone) // whom an import has seen to be in no group
            )
                continue;
            // Whom Slack did not take is tried again by a write.
            if (
                World.Read(session =>
                    session.Any(
                        "select 1 from members where lower(group_id) = @group and blocked is not null and blocked <> @nested and gone = @no",
                        ("@group", team.Id),
                        ("@nested", nameof(ReasonCode.NestedGroup)),
                        ("@no", false)
                    )
                )
            )
                continue;
            var before = await teller.AskAsync(team.Source, "GET", $"Groups/{team.Id}");
            if (before is not { Status: 200 })
                continue;
            World.Slack.Calls.Clear();
            var body = JsonNode.Parse(before.Body)!.AsObject();
            body.Remove("meta");
            body["members"] ??= new JsonArray();
            var reply = await teller.AskAsync(team.Source, "PUT", $"Groups/{team.Id}", body.ToJsonString());
            await Idle.ReachedAsync();
            Same(reply, before, $"PUT of what GET shows, group {string.Join(" or ", team.Names)}");
        }
    }

    private void Same(Reply? reply, Reply before, string what)
    {
        if (reply is not { Status: 200 })
            throw new WrongException(
                "again-refused",
                $"{reply?.Status} to a {what}: {Encoding.UTF8.GetString(reply?.Body ?? [])}"
            );
        if (World.Slack.Calls.Total > 0)
            throw new WrongException(
                "again-costs",
                $"a {what} costs {string.Join(", ", World.Slack.Calls.ByOperation)}"
            );
        if ((string?)reply.Headers.ETag != (string?)before.Headers.ETag)
            throw new WrongException(
                "again-makes",
                $"a {what} makes another version: {before.Headers.ETag} before, {reply.Headers.ETag} now"
            );
    }
}
