using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// The way to the database breaks at each message of each write: what is answered is so, what was acknowledged arrives,
/// and nothing is done twice.
/// </summary>
public class CutTests
{
    private const int MostWays = 200;

    public enum Writing
    {
        Create,
        Change,
        Replace,
        Delete,
        Team,
        Members,
    }

    public static TheoryData<Writing, Cut> All()
    {
        var all = new TheoryData<Writing, Cut>();
        foreach (var writing in Enum.GetValues<Writing>())
        foreach (var how in Enum.GetValues<Cut>())
            all.Add(writing, how);
        return all;
    }

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(All))]
    public async Task Wherever_the_way_to_the_database_breaks_a_write_is_done_once_or_not_at_all(
        Writing writing,
        Cut how
    )
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var late = 0;
        for (var way = 1; ; way++)
        {
            Assert.True(way < MostWays, "a write has no end");
            var name = $"ada{way}";
            var id = await PrepareAsync(gateway, writing, name);
            await gateway.QuietAsync();
            await gateway.CallsAsync();

            proxy.CutAt(way, how);
            var (status, body, response) = await WriteAsync(gateway, writing, name, id);
            await gateway.QuietAsync();
            var hasCut = proxy.HasCut();

            if (status == HttpStatusCode.ServiceUnavailable)
            {
                late++;
                Assert.NotNull(response.Headers.RetryAfter);
                if (!((string)body!["detail"]!).Contains("may be done", StringComparison.Ordinal))
                    (status, body, response) = await WriteAsync(gateway, writing, name, id);
                await gateway.QuietAsync();
            }
            else
                Assert.True(
                    status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NoContent,
                    $"{how} {way}: {status} {body}"
                );
            await AssertDoneAsync(gateway, writing, name, id ?? (string?)body!["id"], way);
            if (!hasCut)
                break;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{writing} {how}: {late} were told to come back");
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(Cut.Before)]
    [InlineData(Cut.After)]
    public async Task Wherever_the_way_to_the_database_breaks_in_an_import_all_is_shown_as_it_is_in_the_end(Cut how)
    {
        await using var proxy = new StoreProxy();
        await using var gateway = await Gateway.StartAsync(new Setting { Proxy = proxy });
        var slack = gateway.Slack.Workspace;
        var group = "";
        var hasCut = true;
        for (var way = 0; hasCut; way++)
        {
            Assert.True(way < MostWays, "an import has no end");
            var account = Account("U0IMPORTED", $"ada{way}", $"ada{way}@corp.example");
            var crew = new JsonObject { ["displayName"] = $"Crew {way}", ["members"] = new JsonArray("U0IMPORTED") };
            if (way == 0)
            {
                slack.MakeUser(account);
                group = slack.MakeGroup(crew);
            }
            else
            {
                slack.ChangeUser("U0IMPORTED", account);
                slack.ChangeGroup(group, crew);
                proxy.CutAt(way, how);
            }

            await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Imports.TryBegin()));
            await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Imports.TryBegin())); // the first has ended
            hasCut = way == 0 || proxy.HasCut();

            await Gateway.UntilAsync(async () =>
            {
                gateway.Home.Imports.TryBegin(); // unless one is under way
                return await TotalAsync(gateway, $"Users?filter=userName eq \"ada{way}\"") == 1
                    && await TotalAsync(gateway, $"Groups?filter=displayName eq \"Crew {way}\"") == 1;
            });
            Assert.Equal((way, 1, 1), (way, await TotalAsync(gateway, "Users"), await TotalAsync(gateway, "Groups")));
        }
    }

    private static async Task<int> TotalAsync(Gateway gateway, string list) =>
        (int)(await SteadyAsync(() => gateway.SendAsync(HttpMethod.Get, list))).Item2!["totalResults"]!;

    private static async Task<string?> PrepareAsync(Gateway gateway, Writing writing, string name)
    {
        if (writing == Writing.Create)
            return null;
        var (status, body, _) = await SteadyAsync(() =>
            gateway.SendAsync(HttpMethod.Post, "Users", User(name, $"{name}@corp.example"))
        );
        Assert.Equal(HttpStatusCode.Created, status);
        var id = (string)body!["id"]!;
        if (writing != Writing.Members)
            return id; // whom a team has
        (status, body, _) = await SteadyAsync(() => gateway.SendAsync(HttpMethod.Post, "Groups", Group(name, id)));
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    // What was cut before may still be found to be so.
    private static async Task<(HttpStatusCode, JsonObject?, HttpResponseMessage)> SteadyAsync(
        Func<Task<(HttpStatusCode Status, JsonObject?, HttpResponseMessage)>> send
    )
    {
        while (true)
        {
            var answer = await send();
            if (answer.Status != HttpStatusCode.ServiceUnavailable)
                return answer;
        }
    }

    private static Task<(HttpStatusCode, JsonObject?, HttpResponseMessage)> WriteAsync(
        Gateway gateway,
        Writing writing,
        string name,
        string? id
    ) =>
        writing switch
        {
            Writing.Create => gateway.SendAsync(HttpMethod.Post, "Users", User(name, $"{name}@corp.example")),
            Writing.Change => gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", $"\"{name}\"")),
            Writing.Replace => gateway.SendAsync(
                HttpMethod.Put,
                $"Users/{id}",
                User($"new.{name}", $"{name}@corp.example")
            ),
            Writing.Team => gateway.SendAsync(HttpMethod.Post, "Groups", Group(name, id!)),
            Writing.Delete => gateway.SendAsync(HttpMethod.Delete, $"Users/{id}"),
            _ => gateway.SendAsync(HttpMethod.Patch, $"Groups/{id}", PatchOf("""{"op":"remove","path":"members"}""")),
        };

    private static async Task AssertDoneAsync(Gateway gateway, Writing writing, string name, string? id, int way)
    {
        var calls = await gateway.CallsAsync();
        if (writing is Writing.Members or Writing.Team)
        {
            var group = gateway.Slack.Workspace.Groups().Single(one => (string?)one["displayName"] == name);
            Assert.Equal(writing == Writing.Team ? 1 : 0, (group["members"] as JsonArray ?? []).Count);
            Assert.Equal((way, 1), (way, (int)calls[writing == Writing.Team ? "POST /Groups" : "PATCH /Groups/{id}"]!));
            return;
        }
        var account = Assert.Single(await gateway.AccountsAsync($"{name}@corp.example"));
        Assert.Equal((way, writing != Writing.Delete), (way, Active(account)));
        if (writing == Writing.Change)
            Assert.Equal(name, (string?)account["title"]);
        if (writing == Writing.Replace)
            Assert.Equal($"new.{name}", (string?)account["userName"]);
        Assert.Equal((way, writing == Writing.Create ? 1 : 0), (way, (int?)calls["POST /Users"] ?? 0));
        Assert.Equal(
            (way, writing == Writing.Create ? 0 : 1),
            (way, ((int?)calls["PATCH /Users/{id}"] ?? 0) + ((int?)calls["DELETE /Users/{id}"] ?? 0))
        );
        var shown = await SteadyAsync(() => gateway.SendAsync(HttpMethod.Get, $"Users/{id}"));
        Assert.Equal(writing == Writing.Delete ? HttpStatusCode.NotFound : HttpStatusCode.OK, shown.Item1);
    }
}
