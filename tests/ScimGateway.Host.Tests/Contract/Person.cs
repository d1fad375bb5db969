using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>A user as a provider wants it, or as the gateway shows it: what the contract speaks of.</summary>
internal sealed record Person(
    string UserName,
    string? Address,
    string? Title = null,
    string? ExternalId = null,
    bool Active = true
)
{
    public static readonly Person Ada = new("ada.lovelace", "ada@corp.example", "Analyst", "1");
    public static readonly Person Grace = new("grace.hopper", "grace@corp.example", "Admiral", "2");

    public string Json()
    {
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"),
            ["userName"] = UserName,
            ["name"] = new JsonObject { ["givenName"] = "Ada", ["familyName"] = "Lovelace" },
            ["active"] = Active,
        };
        if (Address is not null)
            user["emails"] = Emails(Address);
        if (Title is not null)
            user["title"] = Title;
        if (ExternalId is not null)
            user["externalId"] = ExternalId;
        return user.ToJsonString();
    }

    /// <summary>The account that somebody made of it in Slack by hand.</summary>
    public JsonObject Account(string userName) =>
        new()
        {
            ["userName"] = userName,
            ["name"] = new JsonObject { ["givenName"] = "Ada", ["familyName"] = "Lovelace" },
            ["emails"] = new JsonArray(new JsonObject { ["value"] = Address, ["primary"] = true }),
            ["title"] = Title,
            ["active"] = Active,
        };

    public static JsonArray Emails(string address) =>
        [
            new JsonObject
            {
                ["value"] = address,
                ["type"] = "work",
                ["primary"] = true,
            },
        ];

    /// <summary>What a shown resource says of it.</summary>
    public static Person Of(JsonObject shown) =>
        new(
            (string)shown["userName"]!,
            (string?)(shown["emails"] as JsonArray)?[0]?["value"],
            (string?)shown["title"],
            (string?)shown["externalId"],
            (bool)shown["active"]!
        );
}
