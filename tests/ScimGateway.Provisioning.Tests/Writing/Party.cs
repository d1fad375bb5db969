using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>A user or an account of a row of tests/vectors/writes.json, with its link.</summary>
internal sealed partial record Party(Resource Resource, Link Link, IReadOnlyList<string> Traits)
{
    /// <summary>The source that asks.</summary>
    public const int Source = 1;

    private static readonly Instant _long = new(1_700_000_000_000);

    private static readonly string[] _names =
    [
        "nobody",
        "Ada's account",
        "Grace",
        "an account",
        "another account",
        "a deleted user",
    ];

    /// <summary>Whose they all are.</summary>
    public static TenantId Tenant => new(1);

    /// <summary>Whose key it is, and what an operator has said.</summary>
    public KeyOwner Owner =>
        new(Link, Resource)
        {
            Meant =
                Is("meant") ? Link.Id
                : Is("the other is meant") ? new LinkId(4)
                : Is("a third is meant") ? new LinkId(9)
                : null,
        };

    /// <summary>What a link is called in a row.</summary>
    public static string Name(LinkId link) => _names[link.Value];

    /// <summary>Whether something is said of it.</summary>
    public bool Is(string trait) => Traits.Contains(trait);

    /// <summary>The keys that its link has.</summary>
    public IEnumerable<(KeyKind, string)> Keys(Identity wanted, IReadOnlyList<string> addresses, Identifier chosen)
    {
        if (Link.Id == new LinkId(1))
        {
            if (!Is("waits for the address"))
                yield return (KeyKind.Address, Fold.Key("ada@corp.example"));
            if (Link.UserName is { } own)
                yield return (KeyKind.SlackUserName, Fold.Key(own));
            yield break;
        }
        if (Is("address"))
            yield return (KeyKind.Address, Fold.Key(addresses[0]));
        if (Is("second address"))
            yield return (KeyKind.Address, Fold.Key(addresses[^1]));
        if (Is("name"))
            yield return (KeyKind.SlackUserName, Fold.Key(wanted.KeyName(chosen)));
        if (Is("the next name"))
            yield return (KeyKind.SlackUserName, Fold.Key(UserNames.Derived(wanted.UserName!).ElementAt(1)));
    }

    /// <summary>Ada, with an account that Slack has as she is wanted, but for what the row says.</summary>
    public static Party Ada(string said)
    {
        var traits = said.Split(", ");
        bool Is(string trait) => traits.Contains(trait);
        var isClaim = Is("unclaimed");
        var isActive = Is("told active") || !(Is("inactive") || Is("told inactive"));
        var document = Document(
            Is("inactive") ? "POST active=false"
            : Is("without address") ? "POST address="
            : "POST"
        );
        var told = SlackProfile
            .Empty.With(isActive)
            .With(SlackField.PrimaryEmail, Is("told another address") ? "old@corp.example" : "ada@corp.example")
            .With(SlackField.SecondaryEmail, null)
            .With(SlackField.Title, "Analyst")
            .With(SlackField.UserName, "ada.lovelace");
        var seen = told;
        if (Is("let in by hand"))
            seen = seen.With(active: true);
        if (Is("put out by hand"))
            seen = seen.With(active: false);
        if (Is("titled otherwise by hand"))
            seen = seen.With(SlackField.Title, "Boss");
        var link =
            isClaim ? Link.Found(Tenant, Kind.User, "U1", told, true, _long)
            : Is("without account") || Is("being made") || Is("may be made")
                ? Link.New(Tenant, Kind.User).Name(Is("without name") ? null : "ada.lovelace")
            : Link.New(Tenant, Kind.User).Name(Is("imported") ? null : "ada.lovelace").Deliver("U1", told, told, _long);
        link = (link with { Id = new LinkId(1), Imported = isClaim || Is("imported") })
            .ClaimBy(Id(1))
            .Reach(isActive, _long);
        if (seen != told)
            link = link.See(seen, _long, isEcho: false);
        link = Stand(link, traits);
        var resource = isClaim
            ? Resource
                .New(Tenant, Kind.User, Id(1), _long)
                .ShowUnclaimed(document, ScimJson.ToUtf8(document.Json), false, Is("unlinked"), _long)
            : Resource
                .New(Tenant, Kind.User, Id(1), _long)
                .Revise(Revision.Made(document), Source, WaivedBy(traits), null, _long);
        return new Party(resource.LinkTo(link.Id), link, traits);
    }

