using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Mirror;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests;

/// <summary>What tests ask of groups, and what they see of them in Slack.</summary>
internal static class GroupRequests
{
    public static string Add(params string[] members) =>
        $$"""{"op":"add","path":"members","value":[{{string.Join(',', members.Select(Member))}}]}""";

    public static string Member(string id) => $$"""{"value":"{{id}}"}""";

    public static string Group(string name, params string[] members) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}","members":[{{string.Join(
                ',',
                members.Select(Member)
            )}}]}
            """;

    public static async Task<string> UserAsync(Gateway gateway, string name, bool active = true)
    {
        var user = JsonNode.Parse(User(name, $"{name}@corp.example"))!;
        user["active"] = active;
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    public static async Task<string> GroupAsync(Gateway gateway, string name, params string[] members)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group(name, members));
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    public static async Task MembersAsync(Gateway gateway, string group, params string[] operations) =>
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", PatchOf(operations))).Status
        );

    public static async Task<List<string>> MembersAsync(Gateway gateway, string group) =>
        [
            .. ((await gateway.SendAsync(HttpMethod.Get, $"Groups/{group}")).Body!["members"] as JsonArray ?? [])
                .Select(member => (string)member!["value"]!)
                .Order(StringComparer.Ordinal),
        ];

    public static async Task<List<JsonObject>> GroupsAsync(Gateway gateway) =>
        [.. JsonNode.Parse(await gateway.Control.GetStringAsync("groups"))!["groups"]!.AsArray().OfType<JsonObject>()];

    // The user names of who is in a group of Slack.
    public static async Task<List<string>> InSlackAsync(Gateway gateway, string name)
    {
        var users = JsonNode.Parse(await gateway.Control.GetStringAsync("users"))!["users"]!
            .AsArray()
            .ToDictionary(user => (string)user!["id"]!, user => (string)user!["userName"]!);
        var group = (await GroupsAsync(gateway)).Single(group => (string?)group["displayName"] == name);
        return
        [
            .. (group["members"] as JsonArray ?? [])
                .Select(member => users[(string)(member as JsonObject)?["value"]! ?? (string)member!])
                .Order(StringComparer.Ordinal),
        ];
    }

    public static string Remove(string member) => $$"""{"op":"remove","path":"members[value eq \"{{member}}\"]"}""";

    public static string Rename(string name) => $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""";

    public static Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> PatchGroupAsync(
        Gateway gateway,
        string group,
        params string[] operations
    ) => gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", PatchOf(operations));

    public static async Task<List<string>> PeopleAsync(Gateway gateway, int count)
    {
        var people = new List<string>();
        for (var i = 0; i < count; i++)
            people.Add(await UserAsync(gateway, $"person{i:d3}"));
        return people;
    }

    /// <summary>The Slack id of an account or group.</summary>
    public static string SlackId(Gateway gateway, string id)
    {
        using var kept = gateway.Kept();
        return kept.Of(id).SlackId!;
    }

    /// <summary>A user is deactivated in Slack by hand, which nobody here has seen.</summary>
    public static void DeactivateByHand(Gateway gateway, string id) =>
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, id), new JsonObject { ["active"] = false });
}
