using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>
/// Several users of ours and a filter that finds just them: the first of several that the server understands, so that what is
/// asked of lists does not rest on one operator.
/// </summary>
internal sealed partial class Crowd
{
    private readonly Server _server;

    // What stands around a name in a userName.
    private readonly string _before;
    private readonly string _behind;

    private Crowd(Server server, string mark)
    {
        (_server, Mark) = (server, mark);
        var around = server.UserName(mark).Split(mark);
        (_before, _behind) = (around[0], around[^1]);
    }

    /// <summary>How their names begin.</summary>
    public string Mark { get; }

    /// <summary>The name of one that is being made.</summary>
    public static string Name(JsonObject user, string ending) => $"{user.At("name.familyName")}-{ending}";

    /// <summary>The userName of the one whose name ends so.</summary>
    public string UserName(string ending) => $"{_before}{Mark}-{ending}{_behind}";

    /// <summary>How the name of one of them ends; null of somebody else.</summary>
    public string? Ending(JsonNode user) =>
        user.At("userName").AsText() is { } name
        && name.StartsWith($"{_before}{Mark}-", StringComparison.OrdinalIgnoreCase)
        && name.EndsWith(_behind, StringComparison.OrdinalIgnoreCase)
            ? name[(_before.Length + Mark.Length + 1)..^_behind.Length]
            : null;

    /// <summary>A filter on names as one on userNames.</summary>
    public string OfUserNames(string filter) =>
        Compared()
            .Replace(
                filter,
                of =>
                    of.Groups["how"].Value.ToLowerInvariant() switch
                    {
                        "co" => of.Value,
                        "sw" => $"{of.Groups["to"]}{_before}{of.Groups["value"]}\"",
                        "ew" => $"{of.Groups["to"]}{of.Groups["value"]}{_behind}\"",
                        _ => $"{of.Groups["to"]}{_before}{of.Groups["value"]}{_behind}\"",
                    }
            );

    [GeneratedRegex("(?<to>userName (?<how>[a-z]+) \")(?<value>[^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Compared();

    /// <summary>What finds them.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>Makes so many.</summary>
    public static Task<Crowd> MadeAsync(Server server, int many) =>
        MadeAsync(server, Enumerable.Range(0, many).Select(i => $"{i}"));

    /// <summary>Makes one for each ending of its name.</summary>
    /// <exception cref="NotPossibleException">They could not be made, or are found by no filter.</exception>
    public static async Task<Crowd> MadeAsync(
        Server server,
        IEnumerable<string> endings,
        Action<JsonObject, string>? change = null
    )
    {
        await server.MadeUserAsync(); // who is found by a filter that is passed over
        var crowd = new Crowd(server, server.Name());
        var made = new List<JsonObject>();
        foreach (var ending in endings)
            made.Add(
                await server.MadeUserAsync(user =>
                {
                    user["userName"] = crowd.UserName(ending);
                    user["name"] = new JsonObject { ["givenName"] = "Con", ["familyName"] = crowd.Mark };
                    change?.Invoke(user, ending);
                })
            );
        string[] filters =
        [
            crowd.OfUserNames($"userName sw \"{crowd.Mark}\""),
            $"userName co \"{crowd.Mark}\"",
            $"name.familyName eq \"{crowd.Mark}\"",
            string.Join(" or ", made.Select(user => $"userName eq \"{user.At("userName")}\"")),
        ];
        foreach (var filter in filters)
        {
            crowd.Filter = filter;
            var found = await crowd.ListAsync();
            if (found.IsFine && Steps.Ids(found.Resources).SetEquals(Steps.Ids(made)))
                return crowd;
        }
        throw new NotPossibleException(
            $"{made.Count} users are found by no filter that was tried, as {Supported.Id} or others of that section tell"
        );
    }

    /// <summary>Lists them.</summary>
    public Task<Exchange> ListAsync(string more = "") => _server.FilterAsync("Users", Filter, more);
}
