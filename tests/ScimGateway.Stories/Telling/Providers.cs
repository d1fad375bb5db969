using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;

namespace ScimGateway.Stories.Telling;

/// <summary>What providers ask for, step by step, and what the model is told with the answer.</summary>
internal sealed class Providers(Teller teller)
{
    private Model Model => teller.Model;

    /// <summary>The request of a step; null for one that is none, or about somebody whom the provider does not find.</summary>
    public async Task<Asked?> AskedAsync(Step step)
    {
        if (step is not Step.Bulk bulk)
            return RequestOf(step, await FindAsync(step), new Meant(Model));
        // All are looked for before anything is said of anybody.
        var found = new List<(Step Step, Found Whom)>();
        foreach (var one in bulk.Steps.Select(one => From(one, bulk.Source)))
            if (await FindAsync(one) is var whom && whom != default || one is Step.Post or Step.PostGroup)
                found.Add((one, whom));
        var meant = new Meant(Model, isBulk: true);
        for (var at = 0; at < found.Count; at++)
            if (found[at].Step is Step.Post post)
                meant.IsPosted(post.Who, Asked.BulkId(at), post.Said.Manager is { } who ? [who] : []);
            else if (found[at].Step is Step.PostGroup group)
                meant.IsPosted(Meant.Groups + group.Which, Asked.BulkId(at), group.Members);
        var all = new List<(string BulkId, Asked Asked)>();
        for (var at = 0; at < found.Count; at++)
            if (RequestOf(found[at].Step, found[at].Whom, meant) is { } asked)
                all.Add((Asked.BulkId(at), asked));
        return all.Count == 0 ? null : Asked.InBulk(bulk.Source, bulk.FailOnErrors, all, meant);
    }

    // Whom a step is about; nobody for who is to be made.
    private record struct Found(Person? Person, Team? Team);

    private static Step From(Step step, int source) =>
        step switch
        {
            Step.Post one => one with { Source = source },
            Step.Put one => one with { Source = source },
            Step.Patch one => one with { Source = source },
            Step.Delete one => one with { Source = source },
            Step.PostGroup one => one with { Source = source },
            Step.PutGroup one => one with { Source = source },
            Step.PatchGroup one => one with { Source = source },
            Step.DeleteGroup one => one with { Source = source },
            _ => step,
        };

    private async Task<Found> FindAsync(Step step) =>
        step switch
        {
            Step.Put one => new(await FindAsync(one.Source, one.Who), null),
            Step.Patch one => new(await FindAsync(one.Source, one.Who), null),
            Step.Delete one => new(await FindAsync(one.Source, one.Who), null),
            Step.PutGroup one => new(null, await FindTeamAsync(one.Source, one.Which)),
            Step.PatchGroup one => new(null, await FindTeamAsync(one.Source, one.Which)),
            Step.DeleteGroup one => new(null, await FindTeamAsync(one.Source, one.Which)),
            _ => default,
        };

    private Asked? RequestOf(Step step, Found found, Meant meant) =>
        (step, found) switch
        {
            (Step.Post one, _) => Post(one, meant),
            (Step.Put one, { Person: { } person }) => Put(person, one, meant),
            (Step.Patch one, { Person: { } person }) => Patch(person, one, meant),
            (Step.Delete one, { Person: { } person }) => Change(
                person,
                one.Source,
                "DELETE",
                null,
                meant,
                [],
                _ => null
            ),
            (Step.PostGroup one, _) => PostGroup(one, meant),
            (Step.PutGroup one, { Team: { } team }) => PutGroup(team, one, meant),
            (Step.PatchGroup one, { Team: { } team }) => PatchGroup(team, one, meant),
            (Step.DeleteGroup one, { Team: { } team }) => DeleteGroup(team, one),
            _ => null,
        };

    // Users

    private string? Unsaid(Person? person) =>
        person is { WasPosted: true } or null
        && Model.Accounts.Values.All(one => !one.ByHand)
        && Model.People.Values.All(one => !one.MayLeave)
            ? null
            : Document.Anything;

