using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// Users from the provider's request to Slack and back: what it costs, what a refusal leaves, what bad weather does.
/// </summary>
public class UserTests
{
    // Short, so that what Slack may still do is soon over.
    private static readonly Setting _hasty = new() { SlackTimeLimit = TimeSpan.FromMilliseconds(400) };

    [Fact]
    public async Task Each_write_costs_one_call_to_Slack_and_one_that_changes_nothing_costs_none()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        Assert.Equal(new Dictionary<string, int> { ["POST /Users"] = 1 }, await CallsAsync(gateway));

        await PatchAsync(gateway, id, "title", "\"Countess\"");
        Assert.Equal(new Dictionary<string, int> { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));

        await PatchAsync(gateway, id, "title", "\"Countess\"");
        Assert.Empty(await CallsAsync(gateway));

        await PatchAsync(gateway, id, "active", "false");
        await CallsAsync(gateway);
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status);
        // The last word about a user is told, though the user was told inactive before.
        Assert.Equal(new Dictionary<string, int> { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
    }

    [Fact]
    public async Task A_leaver_who_comes_back_gets_the_old_account_and_a_new_id()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await CreateAsync(gateway);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));

        var second = await CreateAsync(gateway);

        Assert.NotEqual(first, second);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task A_create_that_Slack_refuses_leaves_nothing_behind()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","description":"invalid_emoji_not_allowed"}""");

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("invalid_emoji_not_allowed", (string)body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(0, await TotalAsync(gateway));

        await CreateAsync(gateway);
        Assert.Single(await gateway.AccountsAsync(Address));
    }

    [Fact]
    public async Task A_change_that_Slack_refuses_is_taken_back_with_its_address()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"email_taken"}""");

        var answer = await PatchAsync(gateway, id, "emails", """[{"value":"new@corp.example","primary":true}]""");
        Assert.Equal(HttpStatusCode.Conflict, answer);
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.Equal(Address, (string)body!["emails"]![0]!["value"]!);

        // The address is free again, for somebody else.
        Assert.Equal(
            HttpStatusCode.Created,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("grace", "new@corp.example"))).Status
        );
    }

    [Fact]
    public async Task A_delete_that_Slack_refuses_leaves_the_user_there()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"path":"/Users/{id}","description":"cannot_update_admin"}""");

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}");

        Assert.True((int)status is >= 400 and < 500, $"the answer was {status}");
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal(1, await TotalAsync(gateway));
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_is_asked_for_and_never_doubled()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"after"}""");

        await CreateAsync(gateway);

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.Equal(1, (await CallsAsync(gateway))["POST /Users"]);
    }

    [Fact]
    public async Task A_create_that_never_came_to_Slack_is_made_once_it_was_asked_for()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","drop":"before"}""");

        await CreateAsync(gateway);

        Assert.Single(await gateway.AccountsAsync(Address));
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_sent_again()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","drop":"before"}""");

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));

        Assert.Contains(
            "Countess",
            Assert.Single(await gateway.AccountsAsync(Address)).ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task While_Slack_fails_it_is_tried_with_growing_pauses_and_not_without_end()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","status":503,"times":2}""");

        await CreateAsync(gateway);

        Assert.Single(await gateway.AccountsAsync(Address));
        Assert.InRange((await CallsAsync(gateway)).Values.Sum(), 3, 6);
    }

    [Fact]
    public async Task What_was_written_down_arrives_though_the_client_hung_up_and_the_gateway_stopped()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","status":503,"times":0}""");
        using (var hangUp = new CancellationTokenSource())
        {
            using var content = new StringContent(User(), mediaType: new("application/scim+json"));
            var request = gateway.Client.PostAsync("Users", content, hangUp.Token);
            await Gateway.UntilAsync(async () => await TotalAsync(gateway) == 1);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await gateway.RestartAsync();
        Assert.Equal(1, await TotalAsync(gateway));
        Assert.Empty(await gateway.AccountsAsync(Address));
        await gateway.Control.DeleteAsync("faults");

        await Gateway.UntilAsync(async () => (await gateway.AccountsAsync(Address)).Count == 1);
    }

    [Fact]
    public async Task A_gateway_that_stops_answers_who_waits_at_once_and_truly()
    {
        await using var gateway = await Gateway.StartAsync(_hasty);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","status":503,"times":0}""");
        using var client = gateway.NewClient();
        using var content = new StringContent(User(), mediaType: new("application/scim+json"));
        var waiting = client.PostAsync("Users", content);
        await Gateway.UntilAsync(async () => await TotalAsync(gateway) == 1);

        var stopping = gateway.RestartAsync();
        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        await stopping;

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(1, await TotalAsync(gateway));
        await gateway.Control.DeleteAsync("faults");
        await Gateway.UntilAsync(async () => (await gateway.AccountsAsync(Address)).Count == 1);
    }

    [Fact]
    public async Task Of_two_creates_of_one_person_at_once_one_wins()
    {
        await using var gateway = await Gateway.StartAsync();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => gateway.SendAsync(HttpMethod.Post, "Users", User()))
        );

        Assert.Equal(1, answers.Count(a => a.Status == HttpStatusCode.Created));
        Assert.Equal(7, answers.Count(a => a.Status == HttpStatusCode.Conflict));
        Assert.Single(await gateway.AccountsAsync(Address));
    }

    [Fact]
    public async Task Of_writers_on_one_user_none_loses_what_another_wrote()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        string[] attributes = ["title", "nickName", "locale", "userType", "displayName", "preferredLanguage"];

        var answers = await Task.WhenAll(attributes.Select(a => PatchAsync(gateway, id, a, "\"en-GB\"")));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Users/{id}");
        Assert.All(attributes, a => Assert.Equal("en-GB", (string?)body![a]));
    }

    [Theory]
    [InlineData("attributes=userName", "schemas id userName")]
    [InlineData("attributes=urn:scimgateway:schemas:link:1.0:state", "schemas id urn:scimgateway:schemas:link:1.0")]
    [InlineData("excludedAttributes=emails,name,meta,active,title", "schemas id userName")]
    public async Task What_a_write_is_answered_with_is_what_its_parameters_ask_for(string query, string members)
    {
        await using var gateway = await Gateway.StartAsync();

        var (created, user, _) = await gateway.SendAsync(HttpMethod.Post, $"Users?{query}", User());
        var one = $"Users/{user!["id"]}";
        var (replaced, after, _) = await gateway.SendAsync(HttpMethod.Put, $"{one}?{query}", User());
        var (patched, last, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"{one}?{query}",
            Patch("title", "\"Countess\"")
        );

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK], [created, replaced, patched]);
        Assert.All(
            [user, after!, last!],
            shown => Assert.Equal(members.Split(' ').Order(), shown.Select(member => member.Key).Order())
        );
        Assert.Equal("Countess", (string?)(await gateway.SendAsync(HttpMethod.Get, one)).Body!["title"]);
    }

    [Fact]
    public async Task Each_write_is_in_the_journal_with_what_came_of_it()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        await PatchAsync(gateway, id, "title", "\"Countess\"");
        await PatchAsync(gateway, id, "title", "\"Countess\"");
        await gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","description":"email_taken"}""");
        await PatchAsync(gateway, id, "emails", """[{"value":"new@corp.example","primary":true}]""");

        var operations = gateway.Operations();

        Assert.Equal(["done", "done", "nothing to do", "refused", "refused"], operations.Select(o => o.Outcome));
        Assert.All(operations, o => Assert.True(o.Finished));
        Assert.Equal("POST /Users", operations[3].Request);
        Assert.Contains("email_taken", operations[4].Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("{\"userName\":null}", HttpStatusCode.BadRequest)]
    [InlineData("{\"userName\":{\"a\":1}}", HttpStatusCode.BadRequest)]
    public async Task What_is_no_user_is_refused_as_a_SCIM_error(string body, HttpStatusCode expected)
    {
        await using var gateway = await Gateway.StartAsync();

        var (status, error, _) = await gateway.SendAsync(HttpMethod.Post, "Users", body);

        Assert.Equal(expected, status);
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", (string?)error!["schemas"]![0]);
        Assert.Empty(await CallsAsync(gateway));
    }

    [Theory]
    [InlineData("GET", "Nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "Users/no-id", HttpStatusCode.NotFound)]
    [InlineData("PUT", "Users", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "Me", HttpStatusCode.NotImplemented)]
    public async Task What_is_not_there_is_said_as_a_SCIM_error(string method, string path, HttpStatusCode expected)
    {
        await using var gateway = await Gateway.StartAsync();

        var (status, error, response) = await gateway.SendAsync(new HttpMethod(method), path);

        Assert.Equal(expected, status);
        Assert.Equal(((int)expected).ToString(CultureInfo.InvariantCulture), (string?)error!["status"]);
        Assert.Equal(expected == HttpStatusCode.MethodNotAllowed, response.Content.Headers.Allow.Contains("POST"));
    }

    [Fact]
    public async Task HEAD_is_GET_without_its_body()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);

        var (status, body, response) = await gateway.SendAsync(HttpMethod.Head, $"Users/{id}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Null(body);
        Assert.True(response.Content.Headers.ContentLength > 0);
        Assert.NotNull(response.Headers.ETag);
    }

    [Fact]
    public async Task Without_the_token_nothing_is_shown()
    {
        await using var gateway = await Gateway.StartAsync();
        using var stranger = new HttpClient { BaseAddress = gateway.Base };

        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("Users")).StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_as_such()
    {
        await using var gateway = await Gateway.StartAsync();

        // The client asks before it sends so much, or it would find the connection closed while it is still sending.
        using var request = new HttpRequestMessage(HttpMethod.Post, "Users")
        {
            Content = new StringContent(
                $$"""{"userName":"{{new string('a', 8_000_000)}}"}""",
                mediaType: new("application/scim+json")
            ),
            Headers = { ExpectContinue = true },
        };
        using var answer = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task A_refusal_that_comes_while_a_slow_request_is_taken_on_is_its_answer()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync(
            """{"method":"POST","path":"/Users","delayMs":300,"status":400,"description":"invalid_emoji_not_allowed"}"""
        );
        var isRecorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Life.HoldAt(Step.Accepting, isRecorded.Task);

        var answering = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.Life.ReachedAsync(Step.Calling);
        gateway.GiveUp();
        await gateway.Life.ReachedAsync(Step.Recorded);
        isRecorded.SetResult();

        var (status, body, _) = await answering;
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (status, (string?)body!["scimType"]));
        Assert.Equal(0, await TotalAsync(gateway));
    }

    [Theory]
    [InlineData("""{"userName":" ","emails":[{"value":"ada@corp.example","primary":true}]}""")]
    [InlineData("""{"userName":"\t\u2003","emails":[{"value":"ada@corp.example","primary":true}]}""")]
    public async Task A_name_of_blanks_alone_is_none(string user)
    {
        await using var gateway = await Gateway.StartAsync();

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user);

        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (status, (string?)body!["scimType"]));
        var id = await CreateAsync(gateway);
        Assert.Equal(HttpStatusCode.BadRequest, await PatchAsync(gateway, id, "userName", "\"  \""));
    }

    [Fact]
    public async Task What_is_given_twice_is_shown_once_and_the_second_may_say_that_it_is_primary()
    {
        await using var gateway = await Gateway.StartAsync();
        const string Twice = """
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada",
             "emails":[{"value":"ada@corp.example","type":"work"},{"value":"ADA@corp.example","type":"Work","primary":true},
                       {"value":"ada@corp.example","type":"home"}],
             "phoneNumbers":[{"value":"1"},{"value":"1"},{"value":"2"}]}
            """;

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Twice);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(["work", "home"], body!["emails"]!.AsArray().Select(email => (string?)email!["type"]));
        Assert.True((bool)body["emails"]![0]!["primary"]!);
        Assert.Equal(["1", "2"], body["phoneNumbers"]!.AsArray().Select(phone => (string?)phone!["value"]));
        // Numbers without a type go where Slack has room.
        var account = Assert.Single(await gateway.AccountsAsync("ada@corp.example"));
        Assert.Equal(("1", "2"), ((string?)account["primaryPhone"], (string?)account["mobilePhone"]));

        var put = await gateway.SendAsync(HttpMethod.Put, $"Users/{body["id"]}", Twice);
        Assert.Equal(2, put.Body!["emails"]!.AsArray().Count);
        await PatchAsync(
            gateway,
            (string)body["id"]!,
            "phoneNumbers",
            """[{"value":"3","type":"work"},{"value":"3","type":"work"}]"""
        );
        var shown = (await gateway.SendAsync(HttpMethod.Get, $"Users/{body["id"]}")).Body!;
        Assert.Equal("3", (string?)Assert.Single(shown["phoneNumbers"]!.AsArray())!["value"]);
    }

    [Fact]
    public async Task A_userName_that_is_the_only_address_is_changed_in_Slack_too_and_is_free_then()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, ada, _) = await gateway.SendAsync(HttpMethod.Post, "Users", """{"userName":"ada@corp.example"}""");

        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(gateway, (string)ada!["id"]!, "userName", "\"ada.king@corp.example\"")
        );
        var (status, next, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"userName":"ada@corp.example"}"""
        );

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.NotEqual((string?)ada["id"], (string?)next!["id"]);
        Assert.Single(await gateway.AccountsAsync("ada.king@corp.example"));
        Assert.Single(await gateway.AccountsAsync("\"ada@corp.example"));
        Assert.Equal("Settled", gateway.State((string)next["id"]!));
    }

    [Fact]
    public async Task That_a_userName_was_taken_for_the_address_is_on_the_operation()
    {
        const string Taken = "The userName was taken for the address, since there is no other.";
        await using var gateway = await Gateway.StartAsync();

        var alone = await gateway.SendAsync(HttpMethod.Post, "Users", """{"userName":"ada@corp.example"}""");
        var beside = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"userName":"bea@corp.example","emails":[{"value":"b@corp.example","primary":true}]}"""
        );
        var added = await gateway.SendAsync(
            HttpMethod.Put,
            $"Users/{alone.Body!["id"]}",
            """{"userName":"ada@corp.example","emails":[{"value":"a@corp.example","primary":true}]}"""
        );

        Assert.Contains(Taken, Notes(alone.Response), StringComparison.Ordinal);
        Assert.DoesNotContain(Taken, Notes(beside.Response), StringComparison.Ordinal);
        Assert.DoesNotContain(Taken, Notes(added.Response), StringComparison.Ordinal);

        string Notes(HttpResponseMessage response) =>
            gateway.Operation(response.Headers.GetValues("X-Operation-Id").Single())!.Notes;
    }

    [Theory]
    [InlineData("?filter=userName%20eq%20%22ada%22", 1)]
    [InlineData("", 2)]
    [InlineData("?filter=displayName%20eq%20%22Crew%22", 1)]
    public async Task The_root_is_asked_for_users_and_groups_together(string query, int found)
    {
        await using var gateway = await Gateway.StartAsync();
        await GroupRequests.GroupAsync(gateway, "Crew", await CreateAsync(gateway));

        foreach (var root in (string[])["", "/"])
        {
            var answer = await gateway.Client.GetAsync(new Uri(gateway.Base.AbsoluteUri.TrimEnd('/') + root + query));
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal((HttpStatusCode.OK, found), (answer.StatusCode, (int)body["totalResults"]!));
        }
    }

    [Fact]
    public async Task The_link_is_not_for_clients_to_write()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("urn:scimgateway:schemas:link:1.0", """{"state":"held"}""")
        );

        Assert.Equal((HttpStatusCode.BadRequest, "mutability"), (status, (string?)body!["scimType"]));
    }

    [Theory]
    [InlineData("startDate", "profile", "soon", HttpStatusCode.BadRequest)]
    [InlineData("startDate", "profile", "01/02/2026", HttpStatusCode.BadRequest)]
    [InlineData("startDate", "profile", "2026-1-5", HttpStatusCode.BadRequest)]
    [InlineData("startDate", "profile", "2026-02-30", HttpStatusCode.BadRequest)]
    [InlineData("startDate", "profile", "2026-04-10T00:00:00+0000", HttpStatusCode.OK)]
    [InlineData("startDate", "profile", "2026-04-10T00:00:00.5+02:00", HttpStatusCode.OK)]
    [InlineData("startDate", "profile", "2026-04-10", HttpStatusCode.OK)]
    [InlineData("expiration", "guest", "never", HttpStatusCode.BadRequest)]
    public async Task A_date_that_is_none_is_refused_where_it_is_sent(
        string attribute,
        string extension,
        string value,
        HttpStatusCode expected
    )
    {
        await using var gateway = await Gateway.StartAsync();
        var id = await CreateAsync(gateway);
        var urn = $"urn:ietf:params:scim:schemas:extension:slack:{extension}:2.0:User";

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            Patch($"{urn}:{attribute}", $"\"{value}\"")
        );

        Assert.Equal(expected, status);
        if (expected != HttpStatusCode.OK)
            Assert.Contains("ISO 8601", (string)body!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        Assert.Equal("Settled", gateway.State(id));
    }
}
