using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Kill;

/// <summary>
/// What a provider wants of one person, as far as this program writes it. The key is the userType: each create has one
/// of its own, so that an incarnation is known from what is read. (The externalId would be the plain choice, but one
/// that changes is a case for an operator.)
/// </summary>
internal sealed record Wish(string Key, bool Active, string Given, string? Title, string? Department, string Address)
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    /// <summary>Nobody there: never created, or deleted.</summary>
    public static readonly Wish Absent = new("", false, "", null, null, "");

    public bool IsThere => Key.Length > 0;

    /// <summary>The user as it is sent; what is null is left out.</summary>
    public JsonObject ToScim(string userName)
    {
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(Core, Enterprise),
            ["userName"] = userName,
            ["externalId"] = userName,
            ["userType"] = Key,
            ["active"] = Active,
            ["name"] = new JsonObject { ["givenName"] = Given, ["familyName"] = "Kill" },
            ["emails"] = Emails(Address),
        };
        if (Title is not null)
            user["title"] = Title;
        if (Department is not null)
            user[Enterprise] = new JsonObject { ["department"] = Department };
        return user;
    }

    /// <summary>The user as it was read.</summary>
    public static Wish Read(JsonObject user) =>
        new(
            (string?)user["userType"] ?? "?",
            (bool?)user["active"] ?? true,
            (string?)user["name"]?["givenName"] ?? "",
            (string?)user["title"],
            (string?)user[Enterprise]?["department"],
            (string?)user["emails"]?[0]?["value"] ?? ""
        );

    public static JsonArray Emails(string address) =>
        [
            new JsonObject
            {
                ["value"] = address,
                ["type"] = "work",
                ["primary"] = true,
            },
        ];

    public static string DepartmentPath => Enterprise + ":department";
}

/// <summary>
/// One write: what it makes of a state, and whether it can. Null means that it is refused there and changes nothing.
/// </summary>
internal sealed record Write<T>(string Says, Func<T, T?> Apply)
    where T : class;

/// <summary>The writes of a person.</summary>
internal static class Write
{
    public static Write<Wish> Create(Wish user) => new($"create {user}", now => now.IsThere ? null : user);

    public static Write<Wish> Replace(string key, Wish user) =>
        new($"replace {user}", now => now.Key == key ? user : null);

    public static Write<Wish> Change(string key, string says, Func<Wish, Wish> change) =>
        new($"{says} of {key}", now => now.Key == key ? change(now) : null);

    public static Write<Wish> Delete(string key) => new($"delete {key}", now => now.Key == key ? Wish.Absent : null);
}

/// <summary>What a client heard of its write.</summary>
internal enum Answer
{
    /// <summary>2xx, read to its end: it is done, and stays so.</summary>
    Done,

    /// <summary>A SCIM error: it did not happen.</summary>
    Refused,

    /// <summary>Nothing: it may have happened, or may still happen as long as that process lives.</summary>
    Lost,
}
