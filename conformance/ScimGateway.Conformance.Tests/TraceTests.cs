using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>Scenarios of a folder are asked for like our own, and a mistake in one is said.</summary>
public sealed class TraceTests : IDisposable
{
    private const string Fine = """
        {
          "idp": "harbour",
          "scenario": "come-and-go",
          "title": "a user comes and goes",
          "source": "documented: here",
          "confidence": "inferred",
          "notes": "Let him go.",
          "requires": ["moorings"],
          "vars": { "run": "$shortid", "key": "$guid", "name": "ida.{{run}}@crew.example" },
          "defaults": { "headers": { "Content-Type": "application/scim+json; charset=utf-8" } },
          "steps": [
            {
              "request": {
                "method": "POST",
                "path": "/Users",
                "body": {
                  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                  "userName": "{{name}}",
                  "externalId": "{{key}}",
                  "emails": [{ "repeat": 2, "of": { "value": "{n}.{{name}}", "type": "t{n}" } }]
                }
              },
              "expect": {
                "status": [201],
                "body": { "emails": [{ "value": "2.{{name}}" }, { "value": "1.{{name}}" }], "externalId": "{{key}}" },
                "present": ["$.id", "$['meta'].location"],
                "absent": ["$.title"],
                "arrayLength": { "$.emails": 2 },
                "maxArrayLength": { "$.emails": 3 },
                "types": { "$.userName": "string" },
                "atMostOnePrimary": ["$.emails"],
                "headers": { "Content-Type": "application/scim+json", "Location": "http" }
              },
              "capture": { "id": "$.id", "second": "$.emails[1].value" }
            },
            {
              "request": { "method": "GET", "path": "/Users?filter=emails%20eq%20%22{{second}}%22" },
              "expect": { "status": [200], "body": { "totalResults": 1 } }
            },
            { "request": { "method": "DELETE", "path": "/Users/{{id}}" }, "expect": { "status": [204] } }
          ],
          "cleanup": [{ "method": "DELETE", "path": "/Users/{{id}}" }]
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scimgateway-traces-");

    [Fact]
    public async Task They_are_asked_for_alone_where_no_profile_is_said()
    {
        Write("harbour/come-and-go.json", Fine);
        Write("trace.schema.json", "{}");
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(new Options { Url = sound.Url, Traces = _folder.FullName });

        var result = Assert.Single(findings.Results);
        Assert.Equal(("trace-harbour-come-and-go", Verdict.Kept), (result.Requirement.Id, result.Verdict));
        Assert.Equal("Let him go.", result.Requirement.Mend);
        Assert.Empty(sound.Scim.Resources);
    }

    [Theory]
    [InlineData("\"status\": [201]", "\"status\": [200]", "the status has to be 200")]
    [InlineData("\"value\": \"2.{{name}}\"", "\"value\": \"3.{{name}}\"", "emails is [{")]
    [InlineData("\"$.id\", ", "\"$.nickName\", ", "$.nickName is missing")]
    [InlineData("\"absent\": [\"$.title\"]", "\"absent\": [\"$.userName\"]", "and has to be gone")]
    [InlineData("{ \"$.emails\": 2 }", "{ \"$.emails\": 1 }", "$.emails has 2 elements and has to have 1")]
    [InlineData("{ \"$.emails\": 3 }", "{ \"$.emails\": 1 }", "$.emails has 2 elements and may have 1")]
    [InlineData("\"string\"", "\"integer\"", "has to be of the type integer")]
    [InlineData("\"Location\": \"http\"", "\"Location\": \"ftp\"", "the header Location is 'http")]
    [InlineData("\"totalResults\": 1", "\"totalResults\": \"1\"", "totalResults is 1 and has to be \"1\"")]
    [InlineData("\"type\": \"t{n}\"", "\"type\": \"t{n}\", \"primary\": true", "400")]
    [InlineData("$.emails[1].value", "$.emails[2].value", "$.emails[2].value is missing")]
    public async Task What_is_not_as_they_expect_is_said_in_words(string word, string other, string says)
    {
        Write("one.json", Fine.Replace(word, other, StringComparison.Ordinal));
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(new Options { Url = sound.Url, Traces = _folder.FullName });

        Assert.Contains(says, Assert.Single(findings.Failed()), StringComparison.Ordinal);
        Assert.Contains("curl -i", Assert.Single(findings.Results).Repeat[0], StringComparison.Ordinal);
        Assert.Empty(sound.Scim.Resources);
    }

    [Theory]
    [InlineData("\"steps\"", "\"stops\"", "stops: there is no such member")]
    [InlineData("\"title\": \"a user comes and goes\",", "", "title is missing")]
    [InlineData("\"status\": [201]", "\"status\": []", "steps[0].expect.status is a list of statuses")]
    [InlineData("\"method\": \"GET\"", "\"method\": \"HEAD\"", "steps[1].request.method is GET, POST")]
    [InlineData("\"path\": \"/Users\"", "\"path\": \"Users\"", "steps[0].request.path begins with a slash")]
    [InlineData("{{second}}", "{{third}}", "step 2: nothing said before is called third")]
    [InlineData("$.emails[1].value", "emails", "'emails' is no path such as")]
    [InlineData("\"scenario\": \"come-and-go\"", "\"scenario\": \"../come\"", "scenario is a word of small letters")]
    [InlineData("\"repeat\": 2", "\"repeat\": 2000000", "repeat is a number from 1 to 1000")]
    [InlineData("\"idp\":", "\"idp\": 1, \"idp\":", "it is no JSON")]
    [InlineData("\"vars\":", "\"flag\": \"other\", \"vars\":", "flag is none or aadOptscim062020")]
    [InlineData(
        "\"$.userName\": \"string\"",
        "\"$.userName\": \"strng\"",
        "steps[0].expect.types.$.userName is one of"
    )]
    [InlineData(
        "\"expect\": { \"status\": [204] }",
        "\"expect\": { \"status\": [204] }, \"setup\": \"true\"",
        "steps[2].setup is true or false"
    )]
    [InlineData("charset=utf-8", "charset={{set}}", "defaults.headers: nothing said before is called set")]
    [InlineData("\"http\"", "\"{{scheme}}\"", "step 1, expect.headers.Location: nothing said before is called scheme")]
    [InlineData("\"t{n}\"", "\"{{kind}}\"", "step 1: nothing said before is called kind")]
    [InlineData(
        "\"totalResults\": 1",
        "\"id\": \"{{other}}\"",
        "step 2, expect.body: nothing said before is called other"
    )]
    [InlineData(
        "\"cleanup\": [{ \"method\": \"DELETE\", \"path\": \"/Users/{{id}}\"",
        "\"cleanup\": [{ \"method\": \"DELETE\", \"path\": \"/Users/{{it}}\"",
        "cleanup: nothing said before is called it"
    )]
    [InlineData(
        "\"userName\": \"{{name}}\"",
        "\"userName\": \"{{token}}\"",
        "step 1: the bearer token stands in headers of requests alone"
    )]
    [InlineData("ida.{{run}}", "ida.{{token}}", "vars.name: the bearer token stands in headers of requests alone")]
    [InlineData("%22{{second}}", "%22{{token}}", "step 2: the bearer token stands in headers of requests alone")]
    [InlineData(
        "\"second\": \"$.emails",
        "\"token\": \"$.emails",
        "step 1: token is the bearer token and nothing else"
    )]
    [InlineData("\"key\": \"$guid\"", "\"key\": \"$uuid\"", "vars.key is $guid, $shortid or a text without $")]
    public void A_mistake_in_one_is_said_before_anything_is_asked(string word, string other, string says)
    {
        Write("harbour/one.json", Fine.Replace(word, other, StringComparison.Ordinal));

        var mistake = Assert.Throws<FormatException>(() => Inventory.Of(new Options { Traces = _folder.FullName }));
        Assert.StartsWith(
            $"--traces: {Path.Combine("harbour", "one.json")}: {says}",
            mistake.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_that_is_not_there_or_is_empty_is_said()
    {
        var options = new Options { Traces = _folder.FullName };
        Assert.Contains("has no .json files", Assert.Throws<FormatException>(() => Inventory.Of(options)).Message);

        options = options with { Traces = Path.Combine(_folder.FullName, "none") };
        Assert.Contains("there is no folder", Assert.Throws<FormatException>(() => Inventory.Of(options)).Message);
    }

    [Fact]
    public async Task What_they_require_may_be_lacked()
    {
        Write("one.json", Fine);
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(
            new Options
            {
                Url = sound.Url,
                Traces = _folder.FullName,
                Lacked = ["moorings"],
            }
        );

        Assert.Equal(["trace-harbour-come-and-go: the server has no moorings"], findings.Skipped());
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task What_is_no_JSON_has_values_as_well()
    {
        Write(
            "one.json",
            """
            {
              "idp": "harbour",
              "scenario": "raw",
              "title": "a user is sent with a comma too many",
              "vars": { "run": "$shortid" },
              "steps": [
                {
                  "request": { "method": "POST", "path": "/Users", "rawBody": "{\"userName\":\"{{run}}\",}" },
                  "expect": { "status": [400] }
                }
              ]
            }
            """
        );
        var sent = "";
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                if (ask.Method == "POST")
                    sent = ask.Text;
                return scim.Handle(ask);
            }
        );
        var findings = await Asking.AllAsync(new Options { Url = sound.Url, Traces = _folder.FullName });

        Assert.Equal([], findings.Failed());
        Assert.Matches("""^\{"userName":"scimc[0-9a-z]{3}",\}$""", sent);
    }

    [Fact]
    public async Task A_token_in_a_header_is_not_shown()
    {
        Write(
            "one.json",
            Fine.Replace(
                    "\"request\": { \"method\": \"GET\",",
                    "\"request\": { \"method\": \"GET\", \"headers\": { \"Authorization\": \"bearer {{token}}\", \"Accept\": null },",
                    StringComparison.Ordinal
                )
                .Replace("\"totalResults\": 1", "\"totalResults\": 2", StringComparison.Ordinal)
        );
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(new Options { Url = sound.Url, Traces = _folder.FullName });

        var repeat = string.Join('\n', Assert.Single(findings.Results).Repeat);
        Assert.Contains("-H \"Authorization: bearer $TOKEN\"", repeat, StringComparison.Ordinal);
        Assert.DoesNotContain(SoundServer.Token, repeat, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
