using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Host.Transcripts;

/// <summary>The users and groups that a request names by their ids: in its path, as members and managers, in filters.</summary>
internal static partial class References
{
    /// <summary>Their ids, with the endpoint of each, in the order in which they are named.</summary>
    public static IEnumerable<(string Id, string Endpoint)> Of(Exchange sent, JsonNode? asked)
    {
        var endpoint = sent.Endpoint;
        List<(string? Id, string Endpoint)> found = [(sent.Id, endpoint), .. InBody(asked)];
        if (sent.Filter is { } filter)
            found.AddRange(InFilter(filter, endpoint));
        return found.Where(one => Guid.TryParse(one.Id, out _)).Select(one => (one.Id!, one.Endpoint));
    }

    /// <summary>The same of the members that a group has.</summary>
    public static IEnumerable<(string Id, string Endpoint)> Of(JsonObject shown) =>
        Referred(Member(shown, "members"))
            .Where(one => Guid.TryParse(one.Id, out _))
            .Select(one => (one.Id!, one.Endpoint));

    /// <summary>The id of a member or a manager; null if it has none.</summary>
    public static string? ValueOf(JsonObject reference) => ScimJson.AsText(Member(reference, "value"));

    private static IEnumerable<(string? Id, string Endpoint)> InBody(JsonNode? json)
    {
        switch (json)
        {
            case JsonArray all:
                foreach (var one in all.SelectMany(InBody))
                    yield return one;
                break;
            case JsonObject its:
                var path = ScimJson.AsText(Member(its, "path"));
                foreach (var one in path is null ? [] : InFilter(path, Exchange.Users))
                    yield return one;
                foreach (var (key, value) in its)
                foreach (
                    var one in IsReference(path is not null && Is(key, "value") ? path : key)
                        ? Referred(value)
                        : InBody(value)
                )
                    yield return one;
                break;
        }
    }

    private static IEnumerable<(string? Id, string Endpoint)> Referred(JsonNode? value) =>
        value switch
        {
            JsonArray all => all.SelectMany(Referred),
            JsonObject its => [(ValueOf(its), IsGroup(its) ? Exchange.Groups : Exchange.Users)],
            _ => [(ScimJson.AsText(value), Exchange.Users)],
        };

    // Of a filter for "id" it is one of the endpoint; a member may be either, and is a user nearly always.
    private static IEnumerable<(string? Id, string Endpoint)> InFilter(string filter, string endpoint) =>
        Compared()
            .Matches(filter)
            .Select(one =>
                (
                    (string?)one.Groups["id"].Value,
                    one.Groups["attribute"].Value.Equals("id", StringComparison.OrdinalIgnoreCase)
                        ? endpoint
                        : Exchange.Users
                )
            );

    private static bool IsReference(string path) =>
        Disguised
            .LastOf(path.EndsWith(".value", StringComparison.OrdinalIgnoreCase) ? path[..^6] : path)
            .ToLowerInvariant()
            is "members"
                or "manager";

    private static bool IsGroup(JsonObject reference) =>
        ScimJson.AsText(Member(reference, "type")) is { } type && Is(type, "Group")
        || ScimJson.AsText(Member(reference, "$ref")) is { } place
            && place.Contains("/Groups/", StringComparison.Ordinal);

    /// <summary>A member of an object, in whichever case its name is; null if it is not there.</summary>
    public static JsonNode? Member(JsonObject its, string name) => its.FirstOrDefault(one => Is(one.Key, name)).Value;

    private static bool Is(string name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(
        @"(?<![\w.])(?<attribute>id|members(?:\.value)?|manager(?:\.value)?|(?<=members\[\s*)value)\s+eq\s+""(?<id>[^""]+)""",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Compared();
}
