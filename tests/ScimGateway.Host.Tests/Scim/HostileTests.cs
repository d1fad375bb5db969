using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Journal;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>Whatever comes, the answer is a SCIM error that says what is wrong, and nothing has changed.</summary>
public sealed class HostileTests
{
    private const string User =
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"eve","title":"x"}""";
    private const string Json = "Content-Type: application/scim+json";

    // What is sent to a gateway that has one user, whose id stands for {id}.
    public static TheoryData<string, string, string, string, int> Requests() =>
        new()
        {
            // bodies that are no JSON object, or none that is read
            { "POST", "Users", "", Json, 400 },
            { "POST", "Users", "null", Json, 400 },
            { "POST", "Users", "[]", Json, 400 },
            { "POST", "Users", $"[{User}]", Json, 400 },
            { "POST", "Users", "\"text\"", Json, 400 },
            { "POST", "Users", "17", Json, 400 },
            { "POST", "Users", "{", Json, 400 },
            { "POST", "Users", User + "x", Json, 400 },
            { "POST", "Users", User + User, Json, 400 },
            { "POST", "Users", User.Replace("\"x\"", "\"x\",", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", "/* c */" + User, Json, 400 },
            { "POST", "Users", "<xml/>", Json, 400 },
            { "POST", "Users", "\u0000" + User, Json, 400 },
            { "POST", "Users", "\\xFE\\xFF" + User, Json, 400 }, // UTF-16's mark
            { "POST", "Users", Titled("\\xFF"), Json, 400 },
            { "POST", "Users", Titled("\\xC0\\x80"), Json, 400 },
            { "POST", "Users", Titled("\\xED\\xA0\\x80"), Json, 400 }, // half a surrogate pair in UTF-8
            { "POST", "Users", Titled("\\ud800"), Json, 400 },
            { "POST", "Users", Titled("\\udc00\\ud800"), Json, 400 },
            { "POST", "Users", Titled("\\u0000"), Json, 400 },
            { "POST", "Users", Titled("\u0001"), Json, 400 },
            { "POST", "Users", User.Replace("title", "userName", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("title", "USERNAME", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"x\"", "1e999999999", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"x\"", new string('9', 100_000), StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"x\"", "NaN", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"x\"", "{}", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"eve\"", "\"\"", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"eve\"", "null", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", User.Replace("\"eve\"", "[\"eve\",\"adam\"]", StringComparison.Ordinal), Json, 400 },
            { "POST", "Users", Nested(40), Json, 400 },
            { "POST", "Users", Nested(100_000), Json, 400 },
            { "POST", "Users", Members(1_001), Json, 400 },
            {
                "POST",
                "Users",
                User.Replace(
                    "\"x\"",
                    "[" + string.Join(',', Enumerable.Repeat("1", 10_001)) + "]",
                    StringComparison.Ordinal
                ),
                Json,
                400
            },
            { "PUT", "Users/{id}", "", Json, 400 },
            { "PUT", "Users/{id}", "[]", Json, 400 },
            { "PATCH", "Users/{id}", "", Json, 400 },
            { "PATCH", "Users/{id}", "{}", Json, 400 },
            { "PATCH", "Users/{id}", Patch("title", "\"\\u0000\""), Json, 400 },
            { "PATCH", "Users/{id}", Patch("userName", "null"), Json, 400 },
            { "PATCH", "Users/{id}", Patch("emails[", "1"), Json, 400 },
            { "PATCH", "Users/{id}", Patch("emails[" + new string('(', 20_000), "1"), Json, 400 },
            { "PATCH", "Users/{id}", Patch(new string('a', 200_000), "1"), Json, 400 },
            { "PATCH", "Users/{id}", Patch("emails[value co \\\"\\ud800\\\"]", "1"), Json, 400 },
            {
                "PATCH",
                "Users/{id}",
                "{\"Operations\":["
                    + string.Join(',', Enumerable.Repeat("{\"op\":\"remove\",\"path\":\"title\"}", 1_001))
                    + "]}",
                Json,
                400
            },
            // a NUL in the name of a member, however deep, and in a value that a path makes
            { "POST", "Users", Related("\"urn:x:\\u0000\":{\"a\":1}"), Json, 400 },
            { "POST", "Users", Related("\"urn:x:y\":{\"a\":[{\"b\":{\"\\u0000\":1}}]}"), Json, 400 },
            { "POST", "Users", Related("\"name\":{\"a\\u0000\":\"x\"}"), Json, 400 },
            { "POST", "Groups", "{\"displayName\":\"Crew\",\"urn:x:\\u0000\":{\"a\":1}}", Json, 400 },
            { "PUT", "Users/{id}", Related("\"urn:x:\\u0000\":{\"a\":1}"), Json, 400 },
            { "PATCH", "Users/{id}", Added("{\"urn:x:\\u0000\":{\"a\":1}}"), Json, 400 },
            { "PATCH", "Users/{id}", Added("{\"urn:x:y\":{\"\\u0000\":1}}"), Json, 400 },
            { "PATCH", "Users/{id}", Patch("urn:x:y", "{\"\\u0000\":1}"), Json, 400 },
            { "PATCH", "Users/{id}", Patch("urn:x:\\u0000:y", "1"), Json, 400 },
            { "PATCH", "Users/{id}", Patch("emails[type eq \\\"\\\\u0000\\\"].value", "\"a@x.example\""), Json, 400 },
            { "PATCH", "Users/{id}", Patch("emails[type eq \\\"\\\\ud800\\\"].value", "\"a@x.example\""), Json, 400 },
            // sizes
            { "POST", "Users", new string(' ', (1 << 20) + 1), Json, 413 },
            { "PUT", "Users/{id}", new string(' ', (1 << 20) + 1), Json, 413 },
            { "PATCH", "Users/{id}", new string(' ', (1 << 20) + 1), Json, 413 },
            { "POST", "Bulk", new string(' ', (4 << 20) + 1), Json, 413 },
            // types
            { "POST", "Users", User, "Content-Type: text/plain", 415 },
            { "POST", "Users", User, "Content-Type: application/xml", 415 },
            { "POST", "Users", User, "Content-Type: application/json-patch+json", 415 },
            { "POST", "Users", User, "Content-Type: application/x-www-form-urlencoded", 415 },
            { "POST", "Users", User, "Content-Type: multipart/form-data; boundary=x", 415 },
            { "POST", "Users", User, "Content-Type: json", 415 },
            { "POST", "Users", User, "Content-Type: ;;;", 415 },
            { "POST", "Users", User, "Content-Type: application/scim+json; charset=iso-8859-1", 415 },
            { "POST", "Users", User, "Content-Type: application/json; charset=utf-16", 415 },
            { "POST", "Users", User, Json + "\r\nContent-Type: text/plain", 415 },
            { "POST", "Users", User, Json + "\r\nContent-Encoding: gzip", 415 },
            { "POST", "Users", User, Json + "\r\nContent-Encoding: identity, br", 415 },
            { "PUT", "Users/{id}", User, "Content-Type: text/plain", 415 },
            { "PATCH", "Users/{id}", User, "Content-Type: text/plain", 415 },
            { "POST", "Bulk", "{}", "Content-Type: text/plain", 415 },
            { "POST", ".search", "{}", "Content-Type: text/plain", 415 },
            { "POST", "Users/.search", new string(' ', (1 << 20) + 1), Json, 413 },
            { "POST", "Users/.search", "{", Json, 400 },
            // paths
            { "DELETE", "", "", "", 405 },
            { "GET", "Nothing", "", "", 404 },
            { "POST", "Nothing", User, Json, 404 },
            { "GET", "Users/no-id", "", "", 404 },
            { "GET", "Users/{id}x", "", "", 404 },
            { "GET", "Users/%7B{id}%7D", "", "", 404 },
            { "GET", "Users/%20{id}", "", "", 404 },
            { "GET", "Users/" + new string('9', 5_000), "", "", 404 },
            { "GET", "Users/%C3%28", "", "", 404 },
            { "GET", "Users/%E0%80", "", "", 404 },
            { "GET", "Users/..%2f..%2fetc%2fpasswd", "", "", 404 },
            { "GET", "Users/{id}/emails", "", "", 404 },
            { "GET", "Users/{id}//", "", "", 404 },
            { "GET", "/Users", "", "", 404 },
            { "GET", "Users//{id}", "", "", 404 },
            { "GET", "%2FUsers", "", "", 404 },
            { "GET", "Users;a=b", "", "", 404 },
            { "GET", "../../../Users", "", "", 401 }, // no tenant's
            { "GET", "Schemas/urn:nothing", "", "", 404 },
            { "GET", "ResourceTypes/Thing", "", "", 404 },
            { "PUT", "Users/no-id", User, Json, 404 },
            { "PATCH", "Users/{{{id}}}", Patch("title", "\"x\""), Json, 404 },
            { "DELETE", "Users/0190163c-0000-7000-8000-000000000000", "", "", 404 },
            // methods
            { "PUT", "Users", User, Json, 405 },
            { "DELETE", "Users", "", "", 405 },
            { "POST", "Users/{id}", User, Json, 405 },
            { "OPTIONS", "Users", "", "", 405 },
            { "TRACE", "Users", "", "", 405 },
            { "BREW", "Users/{id}", "", "", 405 },
            { "GET", "Bulk", "", "", 405 },
            { "GET", ".search", "", "", 405 },
            { "POST", "Schemas", "{}", Json, 405 },
            { "DELETE", "ServiceProviderConfig", "", "", 405 },
            // conditions and queries
            { "DELETE", "Users/{id}", "", "If-Match: W/\"99\"", 412 },
            { "PATCH", "Users/{id}", Patch("title", "\"x\""), Json + "\r\nIf-Match: \"\"", 412 },
            { "PUT", "Users/{id}", User, Json + "\r\nIf-Match: ,,,", 412 },
            { "DELETE", "Users/{id}", "", "If-None-Match: *", 412 },
            { "PATCH", "Users/{id}", Patch("title", "\"x\""), Json + "\r\nIf-None-Match: W/\"99\", W/\"1\"", 412 },
            { "PUT", "Users/{id}", User, Json + "\r\nIf-None-Match: *\r\nIf-Match: *", 412 },
            { "GET", "Users?filter=userName+eq", "", "", 400 },
            { "GET", "Users?filter=%00", "", "", 400 },
            { "GET", "Users?filter=" + new string('(', 7_000), "", "", 400 },
            { "GET", "Users?filter=userName+eq+%22%ff%22+and", "", "", 400 },
            { "GET", "Users?startIndex=x", "", "", 400 },
            { "GET", "Users?count=1e3", "", "", 400 },
            { "GET", "Schemas?filter=id+pr", "", "", 403 },
            { "GET", "Me", "", "", 501 },
            { "DELETE", "me", "", "", 501 },
            { "PATCH", "Me/", "{}", Json, 501 },
        };

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_makes_no_sense_is_a_SCIM_error_and_changes_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (string)
            (
                await gateway.SendAsync(
                    HttpMethod.Post,
                    "Users",
                    """{"userName":"ada","emails":[{"value":"ada@corp.example","primary":true}]}"""
                )
            ).Body!["id"]!;
        var before = await StateAsync(gateway);
        var wrong = new List<string>();

        foreach (var row in Requests())
        {
            var (method, path, body, headers, expected) = row.Data;
            var answer = await RawRequest.SendAsync(
                gateway,
                method,
                "/demo/scim/v2/" + path.Replace("{id}", id, StringComparison.Ordinal),
                body.Length == 0 && method is "GET" or "DELETE" ? null : Bytes(body),
                headers
            );
            if (Fault(answer, expected) is { } fault)
                wrong.Add($"{method} {Short(path)} {headers} {Short(body)}: {fault}");
        }

        Assert.Empty(wrong);
        Assert.Equal(before, await StateAsync(gateway));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_edges_of_numbers_dates_and_letters_are_answered()
    {
        await using var gateway = await Gateway.StartAsync();
        await CreateAsync(gateway);
        string[] numbers =
        [
            "-1",
            "2147483648",
            "-9223372036854775809",
            new string('9', 400),
            "1e3",
            "\uff11",
            "-0",
            "",
        ];
        string[] moments =
        [
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "0001-01-01T00:00:00-14:00",
            "9999-12-31T23:59:59.9999999-14:00",
            "9999-12-31T23:59:59+14:00",
            "10000-01-01T00:00:00Z",
            "2016-12-31T23:59:60Z",
            $"2020-01-01T00:00:00.{new string('9', 5_000)}Z",
        ];
        string[] letters = ["\uffff", "\u202e", "\u0001", "%", "_", "\ud83d\ude00", new string('\u0345', 500)];
        var asked = numbers
            .SelectMany(n => (string[])[$"startIndex={n}", $"count={n}", $"cursor=&count={n}", $"cursor={n}"])
            .Concat(
                from op in (string[])["eq", "ne", "gt", "le", "co", "sw"]
                from text in (string[])[.. moments, .. letters]
                from of in (string[])["meta.created", "meta.lastModified", "userName", "emails", "title", "displayName"]
                select $"filter={Uri.EscapeDataString($"{of} {op} \"{text}\"")}"
            );

        var failed = new List<string>();
        foreach (var query in asked)
        foreach (var place in (string[])["Users", "Groups"])
        {
            var (status, _, _) = await gateway.SendAsync(HttpMethod.Get, $"{place}?{query}");
            if ((int)status >= 500)
                failed.Add($"{place}?{query}: {status}");
        }

        Assert.Empty(failed);
    }

    [Fact]
    public async Task What_is_no_HTTP_at_all_does_not_harm()
    {
        await using var gateway = await Gateway.StartAsync();
        string[] requests =
        [
            "\r\n\r\n",
            "GET\r\n\r\n",
            "GET /demo/scim/v2/Users HTTP/1.1\r\n\r\n",
            "GET /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET /demo/scim/v2/Users HTTP/1.1\r\nHost: <script>\r\n\r\n",
            "GET /demo/scim/v2/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET /{new string('a', 20_000)} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nX: {new string('a', 70_000)}\r\n\r\n",
            "POST /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            "POST /demo/scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "\u0016\u0003\u0001\u0002\u0000",
        ];

        foreach (var request in requests)
            Assert.InRange(
                (await RawRequest.SendAsync(gateway.Base, Encoding.Latin1.GetBytes(request), sayEnd: true)).Status,
                0,
                499
            );

        Assert.Equal(200, (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
    }

    [Fact]
    public async Task A_body_without_end_is_cut_at_the_limit()
    {
        await using var gateway = await Gateway.StartAsync();
        var chunks = new MemoryStream();
        for (var i = 0; i < 300; i++)
            chunks.Write(Encoding.Latin1.GetBytes($"10000\r\n{new string(' ', 0x10000)}\r\n")); // 19 MB and no last chunk

        var answer = await RawRequest.SendAsync(
            gateway,
            "POST",
            "/demo/scim/v2/Users",
            chunks.ToArray(),
            "Transfer-Encoding: chunked",
            Json
        );

        // The connection is closed under the sender; the answer has arrived or was lost with it.
        if (answer.Status != 0)
            Assert.Null(Fault(answer, 413));
        Assert.Equal("refused", Assert.Single(gateway.Operations()).Outcome);
    }

    [Fact]
    public async Task A_client_that_hangs_up_in_the_middle_of_a_body_changes_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        var request =
            $"POST /demo/scim/v2/Users HTTP/1.1\r\nHost: {gateway.Base.Authority}\r\nAuthorization: Bearer {Gateway.Token}\r\n{Json}\r\nContent-Length: 1000\r\n\r\n{User}";
        using (var client = new System.Net.Sockets.TcpClient())
        {
            await client.ConnectAsync(gateway.Base.Host, gateway.Base.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (int)(await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["totalResults"]!);
    }

    [Theory]
    [InlineData("Content-Type: application/scim+json")]
    [InlineData("Content-Type: application/json")]
    [InlineData("Content-Type: APPLICATION/SCIM+JSON;charset=UTF-8")]
    [InlineData("Content-Type: application/json; charset=\"utf-8\"; x=y")]
    [InlineData("Content-Type: application/scim+json\r\nContent-Encoding: identity")]
    [InlineData("Content-Type: application/scim+json\r\nAccept: text/html")]
    [InlineData("Content-Type: application/scim+json\r\nAccept: */*;q=0.1, application/json;q=0.9, ???")]
    [InlineData("")]
    public async Task What_providers_send_as_JSON_is_read(string headers)
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await RawRequest.SendAsync(
            gateway,
            "POST",
            "/demo/scim/v2/Users",
            Encoding.UTF8.GetBytes("\uFEFF" + User),
            headers
        );

        Assert.Equal((201, "application/scim+json"), (answer.Status, answer.Header("Content-Type")));
    }

    [Theory]
    [InlineData("/demo/scim/v2/users")]
    [InlineData("/demo/scim/v2/USERS/")]
    [InlineData("/demo/SCIM/V2/Users")]
    [InlineData("/demo/scim/v2/%55sers")]
    [InlineData("/demo/scim/v2/Users?aadOptscim062020")]
    [InlineData("/demo/scim/v2/Users/?=&&%&x=%ff&x=1")]
    public async Task A_path_is_read_as_it_is_meant_and_written_in_one_way(string path)
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await RawRequest.SendAsync(gateway, "POST", path, Encoding.UTF8.GetBytes(User), Json);

        Assert.Equal(201, answer.Status);
        Assert.Equal($"{gateway.Base}Users/{answer.Json!["id"]}", answer.Header("Location"));
        Assert.Equal(answer.Header("Location"), (string?)answer.Json["meta"]!["location"]);
        Assert.Equal(200, (await RawRequest.SendAsync(gateway, "GET", path)).Status);
        Assert.Equal(200, (await RawRequest.SendAsync(gateway, "HEAD", path)).Status);
    }

    [Theory]
    [InlineData("/demo/scim/v2/SERVICEPROVIDERCONFIG/?x=y")]
    [InlineData("/demo/scim/v2/schemas/URN:ietf:params:scim:schemas:core:2.0:user")]
    [InlineData("/demo/scim/v2/resourcetypes/user/")]
    public async Task Discovery_is_found_in_any_case(string path)
    {
        await using var gateway = await Gateway.StartAsync();

        Assert.Equal(200, (await RawRequest.SendAsync(gateway, "GET", path)).Status);
        var head = await RawRequest.SendAsync(gateway, "HEAD", path);
        Assert.Equal((200, ""), (head.Status, head.Text));
    }

    [Fact]
    public async Task What_is_refused_before_it_is_read_is_in_the_journal()
    {
        await using var gateway = await Gateway.StartAsync();
        var nobody = "Users/0190163c-0000-7000-8000-000000000000";
        var id = (string)(await gateway.SendAsync(HttpMethod.Post, "Users", User)).Body!["id"]!;
        (string Method, string Path, string Body, string Headers, int Status)[] requests =
        [
            ("POST", "Users", "{", Json, 400),
            ("POST", "Users", new string(' ', 2 << 20), Json, 413),
            ("POST", "Users", User, "Content-Type: text/plain", 415),
            ("PUT", nobody, User, Json, 404),
            ("DELETE", "Users/" + new string('x', 1_000), "", "", 404),
            ("PATCH", $"Users/{id}", Patch("title", "\"y\""), Json + "\r\nIf-Match: W/\"99\"", 412),
        ];

        foreach (var (method, path, body, headers, status) in requests)
        {
            var answer = await RawRequest.SendAsync(gateway, method, "/demo/scim/v2/" + path, Bytes(body), headers);
            Assert.Equal(status, answer.Status);
            var operation = answer.Header("X-Operation-Id");
            Assert.Contains(operation, (string?)answer.Json!["detail"], StringComparison.Ordinal);
            Assert.Equal("refused", gateway.Operation(operation)?.Outcome);
        }

        Assert.Equal(
            [
                "POST /Users",
                "POST /Users",
                "POST /Users",
                $"PUT /{nobody}",
                $"DELETE /Users/{new string('x', 186)}…",
                $"PATCH /Users/{id}",
            ],
            gateway.Operations().Skip(1).Select(o => o.Request)
        );
    }

    /// <summary>What is wrong with an error; null if it is as it should be.</summary>
    internal static string? Fault(RawAnswer answer, int expected)
    {
        if (answer.Status != expected)
            return $"{answer.Status}, not {expected}: {Short(answer.Text)}";
        if (answer.Header("Content-Type") != "application/scim+json")
            return $"Content-Type {answer.Header("Content-Type")}";
        if (answer.Header("Allow").Length > 0 != (expected == 405))
            return $"Allow {answer.Header("Allow")}";
        return
            answer.Json is { } error
            && (string?)error["schemas"]![0] == "urn:ietf:params:scim:api:messages:2.0:Error"
            && (string?)error["status"] == expected.ToString(CultureInfo.InvariantCulture)
            && (string?)error["detail"] is { Length: > 10 and < 1_200 }
            ? null
            : $"no SCIM error: {Short(answer.Text)}";
    }

    // What there is at the gateway and at Slack, and how often Slack was called.
    private static async Task<string> StateAsync(Gateway gateway)
    {
        var users = (await gateway.SendAsync(HttpMethod.Get, "Users")).Body!;
        var calls = JsonNode.Parse(await gateway.Control.GetStringAsync("calls"))!["total"];
        return users.ToJsonString() + calls + await gateway.Control.GetStringAsync("users");
    }

    // \xNN in a row stands for a byte.
    internal static byte[] Bytes(string body)
    {
        var bytes = new MemoryStream();
        for (var i = 0; i < body.Length; i++)
            if (body.AsSpan(i).StartsWith("\\x"))
            {
                bytes.WriteByte(
                    byte.Parse(body.AsSpan(i + 2, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                );
                i += 3;
            }
            else
                bytes.Write(Encoding.UTF8.GetBytes(body[i].ToString()));
        return bytes.ToArray();
    }

    private static string Titled(string title) => User.Replace("\"x\"", $"\"{title}\"", StringComparison.Ordinal);

    private static string Related(string member) =>
        User.Replace("\"title\"", $"{member},\"title\"", StringComparison.Ordinal);

    private static string Added(string values) => PatchOf($$"""{"op":"add","value":{{values}}}""");

    private static string Nested(int depth) =>
        User.Replace("\"x\"", new string('[', depth) + new string(']', depth), StringComparison.Ordinal);

    private static string Members(int count) =>
        User.Replace(
            "\"x\"",
            "{" + string.Join(',', Enumerable.Range(0, count).Select(i => $"\"m{i}\":1")) + "}",
            StringComparison.Ordinal
        );

    private static string Short(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
