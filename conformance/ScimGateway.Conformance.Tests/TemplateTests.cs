using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>A server that wants other users than ours is tested all the same.</summary>
public sealed class TemplateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("template-");

    // It takes users of a department alone, and none with an address at home or a displayName.
    private static readonly Detour _picky = (ask, scim) =>
        ask is { Method: "POST", Path: "Users" }
        && (ask.Body?[Known.Enterprise.Id]?["department"] is null || ask.Body["displayName"] is not null)
            ? Refusal.Value("Users are of a department, and have no displayName.").Answer()
            : scim.Handle(ask);

    [Fact]
    public async Task What_a_file_says_of_users_is_sent_and_null_takes_ours_away()
    {
        await using var sound = await SoundServer.StartAsync(_picky);
        var without = await Asking.AllAsync(sound.Url, "RFC7644-3.6-gone");
        Assert.Equal("0 passed, 0 failed, 2 skipped", without.Closing);

        var template = Template.Of(
            "--user",
            Written(
                $$"""
                {
                  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "{{Known.Enterprise.Id}}"],
                  "displayName": null,
                  "{{Known.Enterprise.Id}}": { "department": "{{Placeholder}}" }
                }
                """
            )
        );
        var findings = await Asking.AllAsync(
            new Options
            {
                Url = sound.Url,
                Only = ["RFC7644-3.6-gone"],
                User = template,
            }
        );

        Assert.Equal("2 passed, 0 failed, 0 skipped", findings.Closing);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Who_is_sent_a_second_time_has_the_same_name_though_a_file_makes_names()
    {
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(
            new Options
            {
                Url = sound.Url,
                Only = ["RFC7644-3.3-uniqueness", "RFC7644-3.6-again", "RFC7644-5-user-name"],
                User = Template.Of("--user", Written($$"""{ "userName": "{{Placeholder}}@example.com" }""")),
            }
        );

        Assert.Equal("4 passed, 0 failed, 0 skipped", findings.Closing);
    }

    // It takes users alone whose name is an address of its own domain.
    private static readonly Detour _ofADomain = (ask, scim) =>
    {
        var answer = scim.Handle(ask);
        var name = (string?)answer.Body?["userName"];
        return
            answer.Status is 200 or 201
            && ask.Path.StartsWith("Users", StringComparison.Ordinal)
            && name is not null
            && !name.EndsWith("@corp.example", StringComparison.OrdinalIgnoreCase)
            ? Refusal.Value("A userName is an address of corp.example.").Answer()
            : answer;
    };

    [Theory]
    [InlineData("{{name}}@corp.example")]
    [InlineData("of.{{name}}@corp.example")]
    public async Task A_server_whose_user_names_have_a_form_is_asked_for_everything(string form)
    {
        await using var sound = await SoundServer.StartAsync(_ofADomain);
        var findings = await Asking.AllAsync(
            new Options { Url = sound.Url, User = Template.Of("--user", Written($$"""{ "userName": "{{form}}" }""")) }
        );

        Assert.Equal([], findings.Failed());
        Assert.Equal(Asking.NotAsked, findings.Skipped());
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task What_the_schema_requires_is_filled_in()
    {
        JsonNode? sent = null;
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask is { Method: "GET", Path: "Schemas" })
                    foreach (var attribute in answer.Body!["Resources"]![0]!["attributes"]!.AsArray())
                        if ((string?)attribute!["name"] is "title" or "nickName")
                            attribute["required"] = true;
                if (ask is { Method: "POST", Path: "Users" })
                    sent = ask.Body;
                return answer;
            }
        );
        await Asking.AllAsync(sound.Url, "RFC7644-3.6-answer");

        Assert.NotNull(sent!["title"]);
        Assert.NotNull(sent["nickName"]);
        Assert.Null(sent["profileUrl"]);
    }

    [Theory]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{", "cannot be read")]
    public void A_file_that_is_none_is_said(string text, string says) =>
        Assert.Contains(
            says,
            Assert.Throws<FormatException>(() => Options.Parse(["--list", "--group", Written(text)])).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private const string Placeholder = "Boats of {{name}}";

    private string Written(string text)
    {
        var file = Path.Combine(_folder.FullName, "template.json");
        File.WriteAllText(file, text);
        return file;
    }
}
