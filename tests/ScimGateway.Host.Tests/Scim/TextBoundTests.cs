using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Tests.Reads;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>No text is kept that is longer than its schema says, and no name that is blank, whichever way it comes.</summary>
public class TextBoundTests
{
    private const string Bulk = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

    public static TheoryData<string, string, string> Users() =>
        new()
        {
            { "userName", Text(257), "'userName' has 257 characters; at most 256 are kept." },
            { "displayName", Text(257), "'displayName' has 257 characters; at most 256 are kept." },
            { "externalId", Text(1_000_000), "'externalId' has 1000000 characters; at most 256 are kept." },
            { "title", Text(4_097), "'title' has 4097 characters; at most 4096 are kept." },
            { "emails", $"[{{\"value\":{Text(255)}}}]", "'emails.value' has 255 characters; at most 254 are kept." },
            {
                "photos",
                $"[{{\"value\":{Text(262_145)}}}]",
                "'photos.value' has 262145 characters; at most 262144 are kept."
            },
            { "userName", "\" \"", "'userName'" },
            { "displayName", "\"\\u2003\\u200b\"", "'displayName' is blank; give it a value, or leave it out." },
            { "externalId", "\" \"", "'externalId' is blank" },
            { "emails", "[{\"value\":\" \"}]", "'emails.value' is blank" },
        };

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_user_is_refused_by_every_way_with_the_attribute_and_its_bound(
        string attribute,
        string value,
        string says
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        var before = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!.ToJsonString();
        await gateway.CallsAsync();

        await AssertRefusedAsync(gateway, "Users", id, With(User(), attribute, value), attribute, value, says);

        Assert.Equal(before, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!.ToJsonString());
        Assert.Equal(1, await TotalAsync(gateway));
        Assert.Empty(await gateway.CallsAsync());
    }

