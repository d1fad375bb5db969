using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>
/// Several users of ours and a filter that finds just them: the first of several that the server understands, so that what is
/// asked of lists does not rest on one operator.
/// </summary>
internal sealed class Crowd
{
    private readonly Server _server;

    private Crowd(Server server, string mark, string filter) => (_server, Mark, Filter) = (server, mark, filter);

    /// <summary>How their names begin.</summary>
    public string Mark { get; }

    /// <summary>What finds them.</summary>
    public string Filter { get; }

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
        var mark = server.Name();
        var made = new List<JsonObject>();
        foreach (var ending in endings)
            made.Add(
                await server.MadeUserAsync(user =>
                {
                    user["userName"] = $"{mark}-{ending}";
                    change?.Invoke(user, ending);
                    user["name"]!["familyName"] = mark;
                })
            );
        string[] filters =
        [
            $"userName sw \"{mark}\"",
            $"userName co \"{mark}\"",
            $"name.familyName eq \"{mark}\"",
            string.Join(" or ", made.Select(user => $"userName eq \"{user.At("userName")}\"")),
        ];
        foreach (var filter in filters)
        {
            var crowd = new Crowd(server, mark, filter);
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
