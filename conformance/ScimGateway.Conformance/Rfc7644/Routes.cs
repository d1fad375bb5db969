using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Which methods do something where, and which ids lead nowhere (RFC 7644 §3.2, §3.4 to §3.6, §4).</summary>
internal static class Routes
{
    private static readonly HttpMethod[] _writes =
    [
        HttpMethod.Post,
        HttpMethod.Put,
        HttpMethod.Patch,
        HttpMethod.Delete,
    ];
    private static readonly string[] _documents = ["ServiceProviderConfig", "Schemas", "ResourceTypes"];

    public static readonly Requirement[] All =
    [
        Unknown("user", "Users", Feature.Users),
        Unknown("group", "Groups", Feature.Groups),
        new(
            "RFC7644-3.2-one-endpoint",
            Must,
            "a resource is found below the endpoint of its type alone",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                return Verdict.All(
                    Missing(await server.GetAsync($"Groups/{Server.Id(user)}")),
                    Missing(await server.GetAsync($"Users/{Server.Id(group)}"))
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.2-id-alone",
            Must,
            "a resource is found by its id, and by nothing else that is unique",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"Users/{user.At("userName")}");
                if (read.Status != 404)
                    return Verdict.Of(read.TextOf("id") == user.At("userName").AsText(), read);
                var id = user.At("id").AsText()!;
                var other = Steps.Swapped(id);
                return other == id
                    ? Verdict.Kept
                    : Missing(await server.GetAsync($"Users/{Uri.EscapeDataString(other)}"));
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-4-methods",
            Must,
            "what the server says of itself is read alone: other methods change nothing there",
            async server =>
            {
                foreach (var path in _documents)
                foreach (var method in _writes)
                {
                    var done = await server.SendAsync(method, path, method == HttpMethod.Delete ? null : "{}");
                    if (done.Status < 400)
                        return Verdict.Broken(done);
                }
                return Verdict.Kept;
            }
        ),
        new(
            "RFC7644-4-unknown",
            Must,
            "a schema or a resource type that there is not is 404",
            async server =>
                Verdict.All(
                    Missing(await server.GetAsync("Schemas/urn:example:nobody:has:this")),
                    Missing(await server.GetAsync("ResourceTypes/Nothing"))
                )
        ),
        new(
            "RFC7644-4-all-types",
            Must,
            "each endpoint with resources is that of a resource type",
            async server =>
            {
                if (server.Announced.Types.Count == 0)
                    return Verdict.Skipped("there are no resource types to look at");
                foreach (var (endpoint, type) in new[] { ("Users", "User"), ("Groups", "Group") })
                    if (
                        server.Announced.Type(type) is null
                        && await server.GetAsync($"{endpoint}?count=1") is { Status: 200, Json: JsonObject } list
                    )
                        return Verdict.Broken($"there is no resource type {type}: {list}");
                return Verdict.Kept;
            }
        ),
    ];

    private static Requirement Unknown(string word, string endpoint, Feature needs) =>
        new(
            $"RFC7644-3.2-unknown-{word}",
            Must,
            $"an id that no {word} has is 404 to each method",
            async server =>
            {
                var path = $"{endpoint}/{server.Name()}";
                var verdicts = new List<Verdict>
                {
                    Missing(await server.GetAsync(path)),
                    Missing(await server.PutAsync(path, word == "user" ? server.User() : server.Group())),
                    Missing(await server.DeleteAsync(path)),
                };
                if (server.Announced.Has(Feature.Patch))
                    verdicts.Add(
                        Missing(
                            await server.PatchAsync(path, Patching.Operation("replace", "displayName", "Another Name"))
                        )
                    );
                return Verdict.All(verdicts);
            }
        )
        {
            Needs = needs,
        };

    private static Verdict Missing(Exchange answer) => Verdict.Of(answer.Status == 404, answer);
}