    /// <summary>Somebody else: <c>who: what is said of them</c>.</summary>
    /// <param name="said">The words.</param>
    /// <param name="wanted">Who Ada is to be, by which an account is hers.</param>
    public static Party Other(string said, Identity wanted)
    {
        var (address, key) = (wanted.Address ?? "ada@corp.example", wanted.UserName ?? "ada.lovelace");
        var (who, traits) = (said.Split(": ")[0], said.Split(": ")[1].Split(", "));
        bool Is(string trait) => traits.Contains(trait);
        var number = Array.IndexOf(_names, who);
        if (number < 2)
            throw new InvalidOperationException($"Nobody is called {who}.");
        var isDeleted = who == "a deleted user";
        var name = isDeleted && Is("another userName") ? "grace.hopper" : key;
        var isActive = isDeleted ? Is("leaving") || Is("active still") : !Is("inactive");
        var document = Document(
            $"POST userName={name}"
                + $" address={((Is("address") && !Is("another address wanted")) || Is("another address in Slack") ? address : "other@corp.example")}"
                + (Is("inactive") && !isDeleted ? " active=false" : "")
                + (
                    Is("without externalId") ? " externalId="
                    : Is("another externalId") ? " externalId=2"
                    : ""
                )
                + (Is("had a locale") ? " locale=en-GB" : "")
        );
        var seen = SlackProfile
            .Empty.With(isActive)
            .With(SlackField.PrimaryEmail, Is("address") ? address : "other@corp.example")
            .With(SlackField.SecondaryEmail, Is("second address") ? address : null)
            .With(SlackField.Title, "Analyst")
            .With(SlackField.UserName, Is("name") ? key : "other")
            .With(SlackField.GuestType, Is("guest") ? "guest" : null);
        var link =
            Is("without account") ? Link.New(Tenant, Kind.User).Name("ada.lovelace")
            : (who is "an account" or "another account")
                ? Link.Found(Tenant, Kind.User, $"U{number}", seen, isActive, _long)
            : Link.New(Tenant, Kind.User)
                .Name(Is("name") ? "ada.lovelace" : "other")
                .Deliver($"U{number}", seen, seen, _long)
                .Reach(isActive, _long);
        link = Stand((link with { Id = new LinkId(number) }).ClaimBy(Id(number)).Want(absent: isDeleted), traits);
        var resource = Resource.New(Tenant, Kind.User, Id(number), _long);
        resource = link.Imported
            ? resource.ShowUnclaimed(document, ScimJson.ToUtf8(document.Json), false, Is("unlinked"), _long)
            : resource.Revise(
                Revision.Made(document),
                Is("another source's") ? 2 : Source,
                Waived.Nothing,
                null,
                _long
            );
        if (isDeleted)
            resource = resource.Bury(resource.SourceId!.Value, staysIn: false, _long);
        return new Party(resource.LinkTo(link.Id), link, traits);
    }