    public static TheoryData<string, string, string> Groups() =>
        new()
        {
            { "displayName", Text(257), "'displayName' has 257 characters; at most 256 are kept." },
            { "externalId", Text(257), "'externalId' has 257 characters; at most 256 are kept." },
            { "members", $"[{{\"value\":{Text(257)}}}]", "'members.value' has 257 characters; at most 256 are kept." },
            {
                "members",
                $"[{{\"value\":\"x\",\"$ref\":{Text(5_000)}}}]",
                "'members.$ref' has 5000 characters; at most 4096 are kept."
            },
            { "displayName", "\" \"", "'displayName'" },
            { "displayName", "\"\\u200b\"", "'displayName'" },
            { "externalId", "\" \"", "'externalId' is blank" },
            { "members", "[{\"value\":\" \"}]", "'members.value' is blank" },
        };

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_group_is_refused_by_every_way_with_the_attribute_and_its_bound(
        string attribute,
        string value,
        string says
    )
    {
        await using var gateway = await Gateway.StartAsync();
        const string Crew = """{"displayName":"Crew"}""";
        var id = $"{(await gateway.SendAsync(HttpMethod.Post, "Groups", Crew)).Body!["id"]}";
        var before = (await gateway.SendAsync(HttpMethod.Get, $"Groups/{id}")).Body!.ToJsonString();
        await gateway.CallsAsync();

        await AssertRefusedAsync(gateway, "Groups", id, With(Crew, attribute, value), attribute, value, says);

        Assert.Equal(before, (await gateway.SendAsync(HttpMethod.Get, $"Groups/{id}")).Body!.ToJsonString());
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task What_Slack_shows_is_imported_however_long_and_put_as_it_is_shown_is_taken()
    {
        var (title, name) = (new string('t', 5_000), new string('n', 300));
        var account = Account("ULONG", "long", $"{new string('a', 300)}@x.example");
        (account["title"], account["displayName"]) = (title, name);
        await using var gateway = await StartAsync(DemoTenant.Lenient, account);
        var shown = (await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]!.AsArray().Single()!;
        Assert.Equal((title, name), ((string?)shown["title"], (string?)shown["displayName"]));

        var put = await gateway.SendAsync(HttpMethod.Put, $"Users/{shown["id"]}", shown.ToJsonString());

        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, $"{shown["id"]}", "nickName", "\"x\""));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, $"{shown["id"]}", "title", $"\"{title}\""));
        Assert.Equal(HttpStatusCode.BadRequest, await PatchAsync(gateway, $"{shown["id"]}", "title", $"\"{title}t\""));
    }

    [Fact]
    public async Task A_group_that_Slack_shows_with_a_long_name_is_put_as_it_is_shown()
    {
        var name = new string('n', 300);
        await using var gateway = await Gateway.StartAsync(ready: slack =>
            slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = name })
        );
        var shown = (await gateway.SendAsync(HttpMethod.Get, "Groups")).Body!["Resources"]!.AsArray().Single()!;

        var put = await gateway.SendAsync(HttpMethod.Put, $"Groups/{shown["id"]}", shown.ToJsonString());

        Assert.Equal((HttpStatusCode.OK, name), (put.Status, (string?)put.Body!["displayName"]));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await gateway.SendAsync(HttpMethod.Put, $"Groups/{shown["id"]}", $$"""{"displayName":"{{name}}n"}""")
            ).Status
        );
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20_000)] // more than is kept without being read once more
    public async Task Who_was_kept_with_a_NUL_in_a_name_is_found_changed_and_deactivated_as_anybody(int length)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        const string Odd = "urn:x:\\u0000";
        await Crowd.KeepAsync(
            gateway.Store,
            id,
            $$$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","{{{Odd}}}"],"{{{Odd}}}":{"a\u0000":"b\u0000","c":{{{Text(
                length
            )}}}},{{{User().Split("User\"],")[1]}}}"""
        );

        var (status, list, _) = await gateway.SendAsync(
            HttpMethod.Get,
            "Users?filter=name.givenName+sw+%22A%22&sortBy=title"
        );
        Assert.Equal((HttpStatusCode.OK, 1), (status, (int?)list!["totalResults"]));
        Assert.Equal("b\0", (string?)list["Resources"]![0]!["urn:x:\0"]!["a\0"]);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Contains(gateway.Links(new LinkQuery()), link => link.Address == Address);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", User())).Status);
    }

    // POST, PUT, PATCH and Bulk, of which each has one thing wrong.
    private static async Task AssertRefusedAsync(
        Gateway gateway,
        string place,
        string id,
        string resource,
        string attribute,
        string value,
        string says
    )
    {
        AssertRefused(await gateway.SendAsync(HttpMethod.Post, place, resource), says);
        AssertRefused(await gateway.SendAsync(HttpMethod.Put, $"{place}/{id}", resource), says);
        AssertRefused(await gateway.SendAsync(HttpMethod.Patch, $"{place}/{id}", Patch(attribute, value)), says);
        AssertRefused(
            await gateway.SendAsync(
                HttpMethod.Patch,
                $"{place}/{id}",
                PatchOf($$$"""{"op":"add","value":{"{{{attribute}}}":{{{value}}}}}""")
            ),
            says
        );
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$$"""
            {"schemas":["{{{Bulk}}}"],"Operations":[{"method":"POST","path":"/{{{place}}}","bulkId":"q","data":{{{resource}}}},
             {"method":"PATCH","path":"/{{{place}}}/{{{id}}}","data":{{{Patch(attribute, value)}}}}]}
            """
        );
        Assert.All(
            body!["Operations"]!.AsArray(),
            entry =>
            {
                Assert.Equal("400", (string?)entry!["status"]);
                Assert.Contains(says, (string)entry["response"]!["detail"]!, StringComparison.Ordinal);
            }
        );
    }

    private static void AssertRefused(
        (HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response) answer,
        string says
    )
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains((string?)answer.Body!["scimType"], (string[])["invalidValue", "mutability"]);
        Assert.Contains(says, (string)answer.Body["detail"]!, StringComparison.Ordinal);
    }

    private static string With(string resource, string attribute, string value)
    {
        var json = JsonNode.Parse(resource)!.AsObject();
        json[attribute] = JsonNode.Parse(value);
        return json.ToJsonString();
    }

    private static string Text(int characters) => $"\"{new string('x', characters)}\"";
}
