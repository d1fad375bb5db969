using System.Text.Json.Nodes;

namespace ScimGateway.Stories.Telling;

/// <summary>Requests as providers put them.</summary>
internal static class Wire
{
    private const string UserSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string EnterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private const string GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    private const string PatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private const string BulkSchema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

    /// <summary>Several requests in one.</summary>
    public static string Bulk(
        int failOnErrors,
        IEnumerable<(string Method, string Path, string BulkId, string? Body)> requests
    )
    {
        var operations = new JsonArray();
        foreach (var (method, path, bulkId, body) in requests)
        {
            var operation = new JsonObject
            {
                ["method"] = method,
                ["path"] = "/" + path,
                ["bulkId"] = bulkId,
            };
            if (body is not null)
                operation["data"] = JsonNode.Parse(body);
            operations.Add(operation);
        }
        var bulk = new JsonObject { ["schemas"] = new JsonArray(BulkSchema), ["Operations"] = operations };
        if (failOnErrors > 0)
            bulk["failOnErrors"] = failOnErrors;
        return bulk.ToJsonString();
    }

    /// <summary>A user.</summary>
    public static string User(Said said, string? manager)
    {
        var emails = new JsonArray();
        if (said.Primary is { } work)
            emails.Add(
                new JsonObject
                {
                    ["value"] = work,
                    ["type"] = "work",
                    ["primary"] = true,
                }
            );
        if (said.Secondary is { } home)
            emails.Add(new JsonObject { ["value"] = home, ["type"] = "home" });
        var user = new JsonObject { ["schemas"] = new JsonArray(UserSchema), ["userName"] = said.UserName };
        if (emails.Count > 0)
            user["emails"] = emails;
        if (said.Active is { } active)
            user["active"] = active;
        if (said.Title is { } title)
            user["title"] = title;
        if (said.Key is { } key)
            user["externalId"] = key;
        if (manager is not null)
        {
            user["schemas"] = new JsonArray(UserSchema, EnterpriseSchema);
            user[EnterpriseSchema] = Manager(manager);
        }
        return user.ToJsonString();
    }

    /// <summary>Changes of a user.</summary>
    public static string Patch(Habit habit, params IEnumerable<(string Path, string? Value)> changes)
    {
        var operations = new JsonArray();
        foreach (var (path, value) in changes)
            operations.Add(Operation(habit, path, value));
        return Patch(operations);
    }

    /// <summary>A group.</summary>
    public static string Group(string name, IEnumerable<string>? members)
    {
        var group = new JsonObject { ["schemas"] = new JsonArray(GroupSchema), ["displayName"] = name };
        if (members is not null)
            group["members"] = Members(members);
        return group.ToJsonString();
    }

    /// <summary>Changes of a group.</summary>
    public static string Patch(IEnumerable<(GroupChange Change, Named Members)> changes)
    {
        var operations = new JsonArray();
        foreach (var (change, named) in changes)
        {
            var members = named.Said;
            switch (change.Op)
            {
                case GroupOp.Add:
                    operations.Add(Operation("add", "members", Members(members)));
                    break;
                case GroupOp.Replace:
                    operations.Add(Operation("replace", "members", Members(members)));
                    break;
                case GroupOp.RemoveByValue:
                    operations.Add(Operation("Remove", "members", Members(members)));
                    break;
                case GroupOp.RemoveAll:
                    operations.Add(Operation("remove", "members", null));
                    break;
                case GroupOp.Rename:
                    operations.Add(Operation("replace", "displayName", change.Name));
                    break;
                default:
                    foreach (var member in members)
                        operations.Add(Operation("remove", $"members[value eq \"{member}\"]", null));
                    break;
            }
        }
        return Patch(operations);
    }

    private static string Patch(JsonArray operations) =>
        new JsonObject { ["schemas"] = new JsonArray(PatchSchema), ["Operations"] = operations }.ToJsonString();

    private static JsonObject Manager(string id) => new() { ["manager"] = new JsonObject { ["value"] = id } };

    private static JsonArray Members(IEnumerable<string> members) =>
        [.. members.Select(member => (JsonNode)new JsonObject { ["value"] = member })];

    private static JsonObject Operation(Habit habit, string path, string? value)
    {
        var long_ = path switch
        {
            "primary" => "emails[type eq \"work\"].value",
            "secondary" => "emails[type eq \"home\"].value",
            "manager" => $"{EnterpriseSchema}:manager",
            _ => path,
        };
        if (value is null)
            return path == "secondary"
                ? Operation("remove", "emails[type eq \"home\"]", null)
                : Operation(habit == Habit.Entra ? "Remove" : "remove", long_, null);
        if (path == "active")
            return habit switch
            {
                Habit.Entra => Operation("Replace", "active", value == "true" ? "True" : "False"),
                Habit.Okta => Operation("replace", null, new JsonObject { ["active"] = value == "true" }),
                _ => Operation("replace", "active", value == "true"),
            };
        if (path == "manager" && habit != Habit.Entra)
            return habit == Habit.Okta
                ? Operation("replace", null, new JsonObject { [EnterpriseSchema] = Manager(value) })
                : Operation("replace", long_, new JsonObject { ["value"] = value });
        return habit switch
        {
            Habit.Entra => Operation("Replace", long_, value),
            Habit.Okta => Operation("replace", null, new JsonObject { [long_] = value }),
            _ => Operation("replace", long_, value),
        };
    }

    private static JsonObject Operation(string op, string? path, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = op };
        if (path is not null)
            operation["path"] = path;
        if (value is not null)
            operation["value"] = value;
        return operation;
    }
}
