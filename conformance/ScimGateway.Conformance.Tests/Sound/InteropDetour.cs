using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>
/// What makes a server of the RFCs one of the SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01) and of
/// OpenID's IPSIE AL SCIM 2.0 Profile (draft 00): it refuses what these do not allow, and announces what they want.
/// </summary>
internal static partial class InteropDetour
{
    /// <summary>The most users or groups of one page: a hundred have to be possible.</summary>
    public const int PageSize = 110;

    private static readonly string[] _kinds = ["work", "home", "other"];

    /// <summary>The answer of such a server.</summary>
    public static Answer Answered(Ask ask, SoundScim scim)
    {
        if (ask is { Method: "GET", Path: "/.well-known/oauth-authorization-server/scim/v2" })
            return new Answer(
                200,
                new JsonObject { ["issuer"] = scim.Base, ["token_endpoint"] = $"{scim.Base}/oauth/token" }
            );
        if (ask.Method == "GET" && ask.Path.Split('/')[0] is "ServiceProviderConfig" or "Schemas")
        {
            var answer = scim.AsRfcsHaveIt(ask);
            foreach (var shown in answer.IsFine ? answer.Shown : [])
                Announce(shown);
            return answer;
        }
        var path = ask.Path.Split('/');
        if (Known.Types.FirstOrDefault(type => type.Endpoint == path[0]) is not { } kind)
            return scim.AsRfcsHaveIt(ask);
        if (ask.Filter is { } filter)
            RequireFilterable(kind, filter);
        if (ask.Body is not JsonObject body || path[^1] == ".search")
            return scim.AsRfcsHaveIt(ask);
        if (ask.Method is "POST" or "PUT")
        {
            RequireDefined(kind, body);
            RequireFree(kind, body.Any("displayName"), ask, scim);
        }
        else if (ask.Method == "PATCH" && body.Any("Operations") is JsonArray operations)
            ask = ask.With(
                new JsonObject
                {
                    ["Operations"] = new JsonArray([
                        .. operations.SelectMany(operation => Whole(kind, operation, ask, scim)),
                    ]),
                }
            );
        return scim.AsRfcsHaveIt(ask);
    }

    private static void Announce(JsonObject shown)
    {
        if (shown.ContainsKey("patch"))
        {
            shown["interopProfileConformant"] = true;
            shown["filter"]!["maxResults"] = PageSize;
            (shown["pagination"]!["defaultPageSize"], shown["pagination"]!["maxPageSize"]) = (PageSize, PageSize);
        }
        if (shown["attributes"] is not JsonArray attributes)
            return;
        attributes.RemoveAll(one => one!["name"].Text() == "password");
        foreach (var attribute in attributes.OfType<JsonObject>().Where(one => one["multiValued"].Flag()))
        foreach (var sub in attribute.Values("subAttributes").Where(sub => sub["name"].Text() == "type"))
            sub["canonicalValues"] = new JsonArray([
                .. attribute["name"].Text() switch
                {
                    "groups" => ["direct", "indirect"],
                    "members" => ["User", "Group"],
                    _ => _kinds,
                },
            ]);
    }

    // §5.3: a whole resource has nothing that no schema has.
    private static void RequireDefined(ResourceType kind, JsonObject body)
    {
        foreach (var (name, value) in body)
            if (name.Equals("schemas", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var schema in value as JsonArray ?? [])
                    if (kind.Extensions.Prepend(kind.Core).All(one => one.Id != schema.Text()))
                        throw Refusal.Syntax($"There is no schema {schema}.");
            }
            else if (kind.Extensions.FirstOrDefault(one => one.Id == name) is { } extension)
                foreach (var (within, inner) in value as JsonObject ?? [])
                    Require(extension.Attributes.Named(within), within, inner);
            else
                Require(kind.Core.Attributes.Concat(Known.Common).Named(name), name, value);
    }

    private static void Require(Definition? definition, string name, JsonNode? value)
    {
        if (definition is null or { Name: "password" })
            throw Refusal.Syntax($"There is no {name}.");
        foreach (var sub in Documents.Objects(value).SelectMany(one => one).Where(_ => definition.Sub.Length > 0))
            if (definition.SubOf(sub.Key) is null)
                throw Refusal.Syntax($"There is no {name}.{sub.Key}.");
    }

    // §6.3: nor does a filter; what is within brackets goes by what stands before them.
    private static void RequireFilterable(ResourceType kind, string filter)
    {
        foreach (Match name in Compared().Matches(Aside().Replace(filter, "")))
            if (Name.Of(kind, name.Groups["name"].Value) is null)
                throw Refusal.Filter($"There is no {name.Groups["name"].Value}.");
    }

    // §6.5.1.1 and §6.5.2.1: an operation has a path, and a replace of a complex value puts the whole of it.
    private static IEnumerable<JsonNode?> Whole(ResourceType kind, JsonNode? node, Ask ask, SoundScim scim)
    {
        if (node?.DeepClone() is not JsonObject operation)
            return [node?.DeepClone()];
        if (operation.Any("path").Text() is not { } path)
            throw Refusal.Syntax("An operation has a path.");
        if (Name.Of(kind, Brackets().Replace(path, "")) is not { Attribute.Name: not "password" } name)
            throw Refusal.Syntax($"There is no {path}.");
        if (name is { Attribute.Name: "displayName" })
            RequireFree(kind, operation.Any("value"), ask, scim);
        return
            name is { Attribute: { Type: "complex", Many: false }, Sub: null }
            && operation.Any("op").Text() == "replace"
            && operation.Any("value") is JsonObject
            ? [new JsonObject { ["op"] = "remove", ["path"] = path }, operation]
            : [operation];
    }

    // IPSIE §6.2.1: a group's name is there once.
    private static void RequireFree(ResourceType kind, JsonNode? name, Ask ask, SoundScim scim)
    {
        if (
            kind.Name == "Group"
            && name.Text() is { } text
            && scim.Resources.Any(one =>
                one.Type == kind
                && Texts.Folded(one.Written["displayName"].Text()!) == Texts.Folded(text)
                && !ask.Path.EndsWith($"/{one.Id}", StringComparison.Ordinal)
            )
        )
            throw new Refusal(409, "uniqueness", $"There is a group {text} already.");
    }

    [GeneratedRegex("""\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[()]""")]
    private static partial Regex Aside();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"(?<name>[A-Za-z][\w:.$-]*)\s+(eq|ne|co|sw|ew|gt|ge|lt|le|pr)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Compared();
}
