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
internal sealed record WriteCase(string Name, string When, string Then)
{
    private static readonly DateTimeOffset _at = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <summary>What is said of Ada.</summary>
    public string Ada { get; init; } = "";

    /// <summary>What others have.</summary>
    public string Others { get; init; } = "";

    /// <summary>What the tenant chose otherwise than by default.</summary>
    public string? Chosen { get; init; }

    /// <summary>The one rule; null if there is none.</summary>
    public string? Rule { get; init; }

    /// <summary>What the guard has counted, or what else is known of the tenant.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The part of the page that it is in.</summary>
    public string Section { get; init; } = "";

    /// <summary>Reads the rows of a section.</summary>
    public static IEnumerable<WriteCase> Read(JsonObject section) =>
        section["rows"]!
            .AsArray()
            .Select(row => new WriteCase((string)row!["name"]!, (string)row["when"]!, (string)row["then"]!)
            {
                Ada = (string?)row["ada"] ?? "",
                Others = (string?)row["others"] ?? "",
                Chosen = row["preferences"]?.ToJsonString(),
                Rule = (string?)row["rule"],
                Tenant = (string?)row["tenant"] ?? "",
                Section = (string)section["section"]!,
            });

    /// <summary>What it comes to, in the words of the table.</summary>
    public string Decided()
    {
        var allowed = Preferences.FromJson(Chosen ?? "{}");
        var asked = new Asked(
            Caller.Itself(Party.Tenant, allowed, Party.Source),
            When,
            Reading.Rfc(),
            _at,
            _at + TimeSpan.FromSeconds(8)
        );
        var late = Is(Tenant, "Slack is late")
            ? ScimException.Later(System.Net.HttpStatusCode.TooManyRequests, "late", TimeSpan.FromSeconds(5))
            : null;
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

    private static bool Is(string traits, string what) => traits.Split(", ").Contains(what);

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
                    .Take(Is(Tenant, "three names are read") ? 3 : 1)
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
            Owners = new KeyOwners(keys, owners, Is(Tenant, "in a shadow run") ? Standing.Shadow : Standing.Live),
            IsStill = Is(Tenant, "sends nothing"),
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
        if (Is(Tenant, "nothing is counted yet"))
            return [];
        GuardNumbers? Of(string what) =>
            Is(Tenant, "the guard rests") ? null
            : Tenant.Split(", ").FirstOrDefault(word => word.EndsWith($" {what} in the hour", StringComparison.Ordinal))
                is { } said
                ? new GuardNumbers(
                    int.Parse(said.Split(' ')[0], CultureInfo.InvariantCulture),
                    Is(Tenant, "among 5000") ? 5_000 : 100
                )
            : new GuardNumbers(0, 100);
        return parties.ToDictionary(party => party.Link.Id, _ => (Of("accounts"), Of("addresses")));
    }

    private static string Words(WriteOutcome outcome, UserSituation there) =>
        outcome switch
        {
            WriteOutcome.Refused(var refusal) => Refused(refusal),
            WriteOutcome.Nothing => "nothing to do",
            WriteOutcome.GivesBack => "the account goes back, then again",
            WriteOutcome.Again again => again.Names ? "again, with more names" : "again, with the guard's numbers",
            WriteOutcome.Written written => WriteWords.Of(written, there),
            _ => outcome.ToString(),
        };

    private static string Refused(Refusal refusal) =>
        $"refused {(int)refusal.Why.Status}"
        + (refusal.Awaited is { } link ? $", {Party.Name(link)} goes first" : "")
        + (
            refusal.Undecided is var (asked, why, other)
                ? $", an operator decides on {Party.Name(asked)}{(other is { } second ? $" and {Party.Name(second)}" : "")} ({why.Code})"
                : ""
        );
}
