using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Filters;
using ScimGateway.SlackEmulator.Groups;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Lists;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;
using ScimGateway.SlackEmulator.Users;

namespace ScimGateway.SlackEmulator.Scim;

/// <summary>SCIM v1 at Slack, as a table (docs/slack.md 2.1).</summary>
internal static class ScimEndpoints
{
    public static readonly IReadOnlyList<Operation> All =
    [
        new("GET", "/ServiceProviderConfigs", CallClass.Unclassed, GetConfig) { IsPublic = true },
        new("GET", "/Schemas/Users", CallClass.Unclassed, GetUserSchema) { IsSchema = true },
        new("GET", "/Schemas/Groups", CallClass.Unclassed, GetGroupSchema) { IsSchema = true },
        new("GET", "/Users", CallClass.Unclassed, ListUsers),
        new("POST", "/Users", CallClass.CreateUser, CreateUser),
        new("GET", "/Users/{id}", CallClass.ReadUser, ReadUser),
        new("PATCH", "/Users/{id}", CallClass.UpdateUser, PatchUser),
        new("PUT", "/Users/{id}", CallClass.UpdateUser, PutUser),
        new("DELETE", "/Users/{id}", CallClass.DeleteUser, DeleteUser),
        new("PATCH", "/Users", CallClass.UpdateUser, (_, _) => throw new SlackRefusal("missing_user_id")),
        new("PUT", "/Users", CallClass.UpdateUser, (_, _) => throw new SlackRefusal("missing_user_id")),
        new("DELETE", "/Users", CallClass.DeleteUser, (_, _) => throw new SlackRefusal("missing_user_id")),
        new("GET", "/Groups", CallClass.Unclassed, ListGroups),
        new("POST", "/Groups", CallClass.CreateGroup, CreateGroup),
        new("GET", "/Groups/{id}", CallClass.ReadGroup, ReadGroup),
        new("PATCH", "/Groups/{id}", CallClass.UpdateGroup, PatchGroup),
        new("PUT", "/Groups/{id}", CallClass.UpdateGroup, PutGroup),
        new("DELETE", "/Groups/{id}", CallClass.DeleteGroup, DeleteGroup),
        new("PATCH", "/Groups", CallClass.UpdateGroup, (_, _) => throw new SlackRefusal("missing_group_id")),
        new("PUT", "/Groups", CallClass.UpdateGroup, (_, _) => throw new SlackRefusal("missing_group_id")),
        new("DELETE", "/Groups", CallClass.DeleteGroup, (_, _) => throw new SlackRefusal("missing_group_id")),
    ];

    private static void GetConfig(ScimCall call, Reply reply) => Documents.WriteConfig(reply.Json(), call.Knobs);

    private static void GetUserSchema(ScimCall call, Reply reply) =>
        Documents.WriteUserSchema(reply.Json(), call.Knobs);

    private static void GetGroupSchema(ScimCall call, Reply reply) => Documents.WriteGroupSchema(reply.Json());

    private static void ListUsers(ScimCall call, Reply reply)
    {
        var exchange = call.Exchange;
        var paging = Paging.Read(exchange.Query("startIndex"), exchange.Query("count"), call.Knobs);
        var found = exchange.Query("filter") is { } filter
            ? new FilterParser(filter, name => FilterMeaning.UserAttribute(name, call.Knobs))
                .Parse()
                .Users(call.Workspace, call.Knobs)
            : call.Workspace.AccountsInOrder;
        found = found.Sorted(exchange.Query("sortBy"), exchange.Query("sortOrder"), call.Knobs);
        var reading = call.Read();
        ListWriter.Write(
            reply.Json(),
            found,
            paging,
            call.Knobs,
            (writer, account) =>
            {
                call.Workspace.SweepGuest(account, call.Knobs);
                UserWriter.Write(writer, account, reading);
            }
        );
        Trim(call, reply);
    }

    private static void ReadUser(ScimCall call, Reply reply)
    {
        UserWriter.Write(reply.Json(), User(call), call.Read());
        Trim(call, reply);
    }

    private static void CreateUser(ScimCall call, Reply reply)
    {
        var account = UserRules.Create(call.Workspace, new Sent(call.Body, Verb.Post, call.Knobs));
        UserWriter.Write(reply.Json(), account, call.Read(ofOwnWrite: true));
        Created(call, reply, "Users", account.Id);
    }

    private static void PatchUser(ScimCall call, Reply reply)
    {
        var account = User(call);
        UserRules.Patch(call.Workspace, account, new Sent(call.Body, Verb.Patch, call.Knobs), call.Caller!);
        UserWriter.Write(reply.Json(), account, call.Read(ofOwnWrite: true));
    }