    private Asked Post(Step.Post post, Meant meant)
    {
        var manager = meant.Manager(post.Said.Manager);
        var asked = Document.Put(null, post.Said, manager.Believed(), Unsaid(null));
        var (left, now, allowed) = (MayLeaveOut(), Model.Step, teller.Preferences);
        var lost = (post.Who, post.Source, Asked: asked, now);
        Model.LostPosts.Add(lost);
        return new Asked(
            post.Source,
            "POST",
            "Users",
            Wire.User(post.Said, manager.Said),
            reply =>
            {
                Asked.Check(reply, "POST", Model);
                if (reply is null)
                    return; // it may have happened
                Model.LostPosts.Remove(lost);
                if (reply.Status != 201)
                    foreach (var seen in Model.People.Values.Where(one => one.MayBeRefused && one.Who == post.Who))
                        seen.Begin(_ => null, new Meant(Model), now).Fate = Fate.Lost;
                if (reply.Status == 201)
                {
                    var id = (string)JsonNode.Parse(reply.Body)!["id"]!;
                    asked = asked with { Manager = manager.Believed() ?? asked.Manager };
                    var person = Learn(id, post.Who, post.Source, asked, wasPosted: true, left, now);
                    if (post.Said.Active is not null)
                        person.Spoken["active"] = now;
                    if (!meant.IsBulk && !teller.IsOperated && teller.Preferences == allowed)
                        person.AtSlack = AtSlack.OfNew(asked, allowed);
                }
                else if (
                    reply.Status == 409
                    && !Model.HadWeather
                    && !manager.IsMissing
                    && !Model.MayBeTaken(asked, null)
                )
                    throw new WrongException(
                        "answer",
                        $"409 to a POST of {asked}, and nobody else has name or address"
                    );
            }
        );
    }

    /// <summary>A user that was not known.</summary>
    public Person Learn(string id, int who, int? source, Document document, bool wasPosted, bool isLeftOut, int step)
    {
        if (Model.People.TryGetValue(id, out var known))
        {
            // A POST that adopts what was shown keeps its id.
            known.Source ??= source;
            if (!known.WasPosted) // else it was seen before the answer came
                known.Begin(_ => document, new Meant(Model), step).Fate = Fate.Done;
            known.IsLeftOut |= isLeftOut;
            Model.Known[who] = id;
            return known;
        }
        var person = new Person(id, who, document)
        {
            Source = source,
            WasPosted = wasPosted,
            IsLeftOut = isLeftOut,
        };
        // What was asked before there was the rule may have been done before it.
        person.MayBeFrozen = step < Model.Step && Model.Rules.Count > 0;
        if (source is not null)
            person.Note(null, document, step);
        Model.People[id] = person;
        Model.Known[who] = id;
        return person;
    }

    private Asked Put(Person person, Step.Put put, Meant meant)
    {
        var manager = meant.Manager(put.Said.Manager);
        return Change(
            person,
            put.Source,
            "PUT",
            Wire.User(put.Said, manager.Said),
            meant,
            [
                .. put.Said.Active is null ? Array.Empty<string>() : ["active"],
                .. put.Said.Title is null ? Array.Empty<string>() : ["title"],
            ],
            before =>
                Document.Put(before, put.Said, manager.Believed(), Unsaid(person)) is var after
                && IsOthers(person, put.Source)
                    ? after with
                    {
                        Key = Document.Anything,
                    }
                    : after
        );
    }

    private Asked Patch(Person person, Step.Patch patch, Meant meant)
    {
        (string Path, string? Value)[] said = patch.Also is { } also
            ? [(patch.Path, patch.Value), (also, patch.And)]
            : [(patch.Path, patch.Value)];
        var changes = Array.ConvertAll(
            said,
            one =>
                one.Path == "manager"
                    ? (
                        one.Path,
                        Value: meant.Manager(
                            one.Value is null ? null : int.Parse(one.Value, CultureInfo.InvariantCulture)
                        )
                    )
                    : (one.Path, Value: new NamedValue(one.Value))
        );
        return Change(
            person,
            patch.Source,
            "PATCH",
            Wire.Patch(patch.Habit, changes.Select(change => (change.Path, change.Value.Said))),
            meant,
            [.. changes.Select(change => change.Path)],
            before => changes.Aggregate(before, (now, change) => now?.With(change.Path, change.Value.Believed()))
        );
    }

