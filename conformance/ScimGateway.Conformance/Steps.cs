using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>What checks are made of: looking for resources, changing them, being refused.</summary>
internal static class Steps
{
    /// <summary>A name that no schema has.</summary>
    public const string Undefined = "scimcUndefined";

    /// <summary>A schema that nobody has.</summary>
    public const string UndefinedSchema = "urn:example:params:scim:schemas:scimc:2.0:Undefined";

    private const int MostPages = 100;

    /// <summary>The check of a requirement of the RFCs, where a draft asks for the same.</summary>
    public static Check As(IEnumerable<Requirement> requirements, string id) =>
        requirements.First(one => one.Id == id).Check!;

    /// <summary>Whether it is refused with a status and a keyword, which the drafts do not leave open.</summary>
    public static bool IsRefused(this Exchange answer, int status, string scimType) =>
        answer.Status == status && answer.TextOf("scimType") == scimType;

    /// <summary>Whether a filter finds just these.</summary>
    public static async Task<Verdict> FindsAsync(
        Server server,
        string endpoint,
        string filter,
        params JsonObject[] expected
    )
    {
        var found = await server.FilterAsync(endpoint, filter);
        return Verdict.Of(found.IsFine && Ids(found.Resources).SetEquals(Ids(expected)), found);
    }

    /// <summary>Whether a resource is as it has to be when operations of a PATCH were carried out.</summary>
    public static async Task<Verdict> ChangesAsync(
        Server server,
        JsonObject resource,
        Func<Exchange, bool> isSo,
        params JsonObject[] operations
    )
    {
        var patched = await server.PatchAsync(Server.At(resource), operations);
        if (!patched.IsFine)
            return Verdict.Broken(patched);
        var read = await server.GetAsync(Server.At(resource));
        return Verdict.Of(isSo(read), read);
    }

    /// <summary>Whether operations of a PATCH are refused with a keyword, and leave a resource as it was.</summary>
    public static async Task<Verdict> RefusesAsync(
        Server server,
        JsonObject resource,
        string scimType,
        params JsonObject[] operations
    )
    {
        var before = await server.GetAsync(Server.At(resource));
        var patched = await server.PatchAsync(Server.At(resource), operations);
        if (!patched.IsRefused(400, scimType))
            return Verdict.Broken(patched);
        var after = await server.GetAsync(Server.At(resource));
        return Verdict.Of(JsonNode.DeepEquals(before.Json, after.Json), after);
    }

    /// <summary>
    /// An attribute of one text that users are without unless a client says it: where nothing is said a server may have a
    /// value of its own (RFC 7644 §3.5.1).
    /// </summary>
    /// <exception cref="NotPossibleException">There is none.</exception>
    public static async Task<string> UndefaultedAsync(Server server)
    {
        string[] names = ["displayName", "title", "nickName"];
        var user = await server.MadeUserAsync(sent =>
        {
            foreach (var name in names)
                sent.Remove(name);
        });
        return names.FirstOrDefault(name => server.Announced.HasWritable(name) && !user.At(name).IsSomething())
            ?? throw new NotPossibleException(
                $"users have no {string.Join(" or ", names)} that the server leaves empty"
            );
    }

    /// <summary>Whether each of these was kept; the first that was not is what came back.</summary>
    public static async Task<Verdict> EachAsync<T>(IEnumerable<T> those, Func<T, Task<Verdict>> look)
    {
        foreach (var one in those)
            if (await look(one) is { Outcome: not Outcome.Passed } verdict)
                return verdict;
        return Verdict.Kept;
    }

    /// <summary>All pages of a list, by index or, where that is not announced, by cursor; and the last of them.</summary>
    public static async Task<(IReadOnlyList<JsonObject> All, Exchange Last)> PagesAsync(
        Server server,
        string endpoint,
        int count,
        string more = ""
    )
    {
        var isByIndex = server.Announced.Has(Feature.IndexPaging);
        var all = new List<JsonObject>();
        var next = isByIndex ? "startIndex=1" : "cursor=";
        for (var pages = 1; ; pages++)
        {
            var page = await server.GetAsync($"{endpoint}?{next}&count={count}{more}");
            all.AddRange(page.Resources);
            var isMore = isByIndex
                ? page.Resources.Count > 0 && all.Count < page["totalResults"].AsNumber()
                : page.TextOf("nextCursor") is { Length: > 0 };
            if (!page.IsFine || !isMore || pages == MostPages)
                return (all, page);
            next = isByIndex
                ? $"startIndex={all.Count + 1}"
                : $"cursor={Uri.EscapeDataString(page.TextOf("nextCursor")!)}";
        }
    }

    /// <summary>Sees to it that so many users are there.</summary>
    public static async Task FillAsync(Server server, long many)
    {
        var there = (await server.GetAsync("Users?count=1"))["totalResults"].AsNumber() ?? 0;
        for (; there < many; there++)
            await server.MadeUserAsync();
    }

    /// <summary>Whether texts are the same where case, which a server may change (RFC 7643 §7), does not count.</summary>
    public static bool IsSame(string? one, string? other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same text with its letters in the other case.</summary>
    public static string Swapped(string text) =>
        string.Concat(
            text.Select(letter => char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter))
        );

    /// <summary>The ids of resources.</summary>
    public static HashSet<string?> Ids(IEnumerable<JsonObject> resources) =>
        [.. resources.Select(resource => resource.At("id").AsText())];
}
