using System.Net;
using System.Text.RegularExpressions;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Tests.Scim;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What administrators are told of a field that cannot be: which, why, and what it takes.</summary>
public class WrongFieldTests
{
    private const string Preferences = "tenants/acme/preferences";

    [Theory]
    [InlineData(
        "PATCH",
        Preferences,
        """{"\ud800remove":null}""",
        "body",
        "It has a name or a text that is no Unicode."
    )]
    [InlineData(
        "PATCH",
        Preferences,
        """{"removeActon":"delete"}""",
        "removeActon",
        "There is no field 'removeActon'; did you mean 'removeAction'?"
    )]
    [InlineData(
        "PATCH",
        Preferences,
        """{"removeActon":null}""",
        "removeActon",
        "There is no field 'removeActon'; did you mean 'removeAction'?"
    )]
    [InlineData("PATCH", "tenants/acme", """{"Name":null}""", "Name", "There is no field 'Name'; did you mean 'name'?")]
    [InlineData(
        "PATCH",
        Preferences,
        """{"colour":"red"}""",
        "colour",
        "There is no field 'colour'; openapi.yaml says which there are."
    )]
    [InlineData(
        "PATCH",
        Preferences,
        """{"removeAction":"destroy"}""",
        "removeAction",
        "removeAction is one of disable, delete."
    )]
    [InlineData(
        "PATCH",
        Preferences,
        """{"removeAction":"disabled"}""",
        "removeAction",
        "removeAction is one of disable, delete; did you mean 'disable'?"
    )]
    [InlineData(
        "PATCH",
        Preferences,
        """{"guardedAccounts":"many"}""",
        "guardedAccounts",
        "guardedAccounts is a whole number from 0."
    )]
    [InlineData(
        "PATCH",
        Preferences,
        """{"guardedAccounts":2.5}""",
        "guardedAccounts",
        "guardedAccounts is a whole number from 0 to 2147483647."
    )]
    [InlineData("PATCH", Preferences, """{"createUsers":"yes"}""", "createUsers", "createUsers is true or false.")]
    [InlineData(
        "PATCH",
        Preferences + "?preset=entra",
        "{}",
        "preset",
        "preset is one of pingOne, pingFederate, entraId, okta."
    )]
    [InlineData(
        "POST",
        "keys",
        """{"label":"mine","role":"root"}""",
        "role",
        "role is one of viewer, operator, owner."
    )]
    [InlineData("POST", "keys", """{"label":"mine"}""", "role", "role is missing.")]
    [InlineData(
        "POST",
        "keys",
        """{"label":"mine","role":"viewer","role":"owner"}""",
        "role",
        "The field 'role' stands twice."
    )]
    [InlineData(
        "POST",
        "keys",
        """{"label":"mine","role":"viewer","expires":"soon"}""",
        "expires",
        "expires is a time such as 2026-11-22T09:00:00Z."
    )]
    [InlineData("POST", "keys", """{"label":null,"role":"viewer"}""", "label", "label cannot be null.")]
    [InlineData(
        "POST",
        "tenants/acme/holds/release",
        """{"holds":[1,"two"]}""",
        "holds[1]",
        "holds is a whole number from 0."
    )]
    [InlineData("POST", "keys", "[]", "body", "body is an object.")]
    [InlineData("POST", "keys", """{"label":""", "body", "It is no JSON, or deeper than 32: see line 1, byte 10.")]
    public async Task A_field_that_cannot_be_is_named_with_what_it_takes(
        string method,
        string path,
        string body,
        string field,
        string says
    )
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (status, problem, response) = await served.SendAsync(HttpMethod.Parse(method), path, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var (wrong, sentences) = Assert.Single(problem!["errors"]!.AsObject());
        Assert.Equal((field, says), (wrong, (string?)Assert.Single(sentences!.AsArray())));
        Assert.Contains(says, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_fields_are_named_each_and_not_without_end()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (_, some, _) = await served.SendAsync(
            HttpMethod.Patch,
            Preferences,
            """{"removeAction":"destroy","guardedGroups":"few"}"""
        );
        Assert.Equal(["guardedGroups", "removeAction"], some!["errors"]!.AsObject().Select(error => error.Key).Order());

        var many = string.Join(',', Enumerable.Range(0, 1_000).Select(one => $"\"field{one}\":1"));
        var (_, all, _) = await served.SendAsync(HttpMethod.Post, "keys", $"{{{many}}}");
        Assert.Equal(20, all!["errors"]!.AsObject().Count);
    }

    [Fact]
    public async Task What_was_sent_is_not_said_again_but_for_the_begin_of_a_name()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var name = new string('x', 1_000);
        var (_, problem, _) = await served.SendAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"{{name}}":1,"label":"a","role":"viewer"}"""
        );
        Assert.Contains($"'{name[..63]}…'", (string)problem!["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(name[..64], problem.ToJsonString(), StringComparison.Ordinal);

        var (status, secret, _) = await served.SendAsync(
            HttpMethod.Put,
            "tenants/acme/connection",
            """{"token":["xoxp-planted"]}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("token is a text.", (string?)secret!["errors"]!["token"]![0]);
        Assert.DoesNotContain("planted", secret.ToJsonString(), StringComparison.Ordinal);
    }

    // Whatever is asked for by an address alone.
    [Fact]
    public async Task Where_no_body_is_taken_a_field_is_refused_by_name_and_nothing_is_done()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var asked = 0;
        foreach (
            var (method, path, kind, _) in Described
                .Operations()
                .Where(one =>
                    one.Path.StartsWith(AdminPaths.Base, StringComparison.Ordinal) && one.Method != HttpMethod.Get
                )
        )
        {
            if (kind is not null)
                continue;
            var at = path[(AdminPaths.Base.Length + 1)..].Replace("{slug}", "acme", StringComparison.Ordinal);
            at = Regex.Replace(at, @"\{[a-z]+}", "1") + "?confirm=acme&withoutExport=true";

            var (status, problem, _) = await served.SendAsync(method, at, """{"dryRun":true}""");

            Assert.True(status == HttpStatusCode.BadRequest, $"{method} {at}: {(int)status} {problem}");
            Assert.Equal(
                "There is no field 'dryRun'; openapi.yaml says which there are.",
                (string?)problem!["errors"]!["dryRun"]![0]
            );
            asked++;
        }

        Assert.True(asked > 15, $"{asked} are not all");
        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable", "{}");
    }
}
