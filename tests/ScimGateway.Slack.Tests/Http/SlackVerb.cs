using System.Text.Json.Nodes;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>One kind of command, with how it shows at Slack that it happened.</summary>
internal sealed record SlackVerb(
    string Operation,
    Func<SlackIds, SlackCommand> Command,
    Func<SlackWorld, bool>? Happened = null
)
{
    public static readonly IReadOnlyDictionary<string, SlackVerb> All = new Dictionary<string, SlackVerb>
    {
        ["create user"] = new(
            "POST /Users",
            _ => new SlackCommand.CreateUser(
                SlackProfile
                    .Nothing.With(SlackField.UserName, "tor.secretname")
                    .With(SlackField.PrimaryEmail, "tor.secret@crew.example")
            ),
            world => world.HasUser("tor.secretname")
        ),
        ["patch user"] = new(
            "PATCH /Users/{id}",
            ids => new SlackCommand.PatchUser(
                ids.User,
                new UserChange(
                    SlackProfile.Nothing.With(SlackField.Title, "Secret agent"),
                    SlackProfile.Nothing,
                    SlackProfile.Nothing
                )
            ),
            world => (string?)world.User["title"] == "Secret agent"
        ),
        ["deactivate user"] = new(
            "PATCH /Users/{id}",
            ids => new SlackCommand.DeactivateUser(ids.User),
            world => !(bool)world.User["active"]!
        ),
        ["delete user"] = new(
            "DELETE /Users/{id}",
            ids => new SlackCommand.DeleteUser(ids.User),
            world => !(bool)world.User["active"]!
        ),
        ["read user"] = new("GET /Users/{id}", ids => new SlackCommand.ReadUser(ids.User)),
        ["find user by name"] = new("GET /Users", _ => new SlackCommand.FindUserByName("vera.secretname")),
        ["find user by email"] = new("GET /Users", _ => new SlackCommand.FindUserByEmail("vera.secret@crew.example")),
        ["list users"] = new("GET /Users", _ => new SlackCommand.ListUsers(1, 100)),
        ["create group"] = new(
            "POST /Groups",
            ids => new SlackCommand.CreateGroup("Secret society", [ids.User]),
            world => world.HasGroup("Secret society")
        ),
        ["rename group"] = new(
            "PATCH /Groups/{id}",
            ids => new SlackCommand.RenameGroup(ids.Group, "Secret society"),
            world => world.HasGroup("Secret society")
        ),
        ["change members"] = new(
            "PATCH /Groups/{id}",
            ids => new SlackCommand.ChangeMembers(ids.Group, [ids.User], []),
            world => world.MemberCount == 1
        ),
        ["delete group"] = new(
            "DELETE /Groups/{id}",
            ids => new SlackCommand.DeleteGroup(ids.Group),
            world => !world.HasGroup("Secret crew")
        ),
        ["read group"] = new("GET /Groups/{id}", ids => new SlackCommand.ReadGroup(ids.Group)),
        ["find group"] = new("GET /Groups", _ => new SlackCommand.FindGroup("Secret crew")),
        ["list groups"] = new("GET /Groups", _ => new SlackCommand.ListGroups(1, 100)),
    };

    public bool IsRead => Happened is null;

    /// <summary>Whether an answer without a body that can be read leaves it open what was made.</summary>
    public bool IsCreate => Operation.StartsWith("POST", StringComparison.Ordinal);

    /// <summary>Whether Slack confirms it with the account as it is now.</summary>
    public bool ShowsAccount => Operation == "PATCH /Users/{id}";

    /// <summary>Whether the answer has no body (docs/slack.md 2.1).</summary>
    public bool IsSilent => Operation is "DELETE /Users/{id}" or "PATCH /Groups/{id}" or "DELETE /Groups/{id}";
}

/// <summary>The user and the group that are there before.</summary>
internal sealed record SlackIds(string User, string Group)
{
    public static SlackIds Make(SlackEmulatorServer slack) =>
        new(
            slack.Workspace.MakeUser(
                new JsonObject
                {
                    ["userName"] = "vera.secretname",
                    ["displayName"] = "Vera Secretname",
                    ["emails"] = new JsonArray(
                        new JsonObject { ["value"] = "vera.secret@crew.example", ["primary"] = true }
                    ),
                }
            ),
            slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = "Secret crew" })
        );
}

/// <summary>What Slack has now.</summary>
internal sealed record SlackWorld(SlackEmulatorServer Slack, SlackIds Ids)
{
    public JsonObject User => Slack.Workspace.User(Ids.User)!;

    public int MemberCount => Slack.Workspace.Group(Ids.Group)!["members"]!.AsArray().Count;

    public bool HasUser(string userName) => Slack.Workspace.Users().Any(u => (string?)u["userName"] == userName);

    public bool HasGroup(string name) => Slack.Workspace.Groups().Any(g => (string?)g["displayName"] == name);
}
