using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Host.Transcripts;
using Xunit;

namespace ScimGateway.Host.Tests.Transcripts;

/// <summary>People in a transcript are invented ones, of the same shape; what is of the protocol stays.</summary>
public class DisguiseTests
{
    private const string Ada = "01a22741-1566-7b61-b995-94bc8e2c573e";
    private const string Crew = "01a22741-2a17-7125-8bc8-2879cd1c2a1b";

    private readonly Steps _steps = new(new Disguise());

    [Theory]
    [InlineData("Ada Lovelace", "^[A-Z][a-z]{2} [A-Z][a-z]{7}$")]
    [InlineData("McKENZIE", "^[A-Z][a-z][A-Z]{6}$")]
    [InlineData("E-4711/b", @"^[A-Z]-\d{4}/[a-z]$")]
    [InlineData("Ωμέγα", @"^\p{Lu}\p{Ll}{4}$")]
    [InlineData("山田", @"^\p{Lo}{2}$")]
    [InlineData("ada.lovelace@corp.example", @"^[a-z]{3}\.[a-z]{8}@[a-z]{11}\.\{\{mark\}\}\.example$")]
    [InlineData("https://corp.test/ada.png", @"^https://[a-z]{8}\.example/[a-z]{3}\.[a-z]{3}$")]
    [InlineData("1985-12-10", @"^19\d\d-\d\d-\d\d$")]
    [InlineData("2026-11-29T11:42:19Z", @"^20\d\d-\d\d-\d\dT11:42:19Z$")]
    [InlineData("{{token}}", @"^\{ \{[a-z]{5}\}\}$")]
    public void A_text_is_another_one_of_the_same_shape(string text, string shape)
    {
        var invented = new Disguise().Text(text);

        Assert.Matches(new Regex(shape), invented);
        Assert.NotEqual(text, invented);
    }

    [Fact]
    public void The_same_word_is_the_same_one_wherever_it_stands_and_two_words_are_two()
    {
        var disguise = new Disguise();
        var ada = disguise.Text("Ada");

        Assert.Equal(ada.ToLowerInvariant(), disguise.Text("ada"));
        Assert.StartsWith(
            ada.ToLowerInvariant() + ".",
            disguise.Text("ada.lovelace@corp.example"),
            StringComparison.Ordinal
        );
        Assert.Equal(10, Enumerable.Range(0, 10).Select(digit => disguise.Text($"{digit}")).Distinct().Count());
        Assert.Equal(26, "abcdefghijklmnopqrstuvwxyz".Select(letter => disguise.Text($"{letter}")).Distinct().Count());
        Assert.NotEqual(disguise.Text("lovelace"), new Disguise().Text("lovelace"));
    }

