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

    private const string Grace = "01a22741-495c-770c-aab6-7327759c6cca";

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
    [InlineData("http://ada:sesame@corp.test:8080/ada", @"^http://[a-z]{8}\.example:8080/[a-z]{3}$")]
    [InlineData("٠١٢٣", @"^[٠-٩]{4}$")]
    [InlineData("{{{token}}}", @"^\{ \{ \{[a-z]{5}\}\}\}$")]
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
                answer: $$"""{"totalResults":1,"Resources":[{"id":"{{Ada}}","userName":"hildegarde","active":true,"meta":{"version":"W/\"7\""},"groups":[]}]}""",
                filter: "userName eq \"hildegarde\""
            )
        );
        Assert.Equal(2, steps.Count);
        Assert.True((bool)steps[0]["setup"]!);
        var name = (string)steps[0]["request"]!["body"]!["userName"]!;
        Assert.EndsWith(".{{mark}}", name, StringComparison.Ordinal);
        Assert.DoesNotContain("hildegarde", name, StringComparison.Ordinal);
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
    [InlineData("password", "{\"new\":[{\"type\":\"sesame\"}]}")]
    [InlineData("password ", "\"sesame\"")]
    [InlineData("password.value", "\"sesame\"")]
    [InlineData("/password/", "\"sesame\"")]
    [InlineData("password[value eq \\\"sesame\\\"]", "\"{\\\"password\\\":\\\"sesame\\\"}\"")]
    [InlineData("roles", "\"{\\\"password\\\":\\\"sesame\\\"}\"")]
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
                    $$"""{"userName":"hildegarde","{{attribute}}":{{value}}}""",
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
                Sent("PUT", $"/Users/{Ada}", 400, $$"""{"userName":"hildegarde","{{attribute}}":{{value}},}"""),
                Sent("GET", "/Users", 400, filter: $"password eq \"sesame\""),
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
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"hildegarde","active":"True","emails":[{"type":"work","value":"hildegarde@corp.example","primary":true}],"timezone":"Europe/London"}""";
        var sent = Sent("POST", "/Users", 201, Body, $$"""{"id":"{{Ada}}"}""");

        Assert.Equal(Body, new Steps(null).Of(sent).Single()["request"]!["body"]!.ToJsonString());

        var body = _steps.Of(sent).Single()["request"]!["body"]!;
        Assert.Equal("True", (string?)body["active"]);
        Assert.Equal("work", (string?)body["emails"]![0]!["type"]);
        Assert.Equal("Europe/London", (string?)body["timezone"]);
        Assert.DoesNotContain("hildegarde", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("userName eq hildegarde@corp.example")]
    [InlineData("hildegarde@corp.example")]
    [InlineData("emails[type eq \"work\" and value co \"lovelace\"]")]
    [InlineData("userName eq \"hildegarde")]
    [InlineData("userName eq 'Hildegarde Lovelace'")]
    [InlineData("userName co Hildegarde(lovelace)")]
    [InlineData("Hildegarde Lovelace")]
    [InlineData("userName=hildegarde")]
    [InlineData("title pr and Hildegarde")]
    [InlineData("userName like Lovelace")]
    [InlineData("name.familyName sw \"O\\\"Lovelace\" or id eq \"hildegarde\"")]
    public void Nobody_is_named_in_a_filter(string filter)
    {
        var path = Uri.UnescapeDataString(
            (string)_steps.Of(Sent("GET", "/Users", 400, filter: filter)).Single()["request"]!["path"]!
        );

        foreach (var word in new[] { "hildegarde", "lovelace", "corp.example" })
            Assert.DoesNotContain(word, path, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            filter.Contains("\"work\"", StringComparison.Ordinal),
            path.Contains("[type eq \"work\" and value co \"", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Nobody_is_named_where_the_protocol_has_its_own_words()
    {
        string[] bodies =
        [
            """{"country":"Hildegardeland","locale":"hildegarde-lovelace","emails":[{"type":"hildegarde-private","value":1}],"timezone":"Hildegarde"}""",
            """{"Operations":[{"op":"Hildegarde Lovelace","path":"emails[type eq \"work\" and value eq \"hildegarde@corp.example\"].display","value":"Hildegarde"}]}""",
            """{"emails[type eq \"work\"].value":"hildegarde@corp.example","urn:corp:2.0:User:badge":{"no":"hildegarde"}}""",
            """{"userName":"hildegarde",}""",
        ];
        var sent = bodies
            .Select(body => Sent("PUT", $"/Users/{Ada}", 400, body))
            .Append(Sent("GET", "/Users/hildegarde.lovelace@corp.example", 404))
            .Append(Sent("GET", "/Hildegarde/Lovelace", 404))
            .Append(Sent("GET", "/Schemas/hildegarde@corp.example", 404));
        var text = Regex.Unescape(string.Join('\n', sent.SelectMany(_steps.Of).Select(step => step.ToJsonString())));

        foreach (var word in new[] { "hildegarde", "lovelace", "corp.example" })
            Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("emails[type eq \"work\"].value", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"title":"{{user1}} {{{x}}}","{{x}}":1}""")]
    [InlineData("""{"Operations":[{"op":"add","path":"{{x}}","value":"{{mark}}"}]}""")]
    public void No_text_of_a_provider_is_taken_for_a_value_of_the_scenario(string body)
    {
        var text = _steps.Of(Sent("PUT", $"/Users/{Ada}", 400, body))[^1]["request"]!["body"]!.ToJsonString();

        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"title":"\ud800"}""")]
    [InlineData("""{"odd":[{"repeat":"weekly","of":"Monday"}]}""")]
    public void What_a_scenario_cannot_have_is_left_out_and_spoils_nothing(string body)
    {
        Assert.Empty(_steps.Of(Sent("PUT", $"/Users/{Ada}", 400, body)));
        Assert.Equal(1, _steps.LeftOut["that a scenario cannot have"]);
        // Whom it was about is made for the next one.
        Assert.Equal(2, _steps.Of(Sent("DELETE", $"/Users/{Ada}", 204)).Count);
    }

    [Fact]
    public void Who_was_known_by_an_id_alone_is_made_so_as_he_is_shown_later()
    {
        var first = _steps.Of(Sent("GET", $"/Groups/{Crew}", 200, answer: Group(Ada, Grace)));
        Assert.Equal(
            ["POST /Users", "POST /Users", "POST /Groups", "GET /Groups/{{group3}}"],
            first.Select(step => $"{step["request"]!["method"]} {step["request"]!["path"]}")
        );
        Assert.NotEqual(
            (string?)first[0]["request"]!["body"]!["userName"],
            (string?)first[1]["request"]!["body"]!["userName"]
        );
        Assert.Equal(2, first[2]["request"]!["body"]!["members"]!.AsArray().Count);

        var then = _steps.Of(
            Sent("GET", $"/Users/{Ada}", 200, answer: $$"""{"id":"{{Ada}}","userName":"hildegarde"}""")
        );
        Assert.Equal("PUT", (string?)then[0]["request"]!["method"]);
        Assert.Equal("/Users/{{user1}}", (string?)then[0]["request"]!["path"]);
        Assert.Equal(
            (string?)then[0]["request"]!["body"]!["userName"],
            (string?)then[1]["expect"]!["body"]!["userName"]
        );
        Assert.Single(
            _steps.Of(Sent("GET", $"/Users/{Ada}", 200, answer: $$"""{"id":"{{Ada}}","userName":"hildegarde"}"""))
        );
    }

    [Fact]
    public void Of_a_listing_those_are_made_that_are_named_later()
    {
        var all =
            $$"""{"Resources":[{"id":"{{Ada}}","userName":"hildegarde"},{"id":"{{Grace}}","userName":"grace"}]}""";
        Assert.Single(_steps.Of(Sent("GET", "/Users", 200, answer: all)));

        var steps = _steps.Of(Sent("DELETE", $"/Users/{Grace}", 204));

        Assert.Equal(2, steps.Count);
        Assert.Equal("/Users/{{user1}}", (string?)steps[1]["request"]!["path"]);
    }

    [Theory]
    [InlineData("userName eq \"hildegarde\"", true)]
    [InlineData("emails[type eq \"work\"].value eq \"hildegarde@corp.example\"", true)]
    [InlineData("userName sw \"hildegarde\"", false)]
    [InlineData("active eq true", false)]
    [InlineData("userName eq \"hildegarde\" or userName pr", false)]
    public void How_many_are_found_is_expected_where_nobody_else_can_be_among_them(string filter, bool isExpected)
    {
        var step = _steps.Of(Sent("GET", "/Users", 200, answer: """{"Resources":[]}""", filter: filter)).Single();

        Assert.Equal(isExpected, step["expect"]!["arrayLength"] is not null);
        // Too long an answer to be kept says nothing.
        Assert.Null(_steps.Of(Sent("GET", "/Users", 200, filter: filter)).Single()["expect"]!["arrayLength"]);
    }

    [Fact]
    public void A_name_that_somebody_has_is_taken_on_the_other_server_too()
    {
        var steps = _steps.Of(Sent("POST", "/Users", 409, """{"userName":"hildegarde"}"""));

        Assert.Equal("[201,409]", steps[0]["expect"]!["status"]!.ToJsonString());
        Assert.Equal(steps[0]["request"]!.ToJsonString(), steps[1]["request"]!.ToJsonString());
        Assert.Equal("[409]", steps[1]["expect"]!["status"]!.ToJsonString());
    }

    [Theory]
    [InlineData(304)]
    [InlineData(412)]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(401)]
    public void What_says_nothing_of_the_request_is_left_out(int status) =>
        Assert.Empty(_steps.Of(Sent("GET", "/Users", status)));

    private static string Group(params string[] members) =>
        $$"""{"id":"{{Crew}}","displayName":"Crew","members":[{{string.Join(',', members.Select(id => $"{{\"value\":\"{id}\"}}"))}}]}""";

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
