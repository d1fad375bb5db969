using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Tests.Writing;

/// <summary>A group of a row of tests/vectors/group-writes.json, with its link.</summary>
internal sealed partial record GroupParty(Resource Resource, Link Link, IReadOnlyList<string> Traits)
{
    private static readonly Instant _long = new(1_700_000_000_000);

    private static readonly string[] _names =
    [
        "nobody",
        "Crew",
        "another group",
        "an unclaimed group",
        "a deleted group",
    ];

    /// <summary>What a link is called in a row.</summary>
    public static string Name(LinkId link) => _names[link.Value];

    /// <summary>Whether something is said of it.</summary>
    public bool Is(string trait) => Traits.Contains(trait);

    /// <summary>Crew, which Slack has as it is wanted, but for what the row says.</summary>
    public static GroupParty Crew(string said)
    {
        var traits = said.Split(", ");
        var isUnclaimed = traits.Contains("unclaimed");
        var link = Stand(traits, 1, isFound: isUnclaimed);
        var resource = Resource.New(Party.Tenant, Kind.Group, Id(1), _long);
        var document = Document(isUnclaimed ? "POST externalId=" : "POST");
        resource = isUnclaimed
            ? Unclaimed(resource, document, traits)
            : resource.Revise(
                Revision.Made(document),
                traits.Contains("another source's") ? 2 : Party.Source,
                Party.WaivedBy(traits),
                rule: null,
                _long
            );
        return new GroupParty(resource.LinkTo(link.Id), link, traits);
    }

    /// <summary>Another one: <c>which: what is said of it</c>.</summary>
    public static GroupParty Other(string said)
    {
        var (which, traits) = (said.Split(": ")[0], said.Split(": ")[1].Split(", "));
        var number = Array.IndexOf(_names, which);
        if (number < 2)
            throw new InvalidOperationException($"No group is called {which}.");
        var isDeleted = which == "a deleted group";
        var isUnclaimed = which == "an unclaimed group";
        var link = Stand(traits, number, isUnclaimed);
        var staysIn = traits.Contains("kept in Slack");
        if (isDeleted)
            link = link.Want(absent: !staysIn);
        var resource = Resource.New(Party.Tenant, Kind.Group, Id(number), _long);
        resource = isUnclaimed
            ? Unclaimed(resource, Document("POST externalId="), traits)
            : resource.Revise(Revision.Made(Document("POST")), Party.Source, Waived.Nothing, rule: null, _long);
        if (isDeleted)
            resource = resource.Bury(Party.Source, staysIn, _long);
        return new GroupParty(resource.LinkTo(link.Id), link, traits);
    }

    /// <summary>Crew's document but for what a request says: <c>name=Sailors</c>; nothing behind the sign leaves it out.</summary>
    public static ScimResource Document(string request)
    {
        var json = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
            ["displayName"] = "Crew",
            ["externalId"] = "1",
        };
        foreach (var (path, value) in Said(request))
            if (value.Length == 0)
                json.Remove(path);
            else
                json[path] = value;
        return new ScimResource(GatewayTypes.Group, ScimJson.ReadObject(ScimJson.ToUtf8(json), ReadLimits.User));
    }

    /// <summary>A PATCH of what a request says of the document; null if it speaks of members alone.</summary>
    public static JsonObject? Patch(string request) =>
        Said(request).ToList() is { Count: > 0 } said
            ? new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
                ["Operations"] = new JsonArray([
                    .. said.Select(one => new JsonObject
                    {
                        ["op"] = "replace",
                        ["path"] = one.Path,
                        ["value"] = one.Value,
                    }),
                ]),
            }
            : null;

    private static IEnumerable<(string Path, string Value)> Said(string request) =>
        Word()
            .Matches(request)
            .Select(word =>
                (
                    word.Groups["name"].Value is var name && name == "name" ? "displayName" : name,
                    word.Groups["value"].Value
                )
            );

    private static Resource Unclaimed(Resource shown, ScimResource document, IReadOnlyList<string> traits) =>
        shown.ShowUnclaimed(document, ScimJson.ToUtf8(document.Json), false, traits.Contains("unlinked"), _long);

    private static Link Stand(IReadOnlyList<string> traits, int number, bool isFound)
    {
        var seen = SlackProfile.Nothing.With(SlackField.DisplayName, "Crew");
        var link =
            isFound ? Link.Found(Party.Tenant, Kind.Group, $"S{number}", seen, true, _long)
            : traits.Contains("without group") || traits.Contains("being made") ? Link.New(Party.Tenant, Kind.Group)
            : Link.New(Party.Tenant, Kind.Group).Deliver($"S{number}", seen, seen, _long);
        link = (link with { Id = new LinkId(number) }).ClaimBy(Id(number));
        if (traits.Contains("gone in Slack"))
            link = link.Vanish().ReadInVain(Reason.UnknownGroup, _long);
        if (traits.Contains("renamed by hand"))
            link = link.See(seen.With(SlackField.DisplayName, "Gang"), _long, isEcho: false);
        if (traits.Contains("one look shows other members"))
            link = link.Drift(since: null, isSuspected: true, "members");
        return Party.Stand(link, traits);
    }

    private static ResourceId Id(int number) => new(Guid.Parse($"00000000-0000-0000-0000-00000000000{number}"));

    [GeneratedRegex(@" (?<name>\w+)=(?<value>\S*)")]
    private static partial Regex Word();
}
