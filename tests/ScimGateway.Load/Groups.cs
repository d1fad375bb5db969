using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.Load;

/// <summary>A group that is read: of all users, but for those who are too many for Slack.</summary>
internal static class Groups
{
    public const string Path = "/demo/scim/v2/Groups";

    private const int Most = 15_000;
    private const int Page = 1_000;

    /// <summary>One member more, or one less.</summary>
    public static string Change(string member, bool adds)
    {
        var operation = adds
            ? $$"""{"op":"add","path":"members","value":[{"value":"{{member}}"}]}"""
            : $$"""{"op":"remove","path":"members[value eq \"{{member}}\"]"}""";
        return $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{{operation}}]}""";
    }

    /// <summary>Makes it, and writes its id down.</summary>
    public static async Task MakeAsync(Arguments arguments)
    {
        using var gateway = new HttpClient { BaseAddress = arguments.Url("--url") };
        gateway.DefaultRequestHeaders.Add("Authorization", $"Bearer {arguments.Text("--token")}");
        var members = new List<string>();
        for (var page = new JsonArray(new JsonObject()); page.Count > 0 && members.Count < Most; )
        {
            var path = $"{Users.Path}?attributes=id&startIndex={members.Count + 1}&count={Page}";
            page = JsonNode.Parse(await gateway.GetStringAsync(new Uri(path, UriKind.Relative)))![
                "Resources"
            ]!.AsArray();
            members.AddRange(page.Select(user => $"{{\"value\":\"{user!["id"]}\"}}"));
        }
        using var group = new StringContent(
            $"{{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"Everybody\",\"members\":[{string.Join(',', members.Take(Most))}]}}",
            Encoding.UTF8,
            MediaTypeHeaderValue.Parse("application/scim+json")
        );
        using var made = await gateway.PostAsync(new Uri(Path, UriKind.Relative), group);
        made.EnsureSuccessStatusCode();
        var id = (string)JsonNode.Parse(await made.Content.ReadAsStringAsync())!["id"]!;
        await File.WriteAllTextAsync(arguments.Text("--group"), id);
        Console.WriteLine($"a group of {Math.Min(members.Count, Most)}");
    }
}
