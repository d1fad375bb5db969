using System.Net;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>What the gateway really says where something goes wrong: each text is provoked.</summary>
internal static class Refusals
{
    private const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";

    private static readonly Lazy<Task<IReadOnlyList<string>>> _all = new(ProvokeAsync);

    /// <summary>All of them, provoked once for all guides.</summary>
    public static Task<IReadOnlyList<string>> AllAsync() => _all.Value;

    private static async Task<IReadOnlyList<string>> ProvokeAsync()
    {
        var said = new List<string>();
        await OfRequestsAsync(said);
        await OfPreferencesAsync(said);
        await OfSlackAsync(said);
        await OfTooManyAsync(said);
        await OfCommandsAsync(said);
        return said;
    }

    private static async Task OfRequestsAsync(List<string> said)
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        using var stranger = served.Provider("acme", token[..^3] + "abc");
        using var elsewhere = served.Provider("acme-typo", token);
        await SaidAsync(said, stranger, HttpMethod.Get, "Users");
        await SaidAsync(said, elsewhere, HttpMethod.Get, "Users");
        await SaidAsync(said, provider, HttpMethod.Get, "/acme/scim/Users");
        await SaidAsync(said, provider, HttpMethod.Get, "/acme/Users");
        await SaidAsync(said, provider, HttpMethod.Get, "Users/Users");
        await SaidAsync(said, provider, HttpMethod.Get, "Groups/Groups?filter=displayName eq \"x\"");
        await SaidAsync(said, provider, HttpMethod.Get, "Users/1");
        await SaidAsync(said, provider, HttpMethod.Get, "Users?filter=userName is \"kim\"");
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("kim"));
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("kim"));
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("kim2", "kim@corp.example"));
        await SaidAsync(said, provider, HttpMethod.Post, "Users", $$"""{"schemas":["{{User}}"],"userName":"noor"}""");
        await SaidAsync(
            said,
            provider,
            HttpMethod.Post,
            "Users",
            $$"""{"schemas":["{{User}}"],"emails":[{"value":"noor@corp.example"}]}"""
        );
        await SaidAsync(
            said,
            provider,
            HttpMethod.Post,
            "Users",
            Person("zoe").Replace("\"active\"", "\"timezone\":\"Nowhere\",\"active\"", StringComparison.Ordinal)
        );
        for (var i = 0; i < 2; i++)
            await SaidAsync(
                said,
                provider,
                HttpMethod.Post,
                "Groups",
                $$"""{"schemas":["{{Group}}"],"displayName":"Harbour"}"""
            );
        await SaidAsync(said, provider, HttpMethod.Post, "Users", "userName=kim");

        // Another source of the tenant, and one that may read alone.
        await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Other"}""");
        var second = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/2/credentials",
            """{"kind":"bearer"}"""
        );
        using var other = served.Provider("acme", (string)second["secret"]!);
        var kim = (await ServedGateway.SendAsync(provider, HttpMethod.Get, "Users?filter=userName eq \"kim\"")).Body!;
        await SaidAsync(said, other, HttpMethod.Delete, $"Users/{kim["Resources"]![0]!["id"]}");
        var third = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources/2/credentials",
            """{"kind":"bearer","scope":"users"}"""
        );
        using var ofUsers = served.Provider("acme", (string)third["secret"]!);
        await SaidAsync(said, ofUsers, HttpMethod.Get, "Groups");

        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("eve"));
    }

    private static async Task OfPreferencesAsync(List<string> said)
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("kim"));
        await ChangeAsync(
            served,
            """{"createUsers":false,"deprovisionUsers":false,"createGroups":false,"unknownGroupMember":"refuse","whenAccountExists":"refuse"}"""
        );
        var kim = (string)
            (await ServedGateway.SendAsync(provider, HttpMethod.Get, "Users")).Body!["Resources"]![0]!["id"]!;
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("eve"));
        await SaidAsync(said, provider, HttpMethod.Delete, $"Users/{kim}");
        await SaidAsync(
            said,
            provider,
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["{{Group}}"],"displayName":"Harbour"}"""
        );
        await ChangeAsync(
            served,
            """{"createUsers":true,"createGroups":true,"updateUsers":false,"disableUsers":false}"""
        );
        await SaidAsync(
            said,
            provider,
            HttpMethod.Post,
            "Groups",
            $$"""{"schemas":["{{Group}}"],"displayName":"Harbour","members":[{"value":"4711"}]}"""
        );
        await SaidAsync(
            said,
            provider,
            HttpMethod.Put,
            $"Users/{kim}",
            Person("kim").Replace("true,", "false,", StringComparison.Ordinal)
        );
        await SaidAsync(
            said,
            provider,
            HttpMethod.Put,
            $"Users/{kim}",
            Person("kim").Replace("\"active\"", "\"title\":\"Pilot\",\"active\"", StringComparison.Ordinal)
        );
    }

    private static async Task OfSlackAsync(List<string> said)
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await SaidAsync(said, provider, HttpMethod.Post, "Users", Person("kim"));
        foreach (
            var (status, words) in new[]
            {
                (400, "cannot_modify_owner"),
                (400, "photos_invalid"),
                (401, "invalid_authentication"),
            }
        )
        {
            await FaultAsync(served, status, words);
            await SaidAsync(
                said,
                provider,
                HttpMethod.Post,
                "Users",
                Person("p" + status + words[0])
                    .Replace(
                        "\"active\"",
                        "\"photos\":[{\"type\":\"photo\",\"value\":\"https://corp.example/p.png\"}],\"active\"",
                        StringComparison.Ordinal
                    )
            );
        }
    }

    private static async Task OfTooManyAsync(List<string> said)
    {
        await using var served = await ServedGateway.StartAsync(box =>
            box.Configure<TrafficOptions>(traffic => traffic.OfTenant = 1)
        );
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        for (var i = 0; i < 3; i++)
            await SaidAsync(said, provider, HttpMethod.Get, "Users");
    }

    private static async Task OfCommandsAsync(List<string> said)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await EnteredAsync("tenant create acme Acme --preset pingOne");
        await EnteredAsync("tenant enable acme");
        await EnteredAsync("tenant connect acme", "xoxp-not-one\n");
        await EnteredAsync("tenant connect acme", SlackEmulatorServer.Token + "\n");
        await EnteredAsync("import acme");
        await EnteredAsync("source create acme PingOne --preset pingOne");
        for (var i = 0; i < 3; i++)
            await EnteredAsync("token create acme PingOne");

        async Task EnteredAsync(string line, string input = "")
        {
            if (await entered.RunAsync(line, input) != Cli.Exit.Done)
                said.AddRange(entered.Error.TrimEnd().Split('\n'));
        }
    }

    private static async Task ChangeAsync(ServedGateway served, string preferences)
    {
        var (status, job, _) = await served.SendAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        if (status == HttpStatusCode.Accepted)
            await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job!["id"]}/confirm");
        else
            Assert.Equal(HttpStatusCode.OK, status);
    }

    private static async Task FaultAsync(ServedGateway served, int status, string words)
    {
        using var control = new HttpClient { BaseAddress = new Uri(served.Slack.BaseUrl, "/_emulator/") };
        using var fault = new StringContent(
            $$"""{"method":"POST","path":"/Users","status":{{status}},"description":"{{words}}","times":1}"""
        );
        Assert.True((await control.PostAsync("faults", fault)).IsSuccessStatusCode);
    }

    private static async Task SaidAsync(
        List<string> said,
        HttpClient provider,
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        var (status, answer, _) = await ServedGateway.SendAsync(provider, method, path, body);
        if ((int)status >= 400)
            said.Add($"{(int)status} {answer?["detail"]}");
    }

    private static string Person(string name, string? address = null) =>
        $$"""
            {"schemas":["{{User}}"],"userName":"{{name}}","active":true,
             "emails":[{"value":"{{address ?? name + "@corp.example"}}","type":"work","primary":true}]}
            """;
}
