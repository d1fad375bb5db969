using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ScimGateway.Host.Tests.Scim;

/// <summary>Good requests, spoilt at random: whatever it is then, it is no failure of the gateway's.</summary>
public class FuzzTests
{
    private const int Requests = 600;

    private static readonly string[] _bodies =
    [
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":"ada","name":{"givenName":"Ada","familyName":"Lovelace"},"active":true,"emails":[{"value":"ada@corp.example","type":"work","primary":true}],"phoneNumbers":[{"value":"+1 555","type":"mobile"}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Engines","manager":{"value":"{id}"}}}""",
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"},{"op":"add","path":"emails[type eq \"work\"].value","value":"a@corp.example"},{"op":"remove","path":"title"},{"op":"add","value":{"name.givenName":"Ada","nickName":"A"}}]}""",
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"failOnErrors":2,"Operations":[{"method":"POST","path":"/Users","bulkId":"q","data":{"userName":"q","emails":[{"value":"q@corp.example"}]}},{"method":"PATCH","path":"/Users/bulkId:q","data":{"Operations":[{"op":"replace","path":"title","value":"bulkId:q"}]}},{"method":"DELETE","path":"/Users/bulkId:q"}]}""",
    ];

    private static readonly string[] _targets =
    [
        "POST Users 0",
        "PUT Users/{id} 0",
        "PATCH Users/{id} 1",
        "PATCH Users/{id} 1",
        "POST Bulk 2",
        "POST Bulk 2",
        "GET Users?filter=emails[type+eq+%22work%22].value+eq+%22a%22&startIndex=1&count=2&attributes=userName,emails.value -",
        "GET Users/{id}?excludedAttributes=name -",
        "GET Schemas/urn:ietf:params:scim:schemas:core:2.0:User -",
    ];

    private static readonly string[] _pieces =
    [
        "\0",
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "true",
        "-1e999",
        "\\ud800",
        "\\u0000",
        "é",
        "😀",
        "\uFEFF",
        "bulkId:",
        "eq",
        "%00",
        "%ff",
        "/",
        "//",
        "..",
        "?",
        "&",
        "#",
        " ",
        "\t",
        "99999999999999999999",
        "[type eq \"x\"]",
        "((((((((",
        "urn:",
    ];

    private static readonly string[] _values =
    [
        "null",
        "true",
        "\"False\"",
        "0",
        "-1.5e300",
        "1e99999",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"userName\"",
        "\"emails[type eq \\\"work\\\"]\"",
        "\"emails[type eq \\\"work\\\" and not (value pr)].value\"",
        "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager\"",
        "\"urn:ietf:params:scim:schemas:core:2.0:User\"",
        "\"members\"",
        "\"schemas\"",
        "\"id\"",
        "\"meta\"",
        "\"password\"",
        "\"bulkId:q\"",
        "\"/Users/bulkId:q\"",
        "\"DELETE\"",
        "\"remove\"",
        "\"2026-13-45T99:99:99Z\"",
        "\"\\u202e😀é\"",
        "\"Ａda\"",
        "{}",
        "[]",
        "[[]]",
        "[null]",
        "[{}]",
        "[\"a\",\"a\"]",
        "{\"value\":null}",
        "{\"value\":{\"value\":\"x\"}}",
        "[{\"value\":\"a@b.example\",\"primary\":true},{\"value\":\"c@b.example\",\"primary\":true}]",
        "[{\"value\":\"not an address\",\"primary\":\"True\"}]",
    ];

    [Fact]
    [Trait("speed", "slow")]
    public async Task No_request_makes_the_gateway_fail()
    {
        var seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        var dice = new Random(seed);
        await using var gateway = await Gateway.StartAsync();
        var id = (string)(await gateway.SendAsync(HttpMethod.Post, "Users", """{"userName":"ada"}""")).Body!["id"]!;
        var statuses = new SortedDictionary<int, int>();

        for (var i = 0; i < Requests; i++)
        {
            var target = _targets[dice.Next(_targets.Length)].Replace("{id}", id, StringComparison.Ordinal).Split(' ');
            var body =
                target[2] == "-" ? null : _bodies[target[2][0] - '0'].Replace("{id}", id, StringComparison.Ordinal);
            var path = dice.Next(body is null ? 2 : 8) == 0 ? Spoilt(target[1], dice) : target[1];
            if (body is not null && dice.Next(4) > 0)
                body = Warped(body.Replace("ada", $"u{dice.Next(50)}", StringComparison.Ordinal), dice);
            else if (body is not null)
                body = Spoilt(body, dice);
            var bytes = body is null ? null : Encoding.UTF8.GetBytes(body);
            if (bytes is { Length: > 0 } && dice.Next(8) == 0)
                bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);

            var answer = await RawRequest.SendAsync(
                gateway,
                target[0],
                "/demo/scim/v2/" + Target(path),
                bytes,
                "Content-Type: application/scim+json"
            );

            statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
            Assert.True(
                answer.Status is >= 200 and < 500
                    && !answer.Text.Contains("\"status\":\"500\"", StringComparison.Ordinal),
                $"FUZZ_SEED={seed}, request {i}: {target[0]} {path} {(bytes is null ? "" : Encoding.UTF8.GetString(bytes))}: {answer.Status} {answer.Text}"
            );
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"FUZZ_SEED={seed}: {string.Join(", ", statuses)}");
        Assert.Equal(200, (int)(await gateway.SendAsync(HttpMethod.Get, "ServiceProviderConfig")).Status);
    }

    // Still JSON, but with a value or a name that does not belong there.
    private static string Warped(string text, Random dice)
    {
        var root = JsonNode.Parse(text)!;
        for (var times = dice.Next(1, 4); times > 0; times--)
        {
            var places = new List<Action<JsonNode?>>();
            Collect(root, places);
            places[dice.Next(places.Count)](JsonNode.Parse(_values[dice.Next(_values.Length)]));
        }
        return root.ToJsonString();
    }

    private static void Collect(JsonNode? node, List<Action<JsonNode?>> places)
    {
        if (node is JsonObject members)
            foreach (var (name, value) in members.ToList())
            {
                places.Add(other => members[name] = other);
                places.Add(other => members[other?.ToString() ?? "x"] = value?.DeepClone());
                Collect(value, places);
            }
        else if (node is JsonArray elements)
            for (var i = 0; i < elements.Count; i++)
            {
                var at = i;
                places.Add(other => elements[at] = other);
                places.Add(elements.Add);
                Collect(elements[i], places);
            }
    }

    private static string Spoilt(string text, Random dice)
    {
        for (var times = dice.Next(1, 4); times > 0; times--)
        {
            var (from, to) = (dice.Next(text.Length + 1), dice.Next(text.Length + 1));
            if (from > to)
                (from, to) = (to, from);
            text = dice.Next(5) switch
            {
                0 => text[..from] + text[Math.Min(to, from + 5)..],
                1 => text[..to] + text[from..],
                2 => text[..from],
                _ => text[..from] + _pieces[dice.Next(_pieces.Length)] + text[from..],
            };
            if (text.Length > 20_000)
                text = text[..20_000];
        }
        return text;
    }

    // What a request line cannot carry is sent as clients would: encoded.
    private static string Target(string path) =>
        string.Concat(
            path.Take(4_000)
                .Select(c => c is > ' ' and < '\x7f' ? c.ToString() : Uri.HexEscape((char)Math.Min((int)c, 255)))
        );
}