    private Asked Change(
        Person person,
        int source,
        string method,
        string? body,
        Meant meant,
        IReadOnlyCollection<string> spoken,
        Func<Document?, Document?> apply
    )
    {
        var (was, allowed, now) = (OneState(person, meant), teller.Preferences, Model.Step);
        var before = !person.IsOpen && person.Possible is [var certain] ? certain : null;
        var write = person.Begin(apply, meant, Model.Step);
        person.IsLeftOut |= MayLeaveOut();
        // Whoever claims an account that no rule admits has no part in it.
        person.MayBeFrozen |= (teller.IsOperated || person.Source is null) && Model.Rules.Count > 0;
        return new Asked(
            source,
            method,
            $"Users/{person.Id}",
            body,
            reply =>
            {
                Asked.Check(reply, method, Model);
                write.Fate =
                    reply is null ? Fate.Lost
                    : reply.Status is 200 or 204 ? Fate.Done
                    : reply.Status == 404 && method == "DELETE" && person.Possible.Contains(null) ? Fate.Done
                    : reply.Status == 403 && person.Source is { } owner && owner != source ? Fate.Denied
                    : Fate.Refused;
                if (write.Fate == Fate.Done)
                    person.Source ??= source;
                if (write.Fate == Fate.Lost)
                    person.Unheard.Add(now);
                if (write.Fate is Fate.Refused or Fate.Denied)
                    person.Unsay(write, now);
                if (reply is { Status: 200 or 204 })
                    Speak(person, method == "DELETE" ? ["active"] : spoken, before, apply(before), now);
                if (was is null || reply is null || teller.Preferences != allowed || teller.IsOperated)
                    person.AtSlack = null;
                else if (write.Fate == Fate.Done)
                    person.AtSlack = person.AtSlack?.After(was, apply(was), spoken, method == "PUT", allowed);
                else if (write.Fate != Fate.Denied && apply(was) is { Active: false })
                    person.AtSlack = null; // a deactivation leaves first
                // What nobody has claimed is hidden while somebody has its name.
                if (
                    reply is { Status: 404 }
                    && person is { Source: not null, MayBeRefused: false }
                    && !person.Possible.Contains(null)
                )
                    throw new WrongException("answer", $"404 to a {method} of user {person.Id}, who is not deleted");
            }
        );
    }

    private static void Speak(Person person, IEnumerable<string> spoken, Document? before, Document? after, int step)
    {
        foreach (var path in spoken)
            person.Spoken[path] = step;
        if (before is { Active: true } && after is not { Active: true })
            person.LetOut = step;
    }

    // What a user is, if that is certain, and Slack has an account of it.
    private Document? OneState(Person person, Meant meant) =>
        !meant.IsBulk
        && !teller.IsOperated
        && !person.IsOpen
        && person.Possible is [var state]
        && Model.Accounts.Values.Any(account => !account.IsGone && account.Linked.Contains(person.Id))
            ? state
            : null;

    // Whom another one brought, as far as is known; an externalId is shown to whoever said it.
    private static bool IsOthers(Person person, int source) => person.Source is { } owner && owner != source;

    // Whether what is written now may be left out by the tenant's own settings.
    private bool MayLeaveOut() =>
        teller.Preferences is { WhenNotAllowed: NotAllowed.Skip } now
        && !(now.CreateUsers && now.UpdateUsers && now.DisableUsers && now.DeprovisionUsers);

    // Whom a provider does not know, or knows to be deleted, it looks for by the user name.
    private async Task<Person?> FindAsync(int source, int who)
    {
        if (Model.Known.TryGetValue(who, out var id) && Model.People[id].Possible.Any(state => state is not null))
            return Model.People[id];
        var name = Generator.People[who].Name;
        return await LookUpAsync(source, who, $"userName eq \"{name}\"")
            ?? await LookUpAsync(source, who, $"emails.value eq \"{Generator.People[who].Address}\"");
    }

    private async Task<Person?> LookUpAsync(int source, int who, string filter)
    {
        var reply = await teller.AskAsync(source, "GET", $"Users?filter={Uri.EscapeDataString(filter)}");
        if (reply is not { Status: 200 })
            return null;
        if ((JsonNode.Parse(reply.Body)!["Resources"] as JsonArray)?.FirstOrDefault() is not JsonObject shown)
            return null;
        var id = (string)shown["id"]!;
        if (Model.People.TryGetValue(id, out var known))
            return known;
        var document = Document.Of(shown);
        var lost = Model.LostPosts.FindIndex(post => (post.Asked with { Key = Document.Anything }).Fits(document));
        if (lost >= 0)
        {
            var post = Model.LostPosts[lost];
            var found = Learn(
                id,
                post.Who,
                post.Source,
                post.Asked with
                {
                    Key = Document.Anything,
                },
                wasPosted: true,
                MayLeaveOut(),
                post.Step
            );
            found.MayBeRefused = true;
            return found;
        }
        // What nobody has claimed shows what Slack has.
        return Learn(
            id,
            who,
            null,
            document with
            {
                Secondary = Document.Anything,
                Title = Document.Anything,
                Primary = Document.Anything,
                Manager = Document.Anything,
            },
            false,
            false,
            Model.Step
        );
    }

    // Groups

    private Asked PostGroup(Step.PostGroup post, Meant meant)
    {
        var members = meant.Of(post.Members);
        var lost = (post.Which, post.Source, post.Name, members);
        var left = teller.Preferences is { WhenNotAllowed: NotAllowed.Skip };
        Model.LostGroups.Add(lost);
        return new Asked(
            post.Source,
            "POST",
            "Groups",
            Wire.Group(post.Name, members.Said),
            reply =>
            {
                Check(reply, "POST", [members]);
                if (reply is null)
                    return;
                Model.LostGroups.Remove(lost);
                if (reply.Status == 201)
                    LearnTeam(
                        (string)JsonNode.Parse(reply.Body)!["id"]!,
                        post.Which,
                        post.Source,
                        post.Name,
                        members.Ids,
                        true,
                        left
                    );
            }
        );
    }

