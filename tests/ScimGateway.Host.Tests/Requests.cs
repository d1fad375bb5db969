using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;

namespace ScimGateway.Host.Tests;

/// <summary>What most tests ask of the gateway, in the words of SCIM.</summary>
internal static class Requests
{
    public const string Address = "ada.lovelace@corp.example";

    /// <summary>Slack's guests, as SCIM 2.0 knows them.</summary>
    public const string Guest = "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User";

    /// <summary>A PATCH with these operations.</summary>
    public static string PatchOf(params string[] operations) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{string.Join(
                ',',
                operations
            )}}]}
            """;

    /// <summary>A PATCH that replaces one value, which is JSON.</summary>
    public static string Patch(string path, string value) =>
        PatchOf($$"""{"op":"replace","path":"{{path}}","value":{{value}}}""");

    /// <summary>A user as a POST or PUT brings it.</summary>
    public static string User(string name = "ada", string address = Address) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{name}}","name":{"givenName":"Ada","familyName":"Lovelace"},
             "emails":[{"value":"{{address}}","type":"work","primary":true}],"active":true}
            """;

    /// <summary>Creates that user, and gives back its id.</summary>
    public static async Task<string> CreateAsync(Gateway gateway)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    /// <summary>Replaces one value of a user.</summary>
    public static async Task<HttpStatusCode> PatchAsync(Gateway gateway, string id, string path, string value) =>
        (await gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch(path, value))).Status;

    /// <summary>How many users are shown.</summary>
    public static async Task<int> TotalAsync(Gateway gateway) =>
        (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["totalResults"]!;

    /// <summary>How often Slack was called since this was last asked, as a dictionary.</summary>
    public static async Task<Dictionary<string, int>> CallsAsync(Gateway gateway) =>
        (await gateway.CallsAsync()).ToDictionary(
            call => call.Key,
            call => int.Parse(call.Value!.ToJsonString(), CultureInfo.InvariantCulture)
        );

    /// <summary>Has a provider make a user; the id.</summary>
    public static async Task<string> CreateAsync(HttpClient provider, string name, string address)
    {
        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, address));
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)made!["id"]!;
    }

    /// <summary>Whether an account is active.</summary>
    public static bool Active(JsonObject account) => (bool)account["active"]!;

    /// <summary>A gateway that finds some accounts in Slack.</summary>
    public static async Task<Gateway> StartAsync(Preferences preferences, params JsonObject[] accounts) =>
        await Gateway.StartAsync(
            new Setting { Preferences = preferences },
            ready: slack =>
            {
                foreach (var account in accounts)
                    slack.Workspace.MakeUser(account);
            }
        );

    /// <summary>An account as it is made in Slack, the first of its addresses the primary one.</summary>
    public static JsonObject Account(string id, string name, params string[] addresses) =>
        new()
        {
            ["id"] = id,
            ["userName"] = name,
            ["emails"] = new JsonArray([
                .. addresses.Select(address =>
                    (JsonNode)new JsonObject { ["value"] = address, ["primary"] = address == addresses[0] }
                ),
            ]),
        };

    /// <summary>Makes a guest of a user, or gives the guest another end.</summary>
    public static async Task<HttpStatusCode> EndAsync(Gateway gateway, string id, DateTimeOffset end) =>
        (
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"Users/{id}",
                PatchOf(
                    $$"""{"op":"add","path":"{{Guest}}:type","value":"multi"}""",
                    $$"""{"op":"add","path":"{{Guest}}:expiration","value":"{{end:yyyy-MM-ddTHH:mm:ssZ}}"}"""
                )
            )
        ).Status;
}
