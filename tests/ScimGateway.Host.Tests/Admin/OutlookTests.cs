using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Whom the preview of a tenant that goes live names, and what becomes of them.</summary>
public class OutlookTests
{
    [Fact]
    public async Task Everyone_is_named_with_what_becomes_of_them_and_who_is_left_alone_with_the_reason()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run --json"));

        var job = JsonNode.Parse(entered.Out)!;
        Assert.Equal(
            """{"users":{"created":1,"deactivated":1,"changed":1,"claimed":1,"leftAlone":4},"groups":{"created":1,"leftAlone":1},"leftAlone":{"byHand":1,"outOfScope":1,"tokenOwner":1,"unclaimed":2},"matched":{"address":1,"listed":2}}""",
            job["counts"]!.ToJsonString()
        );
        // What is kept of it are those whom Slack is told of.
        Assert.Equal(4, (int)job["report"]!["all"]!);
        Assert.Equal(
            ["changed ada", "created Crew", "created bob", "deactivated leo"],
            job["report"]!["links"]!
                .AsArray()
                .Select(link => $"{link!["what"]![0]} {link["name"]}")
                .Order(StringComparer.Ordinal)
        );
        var all = await AllAsync(served, job, "limit=4");
        Assert.Equal(
            [
                "changed ada address UADA",
                "claimed eve listed UEVE",
                "created Crew",
                "created bob",
                "deactivated leo listed ULEO",
                "leftAlone Old unclaimed",
                "leftAlone max byHand",
                "leftAlone out outOfScope",
                "leftAlone zoe unclaimed",
            ],
            all.Where(link => (string?)link["reason"] != "tokenOwner")
                .Select(link =>
                    string.Join(
                        ' ',
                        (
                            (JsonNode?[])
                                [
                                    link["what"],
                                    link["name"],
                                    link["matchedBy"],
                                    link["reason"] is null ? link["slackId"] : null,
                                    link["reason"],
                                ]
                        ).OfType<JsonNode>()
                    )
                )
                .Order(StringComparer.Ordinal)
        );
        Assert.All(all, link => Assert.Equal((string?)link["what"] == "leftAlone", link["reason"] is not null));
        Assert.Equal(
            ["group Crew", "user bob"],
            (await AllAsync(served, job, "what=created"))
                .Select(link => $"{link["kind"]} {link["name"]}")
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["eve"],
            (await AllAsync(served, job, "what=claimed&limit=1")).Select(link => (string?)link["name"])
        );
        Assert.Equal(5, (await AllAsync(served, job, "what=leftAlone&limit=2")).Count);
        Assert.Equal(2, (await AllAsync(served, job, "kind=group")).Count);
        Assert.Empty(await AllAsync(served, job, "what=deleted"));
    }

    [Fact]
    public async Task A_terminal_names_some_of_each_and_CSV_has_a_line_for_everyone()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync("tenant enable acme -o wide", "n"));

        foreach (
            var line in (string[])
                [
                    "users +created +1",
                    "groups +leftAlone +1",
                    "leftAlone +outOfScope +1",
                    "created +user +bob",
                    "changed +user +ada .*address +UADA",
                    "claimed +user +eve .*listed +UEVE",
                    "deactivated +user +leo ",
                    "leftAlone +user +out .*No rule of the tenant admits the user.",
                    "leftAlone +user +zoe .*No source has asked for it.",
                    "leftAlone +group +Old .*No source has asked for it.",
                ]
        )
            Assert.Matches(line, entered.Out);
        Assert.DoesNotContain("more", entered.Out, StringComparison.Ordinal);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run -o csv"));
        var lines = entered.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(
            "link,kind,resource,name,address,what,matchedBy,slackId,reason,why".Split(','),
            lines[0].Split(',')
        );
        Assert.Equal(11, lines.Length);
        Assert.Contains(
            lines,
            line => line.Contains(",ada,ada@corp.example,changed,address,UADA,", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_leaver_who_is_inactive_in_Slack_already_is_not_counted_as_deactivated()
    {
        await using var served = await StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        served.Slack.Workspace.ChangeUser("ULEO", new JsonObject { ["active"] = false });
        Assert.Equal(Exit.Done, await entered.RunAsync("import acme"));

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run --json"));

        var job = JsonNode.Parse(entered.Out)!;
        Assert.Null(job["counts"]!["users"]!["deactivated"]);
        Assert.Contains(
            await AllAsync(served, job, "what=leftAlone"),
            link => (string?)link["name"] == "leo" && (string?)link["reason"] == "upToDate"
        );
    }

    [Fact]
    public async Task A_held_leaver_who_is_to_stay_is_not_counted_as_reactivated()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        await served.EnableAsync();
        foreach (var name in (string[])["ada", "bob"])
        {
            var (_, user, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@corp.example")
            );
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user!["id"]}", Patch("active", "false"));
        }
        var held = await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=held");
        await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
        await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{held["items"]![0]!["resource"]}",
            Patch("active", "true")
        );

        var preview = await served.AskAsync(HttpMethod.Post, "tenants/acme/enable");

        Assert.Equal(
            """{"users":{"leftAlone":3},"leftAlone":{"tokenOwner":1,"upToDate":2}}""",
            preview["counts"]!.ToJsonString()
        );
    }

    [Fact]
    public async Task Who_waits_for_a_leavers_account_and_who_reported_to_the_leaver_are_named_as_following()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set acme userSlackCannotHold=keep --yes"));
        var mia = await PostAsync("Users", User("mia", "mia@corp.example"));
        var leo = await PostAsync("Users", User("leo", "leo@corp.example"));
        var manager =
            $$$"""{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"{{{mia}}}"}}""";
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{leo}", PatchOf(manager));
        var zoe = await PostAsync("Users", User("zoe", "mia@corp.example"));
        await PostAsync("Groups", GroupRequests.Group("Crew", leo, zoe));
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant shadow acme"));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{mia}");

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run --json"));

        var job = JsonNode.Parse(entered.Out)!;
        Assert.Equal(
            ["Crew", "leo", "zoe"],
            (await AllAsync(served, job, "what=followsOn"))
                .Select(link => (string)link!["name"]!)
                .Order(StringComparer.Ordinal)
        );

        async Task<string> PostAsync(string path, string body)
        {
            var answer = await Gateway.SendAsync(provider, HttpMethod.Post, path, body);
            Assert.True(answer.Response.IsSuccessStatusCode, $"{path}: {answer.Body}");
            return (string)answer.Body!["id"]!;
        }
    }

    [Fact]
    public async Task Groups_reports_and_whoever_waits_for_an_address_are_named_as_following_others()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        served.Slack.Workspace.MakeUser(Account("UADA", "ada", "ada@corp.example"));
        served.Slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@corp.example"));
        foreach (var name in (string[])["Crew", "Sailors", "Divers", "Idle"])
            served.Slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = name });
        using var provider = served.Provider("acme", await served.SetUpAsync());
        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set acme userSlackCannotHold=keep --yes"));
        var bob = await PostAsync("Users", User("bob", "bob@corp.example"));
        var ada = (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Body!["Resources"]!
            .AsArray()
            .Single(user => (string?)user!["userName"] == "ada")!["id"];
        await SendAsync(
            HttpMethod.Patch,
            $"Users/{ada}",
            PatchOf(
                $$$"""{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"{{{bob}}}"}}"""
            )
        );
        var eve = await PostAsync("Users", User("eve", "eve@corp.example"));
        await SendAsync(
            HttpMethod.Patch,
            $"Users/{eve}",
            PatchOf(
                """{"op":"replace","path":"emails","value":[{"value":"evelyn@corp.example","type":"work","primary":true}]}"""
            )
        );
        var zoe = await PostAsync("Users", User("zoe", "eve@corp.example"));
        await PostAsync("Groups", GroupRequests.Group("Crew", bob));
        await PostAsync("Groups", GroupRequests.Group("Sailors", eve));
        await PostAsync("Groups", GroupRequests.Group("Divers", zoe));
        await PostAsync("Groups", GroupRequests.Group("Idle"));

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run --json"));

        var job = JsonNode.Parse(entered.Out)!;
        Assert.Equal(
            """{"created":1,"changed":1,"followsOn":2,"leftAlone":1}""",
            job["counts"]!["users"]!.ToJsonString()
        );
        Assert.Equal("""{"changed":1,"followsOn":2,"claimed":1}""", job["counts"]!["groups"]!.ToJsonString());
        Assert.Equal("""{"tokenOwner":1}""", job["counts"]!["leftAlone"]!.ToJsonString());
        var following = (string[])["Crew", "Divers", "ada", "zoe"];
        Assert.Equal(following, Names(await AllAsync(served, job, "what=followsOn&limit=1")));
        Assert.Equal(following, Names(job["report"]!["links"]!.AsArray().Where(IsFollowing)));
        Assert.Equal(["Idle"], Names(await AllAsync(served, job, "what=claimed")));

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --yes"));
        await Gateway.UntilAsync(() =>
            Task.FromResult(
                served
                    .Slack.Workspace.Users()
                    .Count(user => user.ToJsonString().Contains("eve@corp.example", StringComparison.Ordinal)) == 1
            )
        );

        async Task<string> PostAsync(string path, string body) =>
            (string)(await SendAsync(HttpMethod.Post, path, body))!["id"]!;

        async Task<JsonObject?> SendAsync(HttpMethod method, string path, string body)
        {
            var answer = await Gateway.SendAsync(provider, method, path, body);
            Assert.True(answer.Response.IsSuccessStatusCode, $"{method} {path}: {answer.Body}");
            return answer.Body;
        }

        static bool IsFollowing(JsonNode? link) => (string?)link!["what"]![0] == "followsOn";

        static IEnumerable<string> Names(IEnumerable<JsonNode?> links) =>
            links.Select(link => (string)link!["name"]!).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_guest_whose_time_is_over_is_previewed_as_deactivated()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant shadow acme"));
        var guest = PatchOf(
            $$$"""{"op":"add","path":"{{{Guest}}}","value":{"type":"multi","expiration":"2026-01-31T00:00:00Z"}}"""
        );
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{made!["id"]}", guest);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run --json"));

        var users = JsonNode.Parse(entered.Out)!["counts"]!["users"]!;
        Assert.Equal((1, null), ((int)users["deactivated"]!, users["changed"]));
    }

    [Fact]
    public async Task More_than_a_thousand_are_reached_page_by_page_and_in_the_export()
    {
        const int Many = 1_050;
        await using var served = await ServedGateway.StartAsync(seed: Many);
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        var job = await served.AskAsync(HttpMethod.Post, "tenants/acme/enable?preview=true");

        Assert.Equal(Many + 1, (int)job["counts"]!["users"]!["leftAlone"]!); // the owner of the token, too
        var all = Many + 1 + (int)job["counts"]!["groups"]!["leftAlone"]!;
        Assert.Equal(all - 1, (int)job["counts"]!["leftAlone"]!["unclaimed"]!);
        Assert.Equal(
            all,
            (await AllAsync(served, job, "what=leftAlone&limit=1000"))
                .Select(link => (long)link["link"]!)
                .Distinct()
                .Count()
        );
        Assert.Equal(Exit.Done, await entered.RunAsync($"job links acme {job["id"]} --all -o csv"));
        Assert.Equal(all + 1, entered.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run"));
        Assert.Contains($"and {all - 20} more, all of which 'job links acme ", entered.Out, StringComparison.Ordinal);
        Assert.Contains("Slack would be told nothing.", entered.Out, StringComparison.Ordinal);

        // Of what was done the job's own report is kept.
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --yes --json"));
        var done = JsonNode.Parse(entered.Out)!;
        Assert.Equal(Exit.Refused, await entered.RunAsync($"job links acme {done["id"]}"));
        Assert.Contains($"'job show acme {done["id"]}'", entered.Error, StringComparison.Ordinal);
    }

    // Of everything there can be one, and the owner of the token.
    private static async Task<ServedGateway> StartAsync()
    {
        var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        foreach (var name in (string[])["ada", "eve", "leo", "max", "zoe"])
            served.Slack.Workspace.MakeUser(Account("U" + name.ToUpperInvariant(), name, $"{name}@corp.example"));
        served.Slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = "Old" });
        using var provider = served.Provider("acme", await served.SetUpAsync());
        Assert.Equal(Exit.Done, await entered.RunAsync("rule set acme Staff 'not (userName eq \"out\")' --yes"));
        var max = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=max"))["items"]![0]!["id"];
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{max}/protect");

        var users = (await Gateway.SendAsync(provider, HttpMethod.Get, "Users")).Body!["Resources"]!.AsArray();
        foreach (var name in (string[])["eve", "leo"])
        {
            var user = users.Single(user => (string?)user!["userName"] == name)!;
            if (name == "leo")
                user["active"] = false;
            Assert.Equal(
                HttpStatusCode.OK,
                (await Gateway.SendAsync(provider, HttpMethod.Put, $"Users/{user["id"]}", user.ToJsonString())).Status
            );
        }
        foreach (var name in (string[])["ada", "bob", "out"])
            Assert.Equal(
                HttpStatusCode.Created,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}@corp.example"))).Status
            );
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Groups", """{"displayName":"Crew"}""")).Status
        );
        return served;
    }

    private static async Task<List<JsonNode>> AllAsync(ServedGateway served, JsonNode job, string query)
    {
        var all = new List<JsonNode>();
        string? next = null;
        do
        {
            var page = await served.AskAsync(
                HttpMethod.Get,
                $"tenants/acme/jobs/{job["id"]}/links?{query}{(next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}")}"
            );
            all.AddRange(page["items"]!.AsArray().OfType<JsonNode>());
            next = (string?)page["next"];
        } while (next is not null);
        return all;
    }
}
