using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Stories.Believing;
using ScimGateway.Stories.Running;
using Rules = ScimGateway.Provisioning.Model.Tenants.Rule;

namespace ScimGateway.Stories.Telling;

/// <summary>What operators decide, and the model is told of it.</summary>
internal sealed class Operators(Teller teller)
{
    private Model Model => teller.Model;

    private World World => teller.World;

    /// <summary>Carries a step out, which may go on beside the next ones; false if it is none of these.</summary>
    public async Task<bool> TakeAsync(Step step, Watch watch)
    {
        switch (step)
        {
            case Step.Prefer prefer:
                await PreferAsync(prefer);
                return true;
            case Step.Rule rule:
                await RuleAsync(rule);
                return true;
            case Step.Decide decide:
                Decide(decide, watch);
                return true;
            case Step.Import:
                World.Home.Imports.TryBegin();
                return true;
            case Step.Sweep:
                await SweepAsync();
                return true;
            case Step.Resync:
                Model.Replanned = Model.Step;
                teller.GoesOn(World.Home.Resync.AllAsync());
                return true;
            case Step.Stop stop:
                Model.WasShut = true;
                var life = World.Home.Connection;
                teller.GoesOn(stop.Shadow ? life.BeginShadowAsync() : life.DisableAsync());
                return true;
            case Step.GoOn:
                await ChangeAsync(new TenantChange.GoOn(EndsShadow: true));
                watch.GoesOn();
                return true;
            default:
                return Single(step);
        }
    }

    /// <summary>Previews a change and confirms it.</summary>
    public async Task ChangeAsync(TenantChange change)
    {
        teller.GoesOn(RunAsync());
        await Idle.ReachedAsync();

        async Task RunAsync()
        {
            var changes = World.Home.Changes;
            var preview = await changes.PreviewAsync(change);
            await changes.ConfirmAsync(preview.Id);
        }
    }

    // What is decided of one person or group.
    private bool Single(Step step)
    {
        var links = World.Home.Links;
        switch (step)
        {
            case Step.Unlink unlink when LinkOf(unlink.Who) is { } link:
                Model.Unlinked.UnionWith(Account(link));
                teller.GoesOn(links.UnlinkAsync(link));
                return true;
            case Step.Claim claim when ResourceOf(claim.Who) is { } resource && Unclaimed(claim.Nth) is { } link:
                // Both the account that is claimed and the one that is left for it.
                List<string> claimed = [.. Account(link), .. LinkOf(claim.Who) is { } own ? Account(own) : []];
                Model.Unlinked.UnionWith(claimed);
                Model.Given.UnionWith(claimed);
                teller.GoesOn(links.ClaimAsync(link, resource));
                return true;
            case Step.Protect protect when LinkOf(protect.Who) is { } link:
                Model.Protected.UnionWith(Account(link));
                teller.GoesOn(links.ProtectAsync(link));
                return true;
            case Step.Unprotect unprotect when LinkOf(unprotect.Who) is { } link:
                teller.GoesOn(links.UnprotectAsync(link));
                return true;
            case Step.Erase erase when LinkOf(erase.Who) is { } link:
                Model.Protected.UnionWith(Account(link));
                teller.GoesOn(links.EraseAsync(link));
                return true;
            default:
                return step is Step.Unlink or Step.Claim or Step.Protect or Step.Unprotect or Step.Erase;
        }
    }

    private string? Known(int who) =>
        who < Meant.Groups
            ? Model.Known.GetValueOrDefault(who)
            : Model.KnownTeams.GetValueOrDefault(who - Meant.Groups);

    private ResourceId? ResourceOf(int who) => Known(who) is { } id ? ResourceId.Parse(id) : null;

    private LinkId? LinkOf(int who) =>
        Known(who) is { } id
            ? World.Read(session =>
                session.First<LinkId?>(
                    "select link_id from resources where lower(id) = @id and link_id is not null",
                    row => new LinkId(row.Long()),
                    ("@id", id)
                )
            )
            : null;

    // Of Slack's accounts that nobody claims, one.
    private LinkId? Unclaimed(int nth)
    {
        var all = World.Read(session =>
            session
                .All(
                    "select l.id from links l join resources r on r.id = l.claimant_id where r.source_id is null and l.kind = 0 and l.slack_id is not null order by l.id",
                    row => new LinkId(row.Long())
                )
                .ToList()
        );
        return all.Count == 0 ? null : all[nth % all.Count];
    }

    private List<string> Account(LinkId link) =>
        World.Read(session =>
            session
                .All(
                    "select slack_id from links where id = @link and slack_id is not null",
                    row => row.Text(),
                    ("@link", link)
                )
                .ToList()
        );

    private async Task RuleAsync(Step.Rule rule)
    {
        Model.Rules.Add(rule.Filter);
        Model.StayedAsTheyAre |= rule is { Filter: null, Everybody: false };
        // Whom it does not admit any longer stays in Slack, if the tenant does not want otherwise.
        foreach (var person in Model.People.Values)
            person.MayBeFrozen |= person.Possible.Any(state => Scoped.Admits(rule.Filter, state?.Title) is not true);
        await ChangeAsync(
            new TenantChange.OtherRules(
                rule.Filter is null ? [] : [new Rules { Name = "the rule", Filter = rule.Filter }],
                rule.Filter is not null ? null
                    : rule.Everybody ? LastRule.Everybody
                    : LastRule.AsTheyAre
            )
        );
    }

    private void Decide(Step.Decide decide, Watch watch)
    {
        Model.HadDecisions = true;
        var holds = World.Home.Holds;
        var listed = holds.List().Select(hold => hold.Id).Take(decide.All ? 100 : 1).ToList();
        Model.Decided = (Model.Decided.Released || decide.Release, Model.Decided.Dismissed || !decide.Release);
        watch.Decides();
        teller.GoesOn(decide.Release ? holds.ReleaseAsync(listed) : holds.DismissAsync(listed));
    }

    // Reads of Slack lag behind its writes, so what is other is certain only at the second look (docs/slack.md 9).
    private async Task SweepAsync()
    {
        var sets = Sets();
        var began = Model.Step;
        for (var looks = 0; looks < 2; looks++)
        {
            World.Home.Imports.TryBegin();
            await teller.PassAsync(TimeSpan.FromSeconds(70));
        }
        Model.Looked = began;
        if (sets && Sets())
            Model.SetBack = began;

        bool Sets() =>
            teller.Preferences.Drift == DriftHandling.Restore
            && !Model.HadWeather
            && !Model.WasShut
            && !Model.HasDied
            && !teller.IsWaiting;
    }

    private async Task PreferAsync(Step.Prefer prefer)
    {
        var next = JsonNode.Parse(teller.Preferences.ToJson())!.AsObject();
        next[prefer.Name] = JsonNode.Parse(prefer.Value);
        Model.Preferred.Add(prefer.Name);
        // What was left out is told then.
        if (prefer.Releases)
            foreach (var person in Model.People.Values)
                person.AtSlack = null;
        Preferences changed;
        try
        {
            changed = Preferences.FromJson(next.ToJsonString());
        }
        catch (PreferencesException)
        {
            return;
        }
        await ChangeAsync(new TenantChange.OtherPreferences(changed, prefer.Releases));
    }
}