    /// <summary>Ada's document but for what a request says: <c>title=Engineer</c>; nothing behind the sign leaves it out.</summary>
    public static ScimResource Document(string request)
    {
        var json = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"),
            ["userName"] = "ada.lovelace",
            ["externalId"] = "1",
            ["title"] = "Analyst",
            ["active"] = true,
            ["emails"] = Emails("ada@corp.example"),
        };
        foreach (var (name, value) in Said(request))
            if (value.Length == 0)
                json.Remove(name == "address" ? "emails" : name);
            else
                json[name == "address" ? "emails" : name] = Value(name, value);
        return new ScimResource(GatewayTypes.User, ScimJson.ReadObject(ScimJson.ToUtf8(json), ReadLimits.User));
    }

    /// <summary>A PATCH of what a request says.</summary>
    public static JsonObject Patch(string request) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray([
                .. Said(request)
                    .Select(said =>
                    {
                        var path = said.Name == "address" ? "emails" : said.Name;
                        return said.Value.Length == 0
                            ? new JsonObject { ["op"] = "remove", ["path"] = path }
                            : new JsonObject
                            {
                                ["op"] = "replace",
                                ["path"] = path,
                                ["value"] = Value(said.Name, said.Value),
                            };
                    }),
            ]),
        };

    private static ResourceId Id(int number) => new(Guid.Parse($"00000000-0000-0000-0000-00000000000{number}"));

    private static IEnumerable<(string Name, string Value)> Said(string request) =>
        Word().Matches(request).Select(word => (word.Groups["name"].Value, word.Groups["value"].Value));

    private static JsonNode? Value(string name, string value) =>
        name switch
        {
            "address" => Emails(value.Split('+')),
            "active" => value == "true",
            _ => value,
        };

    private static JsonArray Emails(params string[] addresses) =>
        [
            .. addresses.Select(
                (address, at) =>
                    new JsonObject
                    {
                        ["value"] = address,
                        ["type"] = at == 0 ? "work" : "other",
                        ["primary"] = at == 0,
                    }
            ),
        ];

    /// <summary>How it stands with a link's last wish.</summary>
    public static Link Stand(Link link, IReadOnlyList<string> traits)
    {
        bool Is(string trait) => traits.Contains(trait);
        Link Wished(Reason? held = null) =>
            link.Wish(new Wish(default, FieldSet.Nothing, SlackPriority.Update, _long, _long, held));
        Link Ended(LinkEvent how, Reason? why = null) =>
            Wished() is var wished ? wished.End(wished.WantedVersion, new LinkOutcome(how, why), _long) : link;
        link =
            Is("pending") || Is("being made") || Is("may be made") || Is("leaving") ? Wished()
            : Is("failed") ? Ended(LinkEvent.Failed, ReasonCode.SlackRefused)
            : Is("blocked") ? Ended(LinkEvent.Blocked, ReasonCode.AddressTaken)
            : Is("broken") ? Ended(LinkEvent.Lost, ReasonCode.SlackRefused)
            : Is("unknown") ? link.Touch(_long, _long)
            : traits.FirstOrDefault(trait => trait.StartsWith("held ", StringComparison.Ordinal)) is { } held
                ? Wished(Enum.Parse<ReasonCode>(held["held ".Length..]))
            : link;
        if (Is("may be made"))
            link = link.AskBeforeCreating();
        return Is("protected") ? link.Protect(ReasonCode.ByHand)
            : Is("an owner") ? link.Protect(ReasonCode.SlackRefused)
            : Is("the token's owner") ? link.Protect(ReasonCode.TokenOwner)
            : link;
    }

    /// <summary>What is left out of plans.</summary>
    public static Waived WaivedBy(IReadOnlyList<string> traits)
    {
        var waived = new Waived(
            PathSet.Parse(
                string.Join(
                    '\n',
                    traits
                        .Where(trait => trait.EndsWith(" left out", StringComparison.Ordinal))
                        .Select(trait => trait[..^" left out".Length])
                )
            )
        );
        return waived with
        {
            Account = traits.Contains("not let in") || traits.Contains("told apart") || traits.Contains("unlinked"),
            Scope = traits.Contains("out of scope") || traits.Contains("frozen"),
            Frozen = traits.Contains("frozen"),
            Dismissed = traits.Contains("dismissed") || traits.Contains("told apart"),
            AddressDismissed = traits.Contains("address dismissed"),
            EndDismissed = traits.Contains("end dismissed"),
            AddressGuarded = traits.Contains("address guarded"),
            AnotherPerson = traits.Contains("told apart"),
            Unlinked = traits.Contains("unlinked"),
        };
    }

    [GeneratedRegex(@" (?<name>\w+)=(?<value>\S*)")]
    private static partial Regex Word();
}
