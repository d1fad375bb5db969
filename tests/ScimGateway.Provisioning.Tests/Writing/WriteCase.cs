using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Writing;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>A row of tests/vectors/writes.json, whose words are explained there.</summary>
internal sealed record WriteCase(string Section, JsonObject Row) : WriteRow(Section, Row)
{
    /// <inheritdoc/>
    public override string Before =>
        Joined(Ada.Length == 0 ? "" : $"Ada: {Ada}", Others, Rule is null ? "" : $"rule 3: `{Rule}`", Tenant);

    private string Ada => Text("ada") ?? "";

    private string? Rule => Text("rule");

    /// <inheritdoc/>
    protected override string Decided(WriteRequest asked, Preferences allowed, ScimException? late)
    {
        var method = When.Split(' ')[0];
        if (method == "POST")
        {
            var user = Party.Document(When);
            user.Json["active"] ??= true;
            var situation = Situation(null, user, allowed);
            var id = new ResourceId(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));
            return Words(UserDecision.Create(situation, asked, user, id, late), situation);
        }
        var ada = Party.Ada(Ada);
        if (method == "DELETE")
        {
            var situation = Situation(ada, null, allowed);
            return Words(UserDecision.Delete(situation, asked, late), situation);
        }
        var before = ada.Resource.Read();
        var revision =
            method == "PUT"
                ? Revision.Replaced(before, ada.Resource.Asserted, Party.Document(When))
                : Patched(before, ada.Resource.Asserted, asked.Reading);
        var there = Situation(ada, revision.After, allowed);
        return Words(UserDecision.Change(there, asked, revision, late), there);
    }

    private Revision Patched(ScimResource before, PathSet asserted, Reading reading)
    {
        var patch = PatchRequest.Read(GatewayTypes.User, Party.Patch(When), reading);
        return Revision.Patched(before, asserted, patch, Patcher.Apply(before, patch, reading));
    }

    private UserSituation Situation(Party? ada, ScimResource? wanted, Preferences allowed)
    {
        var who = wanted is null ? default : Identity.Of(wanted);
        var others = Others
            .Split("; ", StringSplitOptions.RemoveEmptyEntries)
            .Select(other => Party.Other(other, who))
            .ToList();
        IReadOnlyList<string> addresses = wanted is null ? [] : UserAddresses.OfSlack(wanted);
        var keys = new Dictionary<(KeyKind Kind, string Value), LinkId?>();
        if (wanted is not null)
        {
            foreach (
                var key in addresses
                    .Select(address => (KeyKind.Address, address))
                    .Concat(who.Keys(allowed.UniqueUserIdentifier))
            )
                keys[(key.Item1, Fold.Key(key.Item2))] = null;
            foreach (
                var name in UserNames
                    .Derived(who.UserName!)
                    .Take(Is("three names are read") ? 3 : 1)
                    .Append(who.UserName!)
            )
                keys[(KeyKind.SlackUserName, Fold.Key(name))] = null;
        }
        var owners = others.ToDictionary(other => other.Link.Id, other => other.Owner);
        foreach (var other in others)
        foreach (var key in other.Keys(who, addresses, allowed.UniqueUserIdentifier))
            keys[key] = other.Link.Id;
        if (ada is not null)
        {
            owners[ada.Link.Id] = ada.Owner;
            foreach (var key in ada.Keys(default, [], allowed.UniqueUserIdentifier))
                keys.TryAdd(key, ada.Link.Id);
            foreach (var key in ada.Keys(default, [], allowed.UniqueUserIdentifier).Where(key => keys[key] is null))
                keys[key] = ada.Link.Id;
        }
        return new UserSituation(ada?.Resource, ada?.Link)
        {
            OtherSource = ada is not null && ada.Is("another source's") ? "Okta" : null,
            IsHeldForFormers = ada is not null && ada.Is("a deleted user had the account"),
            Namesake = others.Find(other => other.Is("userName"))?.Resource,
            Scope = Rule is null
                ? Scope.Everybody
                : Scope.Of([
                    new Rule
                    {
                        Id = 3,
                        Name = "staff",
                        Filter = Rule,
                    },
                ]),
            Wanted = who,
            Addresses = addresses,
            Owners = new KeyOwners(keys, owners, Is("in a shadow run") ? Standing.Shadow : Standing.Live),
            IsStill = Is("sends nothing"),
            MayBeSent = others
                .Append(ada)
                .OfType<Party>()
                .Where(party => party.Is("title may be sent"))
                .ToDictionary(party => party.Link.Id, _ => FieldSet.Of(SlackField.Title)),
            Counted = Counted(others.Append(ada).OfType<Party>()),
        };
    }

    private Dictionary<LinkId, (GuardNumbers?, GuardNumbers?)> Counted(IEnumerable<Party> parties)
    {
        if (Is("nothing is counted yet"))
            return [];
        GuardNumbers? Of(string what) =>
            Is("the guard rests") ? null
            : Tenant.Split(", ").FirstOrDefault(word => word.EndsWith($" {what} in the hour", StringComparison.Ordinal))
                is { } said
                ? new GuardNumbers(
                    int.Parse(said.Split(' ')[0], CultureInfo.InvariantCulture),
                    Is("among 5000") ? 5_000 : 100
                )
            : new GuardNumbers(0, 100);
        return parties.ToDictionary(party => party.Link.Id, _ => (Of("accounts"), Of("addresses")));
    }

    private static string Words(WriteOutcome outcome, UserSituation there) =>
        outcome switch
        {
            WriteOutcome.Refused(var refusal) => WriteWords.Of(refusal, Party.Name),
            WriteOutcome.Nothing { Notes.Count: > 0 } => "nothing to do, with a note",
            WriteOutcome.Nothing => "nothing to do",
            WriteOutcome.GivesBack => "the account goes back, then again",
            WriteOutcome.NeedsMore again => again.Names ? "again, with more names" : "again, with the guard's numbers",
            WriteOutcome.Written written => WriteWords.Of(written, there),
            _ => outcome.ToString(),
        };
}
