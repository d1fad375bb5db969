using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests;

/// <summary>What stories ask for in which features meet.</summary>
internal static class Meeting
{
    public static readonly Preferences Lenient = DemoTenant.Lenient;

    public static readonly Preferences Strict = Lenient with { UserSlackCannotHold = Unholdable.Refuse };

    public static readonly Preferences Skipping = Lenient with { WhenNotAllowed = NotAllowed.Skip };

    public static readonly Preferences ByName = Lenient with { UniqueUserIdentifier = Identifier.UserName };

    public static string With(string user, string name, string value)
    {
        var json = JsonNode.Parse(user)!.AsObject();
        json[name] = value;
        return json.ToJsonString();
    }

    public static Rule Titled(string title) => new() { Name = title, Filter = $"title eq \"{title}\"" };

    public static async Task<string> MakeAsync(
        Gateway gateway,
        string name,
        string address,
        string? externalId = null,
        bool active = true,
        string? title = null
    )
    {
        var user = JsonNode.Parse(User(name, address))!.AsObject();
        user["active"] = active;
        if (title is not null)
            user["title"] = title;
        if (externalId is not null)
            user["externalId"] = externalId;
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.True(status == HttpStatusCode.Created, body?.ToJsonString());
        return (string)body!["id"]!;
    }

    public static async Task DeleteAsync(Gateway gateway, string id) =>
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status);

    public static Task<HttpStatusCode> AddressAsync(Gateway gateway, string id, string address) =>
        PatchAsync(gateway, id, "emails", $$"""[{"value":"{{address}}","type":"work","primary":true}]""");

    public static Task<string> RawAsync(Gateway gateway, string slackId) =>
        gateway.Control.GetStringAsync($"users/{slackId}");

    public static async Task<JsonObject> RawUserAsync(Gateway gateway, string id) =>
        JsonNode.Parse(await RawAsync(gateway, SlackId(gateway, id)))!.AsObject();

    public static string? Primary(JsonObject account) =>
        (string?)account["emails"]!.AsArray().Single(email => (bool?)email!["primary"] == true)!["value"];

    public static Task<int> DismissAllAsync(Gateway gateway) =>
        gateway.Holds.DismissAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);

    public static Task<int> ReleaseAllAsync(Gateway gateway) =>
        gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);

    public static string Keys(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return string.Join(", ", kept.Keys.AsEnumerable().Select(key => $"{key.Value}={key.LinkId.Value}"));
    }

    public static string Why(Gateway gateway, string id)
    {
        using var kept = gateway.Kept();
        var link = kept.Of(id);
        return $"{link.State} {link.Reason?.Code} {link.Reason?.Sentence}";
    }

    public static async Task EraseAsync(Gateway gateway, string address)
    {
        var account = Assert.Single(await gateway.AccountsAsync(address));
        (
            await gateway.Control.PutAsync(
                $"users/{account["id"]}",
                new StringContent(
                    """{"erased":true,"active":false,"emails":[{"value":"erased@deleted.example","primary":true}],"userName":"erased0"}"""
                )
            )
        ).EnsureSuccessStatusCode();
    }
}
