using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.Stories.Believing;

namespace ScimGateway.Stories.Telling;

/// <summary>What people do in Slack by hand, and the model is told of it.</summary>
internal sealed class Hands(Teller teller)
{
    private Model Model => teller.Model;

    private Workspace Workspace => teller.World.Slack.Workspace;

    /// <summary>Carries a step out; false if it is none of these.</summary>
    public bool Take(Step step)
    {
        switch (step)
        {
            case Step.MakeByHand make:
                Make(make);
                return true;
            case Step.ChangeByHand change:
                Change(change);
                return true;
            case Step.MakeGroupByHand make:
                MakeGroup(make);
                return true;
            case Step.ChangeGroupByHand change:
                ChangeGroup(change);
                return true;
            default:
                return false;
        }
    }

    private void MakeGroup(Step.MakeGroupByHand make)
    {
        var people = make.Members.Select(AccountOf).OfType<Account>().Select(account => account.Id).Distinct();
        Model.TouchedGroups.Add(
            Workspace.MakeGroup(
                new JsonObject
                {
                    ["displayName"] = make.Name,
                    ["members"] = new JsonArray([.. people.Select(id => (JsonNode)id)]),
                }
            )
        );
    }

    /// <summary>The account of a person, or else the last one that was made by hand.</summary>
    public Account? AccountOf(int who)
    {
        var all = Workspace.AccountsInOrder;
        var linked = Model.Known.TryGetValue(who, out var id)
            ? Model
                .Accounts.Values.Where(one => !one.IsGone && one.Linked.Contains(id))
                .Select(one => one.Id)
                .FirstOrDefault()
            : null;
        linked ??= Model
            .Accounts.Values.Where(one => one is { ByHand: true, IsGone: false })
            .Select(one => one.Id)
            .LastOrDefault();
        return linked is null ? null : all.FirstOrDefault(one => one.Id == linked);
    }

    private void Make(Step.MakeByHand make)
    {
        var emails = new JsonArray(make.Address);
        if (make.Second is { } second && Folded.Of(second) != Folded.Of(make.Address))
            emails.Add(second);
        // Slack keeps names and addresses to one account each, also for people.
        var all = Workspace.AccountsInOrder;
        if (all.Any(one => one.Profile.UserName == make.UserName || emails.Any(email => Has(one, (string)email!))))
            return;
        var id = Workspace.MakeUser(
            new JsonObject
            {
                ["userName"] = make.UserName,
                ["emails"] = emails,
                ["active"] = make.Active,
                ["rank"] = make.Rank,
            }
        );
        var seen = Model.Accounts[id] = new Seen(id) { ByHand = true };
        seen.Look(Workspace.FindUser(id)!);
    }

    private static bool Has(Account account, string address) =>
        account.Profile.PrimaryEmail.Equals(address, StringComparison.OrdinalIgnoreCase)
        || (account.Profile.SecondaryEmail?.Equals(address, StringComparison.OrdinalIgnoreCase) ?? false);

    private void Change(Step.ChangeByHand change)
    {
        if (AccountOf(change.Who) is not { } account || account.Rank == Rank.PrimaryOwner)
            return;
        var seen = Model.Accounts[account.Id];
        if (change.What == "active" && account.Profile.Active == (change.Value == "true"))
            return; // nobody sees it
        seen.Touched[change.What] = Model.Step;
        switch (change.What)
        {
            case "gone":
                Workspace.RemoveUser(account.Id);
                seen.IsGone = true;
                return;
            case "erased":
                Workspace.ChangeUser(account.Id, new JsonObject { ["erased"] = true, ["active"] = false });
                break;
            case "email" when Workspace.AccountsInOrder.Any(one => one != account && Has(one, change.Value!)):
                return;
            case "email":
                Workspace.ChangeUser(account.Id, new JsonObject { ["emails"] = new JsonArray(change.Value) });
                break;
            case "guest":
                Workspace.ChangeUser(
                    account.Id,
                    new JsonObject
                    {
                        ["guest"] = change.Value is null
                            ? null
                            : new JsonObject
                            {
                                ["type"] = "multi",
                                ["expiration"] = (teller.World.Clock.Now + TimeSpan.FromMinutes(1)).ToString(
                                    "yyyy-MM-dd'T'HH:mm:ss'Z'",
                                    CultureInfo.InvariantCulture
                                ),
                            },
                    }
                );
                break;
            case "active":
                Workspace.ChangeUser(account.Id, new JsonObject { ["active"] = change.Value == "true" });
                break;
            default:
                Workspace.ChangeUser(account.Id, new JsonObject { [change.What] = change.Value });
                break;
        }
        seen.Look(account);
    }

    private void ChangeGroup(Step.ChangeGroupByHand change)
    {
        var names = Model.KnownTeams.TryGetValue(change.Which, out var id)
            ? Model.Teams[id].Names.Select(Folded.Of).ToHashSet()
            : [Folded.Of(Generator.Groups[change.Which])];
        if (Workspace.GroupsInOrder.FirstOrDefault(one => names.Contains(Folded.Of(one.DisplayName))) is not { } group)
            return;
        if (change.What == "gone")
        {
            Model.TouchedGroups.Add(group.Id);
            Workspace.RemoveGroup(group.Id);
            return;
        }
        if (change.What == "name")
        {
            Model.TouchedGroups.Add(group.Id);
            if (
                Workspace.GroupsInOrder.All(one =>
                    one == group || Folded.Of(one.DisplayName) != Folded.Of(change.Value!)
                )
            )
                Workspace.ChangeGroup(group.Id, new JsonObject { ["displayName"] = change.Value });
            return;
        }
        if (AccountOf(change.Who) is not { } account)
            return;
        Model.TouchedMembers.Add((group.Id, account.Id));
        var members = group.Members.Where(member => member != account).Select(member => member.Id).ToList();
        if (change.What == "in" && account.Profile.Active)
            members.Add(account.Id);
        Workspace.ChangeGroup(
            group.Id,
            new JsonObject { ["members"] = new JsonArray([.. members.Select(member => (JsonNode)member)]) }
        );
    }
}