    /// <summary>A group that was not known.</summary>
    public Team LearnTeam(
        string id,
        int which,
        int source,
        string name,
        IReadOnlyList<string> members,
        bool isCertain,
        bool isLeftOut
    )
    {
        var isNew = !Model.Teams.TryGetValue(id, out var team);
        if (isNew)
            Model.Teams[id] = team = new Team(id, which, name) { Source = source };
        team!.Names.Clear();
        team.Names.Add(name);
        team.IsLeftOut |= isLeftOut || !isNew;
        team.Say(source, members.ToDictionary(member => member, _ => true), isCertain);
        Model.KnownTeams[which] = id;
        return team;
    }

    private Asked PutGroup(Team team, Step.PutGroup put, Meant meant)
    {
        var members = meant.Of(put.Members ?? []);
        return ChangeTeam(
            team,
            put.Source,
            "PUT",
            Wire.Group(put.Name, put.Members is null ? null : members.Said),
            put.Name,
            [(new GroupChange(GroupOp.Replace, []), members)],
            meant
        );
    }

    private Asked? PatchGroup(Team team, Step.PatchGroup patch, Meant meant)
    {
        var changes = patch
            .Changes.Select(change => (change, Members: meant.Of(change.Members)))
            .Where(one =>
                one.Members.Said.Count > 0
                || one.change.Op is not (GroupOp.Add or GroupOp.Remove or GroupOp.RemoveByValue)
            )
            .ToList();
        var name = changes.LastOrDefault(one => one.change.Name is not null).change?.Name;
        return changes.Count == 0
            ? null
            : ChangeTeam(team, patch.Source, "PATCH", Wire.Patch(changes), name, changes, meant);
    }

    private Asked ChangeTeam(
        Team team,
        int source,
        string method,
        string body,
        string? name,
        IReadOnlyList<(GroupChange Change, Named Members)> changes,
        Meant meant
    )
    {
        var before = team.SpokenOf(source);
        if (name is not null)
            team.Names.Add(name);
        team.IsLeftOut |= teller.Preferences is { WhenNotAllowed: NotAllowed.Skip };
        team.Say(source, LastWord.Of(before, changes), isCertain: false);
        team.Begin(meant);
        return new Asked(
            source,
            method,
            $"Groups/{team.Id}",
            body,
            reply =>
            {
                Check(reply, method, changes.Select(change => change.Members));
                var wasAlone = team.WasAlone(meant);
                if (reply is { Status: 200 or 204 })
                {
                    // What was asked meanwhile may have come before or after.
                    if (!wasAlone)
                        return;
                    if (name is not null)
                    {
                        team.Names.Clear();
                        team.Names.Add(name);
                    }
                    team.Say(source, LastWord.Of(before.Concat(meant.Made), changes), isCertain: true);
                }
                else if (reply is { Status: 404 } && !team.Deleted.MayBe)
                    throw new WrongException("answer", $"404 to a {method} of group {team.Id}, which is not deleted");
            }
        );
    }

    private Asked DeleteGroup(Team team, Step.DeleteGroup delete)
    {
        team.Deleted = (true, team.Deleted.Is);
        return new Asked(
            delete.Source,
            "DELETE",
            $"Groups/{team.Id}",
            null,
            reply =>
            {
                Asked.Check(reply, "DELETE", Model);
                if (reply is { Status: 204 })
                    team.Deleted = (true, true);
            }
        );
    }

    // Whoever names somebody of whom nothing came has nothing done (RFC 7644 §3.7.2).
    private void Check(Reply? reply, string method, IEnumerable<Named> members)
    {
        Asked.Check(reply, method, Model);
        if (reply is { Status: < 300 } && members.Any(named => named.IsMissing))
            throw new WrongException("bulk", $"{reply.Status} to a {method} that names a user whose POST failed");
    }

    private async Task<Team?> FindTeamAsync(int source, int which)
    {
        if (Model.KnownTeams.TryGetValue(which, out var id) && !Model.Teams[id].Deleted.Is)
            return Model.Teams[id];
        var reply = await teller.AskAsync(
            source,
            "GET",
            $"Groups?filter={Uri.EscapeDataString($"displayName eq \"{Generator.Groups[which]}\"")}"
        );
        if (
            reply is not { Status: 200 }
            || (JsonNode.Parse(reply.Body)!["Resources"] as JsonArray)?.FirstOrDefault() is not JsonObject shown
        )
            return null;
        id = (string)shown["id"]!;
        return Model.Teams.GetValueOrDefault(id)
            ?? LearnTeam(id, which, source, (string)shown["displayName"]!, [], false, true);
    }
}