    private static void PutUser(ScimCall call, Reply reply)
    {
        var account = User(call);
        UserRules.Put(call.Workspace, account, new Sent(call.Body, Verb.Put, call.Knobs), call.Caller!);
        UserWriter.Write(reply.Json(), account, call.Read(ofOwnWrite: true));
    }

    private static void DeleteUser(ScimCall call, Reply reply)
    {
        UserRules.Delete(call.Workspace, User(call), call.Knobs, call.Caller!);
        reply.Status = call.Knobs.Get(KnobTable.DeleteStatus);
    }

    private static void ListGroups(ScimCall call, Reply reply)
    {
        var exchange = call.Exchange;
        var paging = Paging.Read(exchange.Query("startIndex"), exchange.Query("count"), call.Knobs);
        var found = exchange.Query("filter") is { } filter
            ? new FilterParser(filter, name => FilterMeaning.GroupAttribute(name, call.Knobs))
                .Parse()
                .Groups(call.Workspace, call.Knobs, call.Now)
            : call.Workspace.GroupsInOrder;
        found = found.Sorted(exchange.Query("sortBy"), exchange.Query("sortOrder"), call.Knobs);
        var reading = call.Read();
        var withMembers = call.Knobs.Get(KnobTable.ListMembers);
        ListWriter.Write(
            reply.Json(),
            found,
            paging,
            call.Knobs,
            (writer, group) => GroupWriter.Write(writer, group, reading, withMembers)
        );
        Trim(call, reply);
    }

    private static void ReadGroup(ScimCall call, Reply reply)
    {
        GroupWriter.Write(reply.Json(), Group(call), call.Read(), withMembers: true);
        Trim(call, reply);
    }

    private static void CreateGroup(ScimCall call, Reply reply)
    {
        var group = GroupRules.Create(call.Workspace, call.Body, call.Knobs);
        GroupWriter.Write(reply.Json(), group, call.Read(ofOwnWrite: true), withMembers: true);
        Created(call, reply, "Groups", group.Id);
    }

    private static void PatchGroup(ScimCall call, Reply reply)
    {
        GroupRules.Patch(call.Workspace, Group(call), call.Body, call.Knobs);
        reply.Status = 204;
    }

    private static void PutGroup(ScimCall call, Reply reply)
    {
        var group = Group(call);
        GroupRules.Put(call.Workspace, group, call.Body, call.Knobs);
        GroupWriter.Write(reply.Json(), group, call.Read(ofOwnWrite: true), withMembers: true);
    }

    private static void DeleteGroup(ScimCall call, Reply reply)
    {
        GroupRules.Delete(call.Workspace, Group(call));
        reply.Status = 204;
    }

    private static Account User(ScimCall call)
    {
        var account =
            call.Workspace.FindUser(call.Id)
            ?? throw new SlackRefusal(SlackIds.LooksLikeUser(call.Id) ? "no_such_user" : "cannot_decode_user_id");
        call.Workspace.SweepGuest(account, call.Knobs);
        return account;
    }

    private static Group Group(ScimCall call) =>
        call.Workspace.FindGroup(call.Id) ?? throw new SlackRefusal("no_such_group");

    private static void Created(ScimCall call, Reply reply, string collection, string id)
    {
        reply.Status = 201;
        if (call.Knobs.Get(KnobTable.LocationHeader))
            reply.Location = call.Read().Location(collection, id);
    }

    // Where the knob honours it: the members named, and those that say what a resource is (docs/slack.md 2.3).
    // Off the usual way, so not fast.
    private static void Trim(ScimCall call, Reply reply)
    {
        if (
            call.Knobs.Get(KnobTable.AttributesParameter) is Respect.Ignored
            || call.Exchange.Query("attributes") is not { Length: > 0 } names
        )
            return;
        var wanted = names
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(Member)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        wanted.UnionWith(["id", "schemas"]);
        reply.Flush();
        var document = JsonNode.Parse(reply.Body.Span)!.AsObject();
        if (document["Resources"] is JsonArray resources)
            foreach (var resource in resources)
                Keep(resource!.AsObject(), wanted);
        else
            Keep(document, wanted);
        reply.Replace(JsonSerializer.SerializeToUtf8Bytes(document, _unescaped));
    }

    // The member of a resource that a path leads into.
    private static string Member(string path) =>
        Urns.Extensions.FirstOrDefault(urn => Urns.Below(path, urn) is not null)
        ?? (Urns.Below(path, Urns.Core) ?? path).Split('.')[0];

    private static readonly JsonSerializerOptions _unescaped = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static void Keep(JsonObject resource, HashSet<string> wanted)
    {
        foreach (var name in resource.Select(m => m.Key).Where(name => !wanted.Contains(name)).ToArray())
            resource.Remove(name);
    }
}
