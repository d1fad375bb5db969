using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>Whatever comes, the answer is one of Slack's own errors; and what known clients send, raw, is
/// understood (docs/slack.md 11).</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"userName\":\"\\ud800\"}")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("{\"userName\":\"a\",}")]
    [InlineData("{}{}")]
    [InlineData("<xml/>")]
    public async Task A_body_that_is_no_sound_JSON_object_is_invalid_request_payload(string body)
    {
        await using var slack = await StartAsync();
        foreach (
            var (method, path) in new[]
            {
                ("POST", "Users"),
                ("PATCH", "Users/" + OwnerId),
                ("PUT", "Users/" + OwnerId),
                ("POST", "Groups"),
            }
        )
            Assert.Equal("invalid_request_payload", (await slack.ScimAsync(method, path, body)).Code);
    }

    [Fact]
    public async Task A_byte_order_mark_is_forgiven_and_bytes_that_are_no_UTF8_are_not()
    {
        await using var slack = await StartAsync();
        Assert.Equal(201, (await slack.ScimAsync("POST", "Users", "\uFEFF" + User("ada").ToJsonString())).Status);
        var bytes = Encoding.Latin1.GetBytes(
            User("ada", ("title", "é")).ToJsonString().Replace("\\u00E9", "é", StringComparison.Ordinal)
        );
        Assert.Contains(
            "invalid_request_payload",
            await RawAsync(slack, "POST", "Users", bytes),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Depth_and_size_are_bounded()
    {
        await using var slack = await StartAsync();
        Assert.Equal(
            "invalid_request_payload",
            (
                await slack.ScimAsync("POST", "Users", "{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}")
            ).Code
        );
        Assert.Equal(
            "invalid_request_payload",
            (await slack.ScimAsync("POST", "Users", "{\"a\":\"" + new string('x', 9 << 20) + "\"}")).Code
        );
        Assert.Equal(
            "query_building_failed",
            (await slack.FilterAsync("Users", "username eq \"" + new string('x', 9000) + "\"")).Code
        );
        Assert.Equal(200, (await slack.GetAsync("Users")).Status);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task No_garbage_makes_the_emulator_fail()
    {
        await using var slack = await StartSeededAsync(
            10,
            ("users.groups_write", "applied"),
            ("sort.mode", "sort"),
            ("attributes_param", "honoured")
        );
        var group = await slack.MakeGroupAsync("Crew", OwnerId);
        var dice = new Random(1);
        string[] values =
        [
            "null",
            "true",
            "\"\"",
            "\" \"",
            "\"x\"",
            "5",
            "-1.5e300",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[5]",
            "[{}]",
            "[{\"value\":null}]",
            "[{\"value\":{}}]",
            "[{\"value\":\"a@b.c\",\"primary\":[]}]",
            "{\"value\":\"" + OwnerId + "\"}",
            "[{\"value\":\"" + OwnerId + "\",\"operation\":5}]",
            "{\"attributes\":[5]}",
            "{\"attributes\":[\"members\",\"emails\",\"name\"]}",
            "{\"manager\":{\"managerId\":[]}}",
            "{\"type\":\"multi\",\"expiration\":\"9999-99-99\"}",
            "{\"startDate\":{}}",
            "\"\\u0000\\u0001\"",
            "\"" + new string('é', 300) + "\"",
        ];
        string[] names =
        [
            "schemas",
            "userName",
            "nickName",
            "name",
            "displayName",
            "emails",
            "photos",
            "addresses",
            "phoneNumbers",
            "roles",
            "active",
            "timezone",
            "title",
            "password",
            "groups",
            "members",
            "meta",
            "externalId",
            "profileUrl",
            Enterprise,
            Guest,
            Profile,
            "",
            "é",
        ];
        string[] queries =
        [
            "filter=",
            "filter=%00",
            "filter=((((",
            "filter=username%20eq%20%ff",
            "count=9e9",
            "startIndex=2147483648&count=-2147483649",
            "attributes=,,.",
            "sortBy=meta.created&sortOrder=DESCENDING",
            "filter=email%20gt%20%27",
            "&&==",
            "filter=a[b%20c",
        ];
        var users = slack.Server.Workspace.Users().Select(u => (string)u["id"]!).ToArray();
        for (var i = 0; i < 1500; i++)
        {
            var body =
                "{"
                + string.Join(
                    ',',
                    Enumerable
                        .Range(0, dice.Next(5))
                        .Select(_ => $"\"{names[dice.Next(names.Length)]}\":{values[dice.Next(values.Length)]}")
                        .Append($"\"schemas\":[\"{Core}\",\"{Guest}\",\"{Profile}\"]")
                )
                + "}";
            var (method, path) = dice.Next(7) switch
            {
                0 => ("POST", "Users"),
                1 => ("PATCH", "Users/" + users[1 + dice.Next(users.Length - 1)]),
                2 => ("PUT", "Users/" + users[1 + dice.Next(users.Length - 1)]),
                3 => ("POST", "Groups"),
                4 => ("PATCH", "Groups/" + group),
                5 => ("PUT", "Groups/" + group),
                _ => ("GET", (dice.Next(2) == 0 ? "Users?" : "Groups?") + queries[dice.Next(queries.Length)]),
            };
            var answer = await slack.ScimAsync(method, path, method == "GET" ? null : body);
            Assert.True(answer.Status < 500, $"{method} {path} {body}: {answer.Status} {answer.Text}");
            if (answer.Status >= 400)
                Assert.NotNull(Errors.ErrorCode.Find(answer.Code!));
        }
        foreach (var user in slack.Server.Workspace.Users())
            Assert.Equal(200, (await slack.GetAsync("Users/" + (string)user["id"]!)).Status);
    }

    [Fact]
    public async Task Writers_side_by_side_leave_a_sound_state()
    {
        await using var slack = await StartSeededAsync(50);
        var group = await slack.MakeGroupAsync("Crew");
        var users = slack.Server.Workspace.Users().Select(u => (string)u["id"]!).Skip(1).ToArray();
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 400)
                .Select(i =>
                    (i % 4) switch
                    {
                        0 => slack.PostAsync("Users", User("user" + i / 8)),
                        1 => slack.PatchAsync("Users/" + users[i % 50], new() { ["userName"] = "name" + i / 8 }),
                        2 => slack.PatchAsync(
                            "Groups/" + group,
                            Body($$"""{"members":[{"value":"{{users[i % 50]}}"}]}""")
                        ),
                        _ => slack.GetAsync("Users?count=100"),
                    }
                )
        );
        Assert.All(answers, a => Assert.True(a.Status is 200 or 201 or 204 or 400 or 429, a.Text));
        var all = slack.Server.Workspace.Users();
        Assert.Equal(all.Count, all.Select(u => (string)u["userName"]!).Distinct().Count());
        Assert.Equal(50, answers.Count(a => a.Status == 201));
        foreach (var user in all)
            Assert.Equal(
                1,
                (int?)
                    (await slack.FilterAsync("Users", $"username eq {(string)user["userName"]!}")).Json["totalResults"]
            );
        foreach (var member in await slack.MembersAsync(group))
            Assert.Equal("Crew", (string?)(await slack.ReadAsync(member))["groups"]![0]!["display"]);
    }

    // The habits of slack_sdk.scim as measured (docs/slack.md 11), byte by byte: its package cannot be had everywhere.
    [Fact]
    public async Task The_Python_clients_way_through_a_users_life_is_understood()
    {
        await using var slack = await StartAsync();
        var created = await PythonAsync(
            slack,
            "POST",
            "Users",
            """{"schemas":["urn:scim:schemas:core:1.0"],"userName":"ada","name":{"givenName":"Ada","familyName":"L"},"emails":[{"value":"ada@example.com","primary":true,"type":"work"}],"userType":"Employee","urn:scim:schemas:extension:enterprise:1.0":{"department":"D"}}"""
        );
        Assert.StartsWith("HTTP/1.1 201 ", created.Head, StringComparison.Ordinal);
        Assert.Contains("Connection: close", created.Head, StringComparison.Ordinal);
        var id = (string)created.Body!["id"]!;

        Assert.StartsWith(
            "HTTP/1.1 200 ",
            (
                await PythonAsync(slack, "GET", "Users?startIndex=1&count=10&filter=userName%20Eq%20%22ada%22", null)
            ).Head,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "HTTP/1.1 200 ",
            (
                await PythonAsync(
                    slack,
                    "PATCH",
                    "Users/" + id,
                    """{"schemas":["urn:scim:schemas:core:1.0"],"name":{"familyName":"King"}}"""
                )
            ).Head,
            StringComparison.Ordinal
        );

        // A read object put back: schemas nested, with id, meta, groups, all nulls and both extensions.
        var read = (await PythonAsync(slack, "GET", "Users/" + id, null)).Body!;
        read["schemas"] = JsonNode.Parse(
            """[["urn:scim:schemas:core:1.0","urn:scim:schemas:extension:enterprise:1.0"],["urn:scim:schemas:core:1.0","urn:scim:schemas:extension:enterprise:1.0"]]"""
        );
        read["urn:scim:schemas:extension:slack:guest:1.0"] = null;
        var put = await PythonAsync(slack, "PUT", "Users/" + id, read.ToJsonString());
        Assert.StartsWith("HTTP/1.1 200 ", put.Head, StringComparison.Ordinal);
        Assert.Equal("King", (string?)put.Body!["name"]!["familyName"]);

        var deleted = await PythonAsync(slack, "DELETE", "Users/" + id, null);
        Assert.StartsWith("HTTP/1.1 200 ", deleted.Head, StringComparison.Ordinal);
        Assert.Null(deleted.Body);
        var broken = await PythonAsync(slack, "GET", "Users?filter=foo&count=-1", null);
        Assert.StartsWith("HTTP/1.1 400 ", broken.Head, StringComparison.Ordinal);
        Assert.Equal(
            """{"Errors":{"description":"no_filters (is_aggregate_call=1)","code":400}}""",
            broken.Body!.ToJsonString()
        );
    }

    [Fact]
    public async Task The_Python_clients_way_through_a_groups_life_is_understood()
    {
        await using var slack = await StartAsync();
        var created = await PythonAsync(
            slack,
            "POST",
            "Groups",
            $$"""{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"TestGroup","members":[{"value":"{{OwnerId}}"}]}"""
        );
        Assert.StartsWith("HTTP/1.1 201 ", created.Head, StringComparison.Ordinal);
        var id = (string)created.Body!["id"]!;
        Assert.StartsWith(
            "HTTP/1.1 204 ",
            (
                await PythonAsync(
                    slack,
                    "PATCH",
                    "Groups/" + id,
                    """{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"TestGroup2"}"""
                )
            ).Head,
            StringComparison.Ordinal
        );
        var read = (await PythonAsync(slack, "GET", "Groups/" + id, null)).Body!;
        read["schemas"] = JsonNode.Parse("""[["urn:scim:schemas:core:1.0"],["urn:scim:schemas:core:1.0"]]""");
        Assert.StartsWith(
            "HTTP/1.1 200 ",
            (await PythonAsync(slack, "PUT", "Groups/" + id, read.ToJsonString())).Head,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "HTTP/1.1 204 ",
            (await PythonAsync(slack, "DELETE", "Groups/" + id, null)).Head,
            StringComparison.Ordinal
        );
    }

    private static async Task<(string Head, JsonObject? Body)> PythonAsync(
        Emulated slack,
        string method,
        string path,
        string? body
    )
    {
        var answer = await RawAsync(slack, method, path, body is null ? null : Encoding.UTF8.GetBytes(body));
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var text = answer[(end + 4)..];
        // This client reads a body only if it begins with { (docs/slack.md 11).
        return (answer[..end], text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : null);
    }

    // urllib: HTTP/1.1 with Connection: close, the content type on every call, no Accept.
    internal static async Task<string> RawAsync(
        Emulated slack,
        string method,
        string path,
        byte[]? body,
        string connection = "close"
    )
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync(slack.Server.BaseUrl.Host, slack.Server.BaseUrl.Port, cancel);
        await using var stream = client.GetStream();
        var head =
            $"{method} /scim/v1/{path} HTTP/1.1\r\nAccept-Encoding: identity\r\n"
            + (body is null ? "" : $"Content-Length: {body.Length}\r\n")
            + $"Host: {slack.Server.BaseUrl.Authority}\r\nUser-Agent: Python-urllib/3.11\r\n"
            + "Content-Type: application/json;charset=utf-8\r\nAuthorization: Bearer xoxp-emulator\r\n"
            + $"Connection: {connection}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancel);
        if (body is not null)
            await stream.WriteAsync(body, cancel);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancel);
    }

    [Fact]
    public async Task A_filter_has_thirty_comparisons_at_most()
    {
        await using var slack = await StartAsync();
        string Filter(int comparisons) =>
            string.Join(" or ", Enumerable.Range(0, comparisons).Select(i => $"username co \"x{i}\""));
        Assert.Equal(200, (await slack.FilterAsync("Users", Filter(30))).Status);
        Assert.Equal("query_building_failed", (await slack.FilterAsync("Users", Filter(31))).Code);
        Assert.Equal(
            "query_building_failed",
            (await slack.FilterAsync("Users", $"({Filter(20)}) and ({Filter(20)})")).Code
        );
    }

    [Fact]
    public async Task A_form_larger_than_64_KiB_is_not_read()
    {
        await using var slack = await StartAsync();
        var form = "test=1&more=" + new string('x', 64 << 10);
        foreach (var path in new[] { "api/auth.revoke", "api/oauth.v2.access", "oauth/v2/authorize" })
            Assert.Equal(
                "invalid_request_payload",
                (
                    await slack.SendAsync(
                        "POST",
                        path,
                        form,
                        token: SlackEmulatorServer.Token,
                        contentType: "application/x-www-form-urlencoded"
                    )
                ).Code
            );
        Assert.Equal(200, (await slack.GetAsync("Users")).Status);
    }

    [Fact]
    public async Task A_body_of_the_Web_API_is_read_before_the_gate()
    {
        await using var slack = await StartAsync();
        var cancel = TestContext.Current.CancellationToken;
        var held = new TaskCompletionSource();
        using var enough = new ManualResetEventSlim();
        var holder = Task.Factory.StartNew(
            () =>
            {
                lock (slack.Server.Workspace.Gate)
                {
                    held.SetResult();
                    enough.Wait(cancel);
                }
            },
            cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        await held.Task;
        try
        {
            var call = slack.SendAsync("POST", "api/auth.revoke", "{", SlackEmulatorServer.Token);
            Assert.Equal("invalid_request_payload", (await call.WaitAsync(TimeSpan.FromSeconds(20), cancel)).Code);
        }
        finally
        {
            enough.Set();
            await holder;
        }
    }
}