    [Fact]
    public void Whoever_is_found_is_made_before_and_ids_are_those_of_the_other_server()
    {
        var steps = _steps.Of(
            Sent(
                "GET",
                "/Users",
                200,
                answer: $$"""{"totalResults":1,"Resources":[{"id":"{{Ada}}","userName":"ada","active":true,"meta":{"version":"W/\"7\""},"groups":[]}]}""",
                filter: "userName eq \"ada\""
            )
        );
        Assert.Equal(2, steps.Count);
        Assert.True((bool)steps[0]["setup"]!);
        var name = (string)steps[0]["request"]!["body"]!["userName"]!;
        Assert.EndsWith(".{{mark}}", name, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", name, StringComparison.Ordinal);
        Assert.Equal("""{"user1":"$.id"}""", steps[0]["capture"]!.ToJsonString());
        Assert.Equal($"/Users?filter=userName%20eq%20%22{name}%22", (string?)steps[1]["request"]!["path"]);
        Assert.Equal(1, (int)steps[1]["expect"]!["arrayLength"]!["$.Resources"]!);

        // A member that nobody has shown, and a group of which only the id is known.
        steps = _steps.Of(
            Sent(
                "PATCH",
                $"/Groups/{Crew}",
                204,
                $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"members","value":[{"value":"{{Ada}}"}]},{"op":"remove","path":"members[value eq \"{{Ada.ToUpperInvariant()}}\"]"}]}"""
            )
        );
        Assert.Equal(2, steps.Count);
        Assert.Equal("/Groups", (string?)steps[0]["request"]!["path"]);
        Assert.Equal("/Groups/{{group2}}", (string?)steps[1]["request"]!["path"]);
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"members","value":[{"value":"{{user1}}"}]},{"op":"remove","path":"members[value eq \"{{user1}}\"]"}]}""",
            Regex.Unescape(
                steps[1]["request"]!["body"]!.ToJsonString().Replace("\\u0022", "\\\\\"", StringComparison.Ordinal)
            )
        );
        Assert.Equal("[200,204]", steps[1]["expect"]!["status"]!.ToJsonString());
    }

    [Theory]
    [InlineData("password", "\"sesame\"")]
    [InlineData("urn:corp:2.0:User:apiToken", "\"sesame\"")]
    [InlineData("clientSecret", "{\"value\":\"sesame\"}")]
    public void A_credential_is_in_none_also_where_people_stay(string attribute, string value)
    {
        foreach (var steps in new[] { new Steps(null), _steps })
        {
            var all = new[]
            {
                Sent(
                    "POST",
                    "/Users",
                    201,
                    $$"""{"userName":"ada","{{attribute}}":{{value}}}""",
                    $$"""{"id":"{{Ada}}"}"""
                ),
                Sent(
                    "PATCH",
                    $"/Users/{Ada}",
                    200,
                    $$"""{"Operations":[{"op":"replace","path":"{{attribute}}","value":{{value}}}]}"""
                ),
                Sent(
                    "PATCH",
                    $"/Users/{Ada}",
                    200,
                    """{"Operations":[{"op":"replace","value":{"NAME":VALUE}}]}"""
                        .Replace("NAME", attribute, StringComparison.Ordinal)
                        .Replace("VALUE", value, StringComparison.Ordinal)
                ),
                Sent("PUT", $"/Users/{Ada}", 400, $$"""{"userName":"ada","{{attribute}}":{{value}},}"""),
                Sent("GET", "/Users", 400, filter: $"{attribute} eq \"sesame\""),
            };
            var text = string.Join('\n', all.SelectMany(steps.Of).Select(step => step.ToJsonString()));

            Assert.DoesNotContain("sesame", text, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(all.Length, text.Split("\"request\"").Length - 1);
        }
    }

    [Fact]
    public void People_stay_where_that_was_said_and_the_protocol_stays_in_any_case()
    {
        const string Body =
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","active":"True","emails":[{"type":"work","value":"ada@corp.example","primary":true}],"timezone":"Europe/London"}""";
        var sent = Sent("POST", "/Users", 201, Body, $$"""{"id":"{{Ada}}"}""");

        Assert.Equal(Body, new Steps(null).Of(sent).Single()["request"]!["body"]!.ToJsonString());

        var body = _steps.Of(sent).Single()["request"]!["body"]!;
        Assert.Equal("True", (string?)body["active"]);
        Assert.Equal("work", (string?)body["emails"]![0]!["type"]);
        Assert.Equal("Europe/London", (string?)body["timezone"]);
        Assert.DoesNotContain("ada", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("userName eq ada@corp.example")]
    [InlineData("ada@corp.example")]
    [InlineData("emails[type eq \"work\" and value co \"lovelace\"]")]
    [InlineData("userName eq \"ada")]
    [InlineData("name.familyName sw \"O\\\"Lovelace\" or id eq \"ada\"")]
    public void Nobody_is_named_in_a_filter(string filter)
    {
        var path = Uri.UnescapeDataString(
            (string)_steps.Of(Sent("GET", "/Users", 400, filter: filter)).Single()["request"]!["path"]!
        );

        foreach (var word in new[] { "ada", "lovelace", "corp" })
            Assert.DoesNotContain(word, path, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            filter.Contains("\"work\"", StringComparison.Ordinal),
            path.Contains("[type eq \"work\" and value co \"", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(401)]
    public void What_says_nothing_of_the_request_is_left_out(int status) =>
        Assert.Empty(_steps.Of(Sent("GET", "/Users", status)));

    private static Exchange Sent(
        string method,
        string path,
        int status,
        string body = "",
        string answer = "",
        string? filter = null
    ) =>
        new(
            method,
            path,
            filter is null ? [] : [KeyValuePair.Create("filter", filter)],
            body.Length == 0 ? null : "application/scim+json",
            Encoding.UTF8.GetBytes(body),
            status,
            Encoding.UTF8.GetBytes(answer)
        );
}
