using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;

namespace ScimGateway.Conformance;

/// <summary>A type of resources as a server announces it: users, groups, or one of the server's own.</summary>
/// <param name="Server">The server.</param>
/// <param name="Type">The name of the resource type.</param>
/// <param name="Endpoint">Where its resources are, without a slash at either end.</param>
internal sealed record Kind(Server Server, string Type, string Endpoint)
{
    /// <summary>Its attributes: those of its own schema, and of each extension that it has.</summary>
    public IReadOnlyList<Placed> Attributes => Server.Announced.Attributes(Type);

    /// <summary>Users, and each type of the server's own: what is kept of users has to be kept of these.</summary>
    public static IEnumerable<Kind> UsersAndOwn(Server server) => [.. All(server).Where(kind => kind.Type != "Group")];

    /// <summary>The types of the server's own.</summary>
    public static IReadOnlyList<Kind> Own(Server server) =>
        [.. All(server).Where(kind => kind.Type is not ("User" or "Group"))];

    /// <summary>All whose schema can be read.</summary>
    public static IEnumerable<Kind> All(Server server) =>
        server
            .Announced.Types.Where(type =>
                type.At("name").AsText() is { } name
                && type.At("endpoint").AsText()?.Trim('/').Length > 0
                && server.Announced.Definitions(name).Count > 0
            )
            .Select(type => new Kind(server, type.At("name").AsText()!, type.At("endpoint").AsText()!.Trim('/')));

    /// <summary>Where a resource of it is, under the base.</summary>
    public string At(JsonNode resource) => $"{Endpoint}/{Server.Id(resource)}";

    /// <summary>A resource as it is sent: of a type of the server's own with what its schema requires.</summary>
    public JsonObject Body()
    {
        if (Type is "User")
            return Server.User();
        if (Type is "Group")
            return Server.Group();
        var body = new JsonObject { ["schemas"] = new JsonArray(Server.Announced.Type(Type).At("schema").AsText()) };
        var name = Server.Name();
        foreach (var definition in Server.Announced.Definitions(Type))
            if (definition.At("required").AsFlag() == true && definition.At("mutability").AsText() != "readOnly")
                body[definition.At("name").AsText() ?? ""] = Samples.Of(definition, name);
        return body;
    }

    /// <summary>A resource as it is read; null where it is refused.</summary>
    public async Task<Exchange?> MadeAsync(Action<JsonObject>? change = null)
    {
        var body = Body();
        change?.Invoke(body);
        var made = await Server.PostAsync(Endpoint, body);
        return made.IsFine ? await Server.GetAsync(At(made.WithResource().Json!)) : null;
    }

    /// <summary>What was asked of each such attribute; the first that is otherwise. Of which nothing can be said null is said.</summary>
    public static async Task<Verdict> EachAsync(
        Server server,
        Func<Placed, bool> which,
        Func<Kind, Placed, Task<(bool IsSo, Exchange? Shown)?>> look
    )
    {
        var isSeen = false;
        foreach (var kind in UsersAndOwn(server))
        foreach (var one in kind.Attributes.Where(which))
            if (await look(kind, one) is { } seen)
            {
                isSeen = true;
                if (!seen.IsSo)
                    return Verdict.Broken($"{one.Path} of {kind.Type}: {seen.Shown}");
            }
        return isSeen
            ? Verdict.Kept
            : Verdict.Skipped("no resource type has such an attribute that could be looked at");
    }
}
