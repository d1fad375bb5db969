using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Which habits beyond the RFCs are understood of a source.</summary>
public class SourceTests
{
    // Entra ID's "False", which the RFC calls a string (docs/providers.md).
    private const string Leaver = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ana","active":"False",
         "emails":[{"value":"ana@corp.example","primary":true}]}
        """;

    [Fact]
    public async Task No_credential_was_last_used_before_it_was_made()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        var source = (await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]![0]!["id"];
        var path = $"tenants/acme/sources/{source}/credentials";

        using var _ = await provider.GetAsync(new Uri("Users", UriKind.Relative));

        JsonNode? used = null;
        await Gateway.UntilAsync(async () =>
        {
            used = (await served.AskAsync(HttpMethod.Get, path))["items"]![0];
            return used!["lastUsed"] is not null;
        });
        Assert.True((DateTimeOffset)used!["created"]! <= (DateTimeOffset)used["lastUsed"]!);
    }

    [Fact]
    public async Task A_habit_that_is_switched_off_for_a_source_is_refused_of_that_one_alone()
    {
        await using var served = await ServedGateway.StartAsync();
        var strict = await served.SetUpAsync();
        var lax = await TokenAsync(served, """{"name":"Another"}""");

        var edited = await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/sources/1",
            """{"deviationsOff":["UnquotedValue","booleanastext","BooleanAsText"]}"""
        );
        Assert.Equal("""["BooleanAsText","UnquotedValue"]""", edited["deviationsOff"]!.ToJsonString());

        var (refused, _, answer) = await PostAsync(served, strict);
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        var operation = answer.Headers.GetValues("X-Operation-Id").Single();
        Assert.Equal(
            """["switched off: BooleanAsText at active"]""",
            (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{operation}"))["notes"]!.ToJsonString()
        );
        Assert.Equal(HttpStatusCode.BadRequest, await FilterAsync(served, strict));
        Assert.Equal(HttpStatusCode.OK, await FilterAsync(served, lax));
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(served, lax)).Status);

        await served.RestartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, await FilterAsync(served, strict));
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/sources/1", """{"deviationsOff":["BooleanAsText"]}""");
        Assert.Equal(HttpStatusCode.OK, await FilterAsync(served, strict));
    }

    [Fact]
    public async Task A_source_can_begin_strict_and_what_there_is_not_cannot_be_switched_off()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var all = (await served.AskAsync(HttpMethod.Get, "deviations"))["items"]!.AsArray();
        Assert.Contains(all, deviation => (string?)deviation!["name"] == "BooleanAsText");

        var strict = await TokenAsync(
            served,
            new JsonObject
            {
                ["name"] = "Strict",
                ["deviationsOff"] = new JsonArray([.. all.Select(one => one!["name"]!.DeepClone())]),
            }.ToJsonString()
        );
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(served, strict)).Status);

        foreach (
            var wrong in new[] { """["Nonsense"]""", """[""]""", """[null]""", """["BooleanAsText,UnquotedValue"]""" }
        )
        {
            var (status, problem, _) = await served.SendAsync(
                HttpMethod.Patch,
                "tenants/acme/sources/1",
                $$"""{"deviationsOff":{{wrong}}}"""
            );
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("/admin/api/v1/deviations", problem!.ToJsonString(), StringComparison.Ordinal);
        }
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/sources/1"))["deviationsOff"]!.AsArray());
    }

    [Fact]
    public async Task They_are_switched_by_the_command_line()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        Assert.Equal(
            Exit.Done,
            await entered.RunAsync("source deviations acme Provider --off BooleanAsText,UnquotedValue")
        );
        Assert.Contains("UnquotedValue", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("source deviations acme 1 --on unquotedvalue --json"));
        Assert.Equal("""["BooleanAsText"]""", JsonNode.Parse(entered.Out)!["deviationsOff"]!.ToJsonString());
        Assert.NotEqual(Exit.Done, await entered.RunAsync("source deviations acme 1 --off Nonsense"));
        Assert.Contains("'source deviations TENANT SOURCE'", entered.Error, StringComparison.Ordinal);
    }

    private static async Task<string> TokenAsync(ServedGateway served, string source)
    {
        var made = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", source);
        return (string)
            (
                await served.AskAsync(
                    HttpMethod.Post,
                    $"tenants/acme/sources/{made["id"]}/credentials",
                    """{"kind":"bearer"}"""
                )
            )["secret"]!;
    }

    private static async Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> PostAsync(
        ServedGateway served,
        string token
    )
    {
        using var provider = served.Provider("acme", token);
        return await ServedGateway.SendAsync(provider, HttpMethod.Post, "Users", Leaver);
    }

    private static async Task<HttpStatusCode> FilterAsync(ServedGateway served, string token)
    {
        using var provider = served.Provider("acme", token);
        return (await ServedGateway.SendAsync(provider, HttpMethod.Get, "Users?filter=userName+eq+ana")).Status;
    }
}
