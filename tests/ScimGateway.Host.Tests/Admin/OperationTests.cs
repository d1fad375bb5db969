using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators find what was asked for, by whom, and what came of it.</summary>
public class OperationTests
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_a_provider_asked_for_is_found_by_each_filter()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var ada = await CreateAsync("ada", "ada@corp.example");
        var bob = await CreateAsync("bob", "bob@corp.example");
        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("ada", "other@corp.example")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Patch,
            $"Users/{ada}",
            Patch("userName", "\"BOB\"")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);

        var created = await ListAsync($"resource={ada}&outcome=done");
        var link = (long)created.Single()["link"]!;
        Assert.Equal(("POST /Users", "Provider"), ((string?)created[0]["request"], (string?)created[0]["actor"]));
        var source = (int)created[0]["source"]!;
        Assert.Equal(4, (await ListAsync($"source={source}")).Count);
        Assert.Empty(await ListAsync($"source={source + 1}"));
        Assert.Equal(4, (await ListAsync("actor=Provider")).Count);
        Assert.Single(await ListAsync($"link={link}"));
        Assert.Equal(2, (await ListAsync("outcome=refused")).Count);
        Assert.Equal(409, (int)(await ListAsync("outcome=refused"))[0]["status"]!);
        Assert.Equal(2, (await ListAsync($"resource={ada}")).Count); // what was refused of it, too
        Assert.Equal([bob], (await ListAsync("search=BOB@corp")).Select(one => (string?)one["resource"]));
        Assert.Equal(
            ["done", "refused"],
            (await ListAsync("search=ada@")).Select(one => (string)one["outcome"]!).Order()
        );
        Assert.Empty(await ListAsync("search=nobody"));
        var at = Uri.EscapeDataString((string)created[0]["at"]!);
        Assert.Equal(4, (await ListAsync($"from={at}&source={source}")).Count);
        Assert.Empty(await ListAsync($"until={at}&source={source}"));

        var (unknown, problem, _) = await served.SendAsync(HttpMethod.Get, "tenants/acme/operations?outcome=nonsense");
        Assert.Equal(HttpStatusCode.BadRequest, unknown);
        Assert.Contains("nothingToDo", problem!.ToJsonString(), StringComparison.Ordinal);

        async Task<string> CreateAsync(string name, string address)
        {
            var (made, body, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, address));
            Assert.Equal(HttpStatusCode.Created, made);
            return (string)body!["id"]!;
        }

        async Task<List<JsonNode>> ListAsync(string query) =>
            [
                .. (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?{query}"))["items"]!
                    .AsArray()
                    .Select(one => one!),
            ];
    }

    [Fact]
    public async Task One_operation_says_all_that_is_known_of_it()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var (_, _, response) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User().Replace("\"active\":true", "\"active\":\"True\"", StringComparison.Ordinal)
        );
        var id = response.Headers.GetValues("X-Operation-Id").Single();

        var operation = await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{id}");

        Assert.Equal(("done", "allow"), ((string?)operation["outcome"], (string?)operation["verdict"]));
        Assert.Contains(
            operation["notes"]!.AsArray(),
            note => ((string)note!).StartsWith("normalised:", StringComparison.Ordinal)
        );
        var command = operation["commands"]!.AsArray().Single(one => (string?)one!["result"] != "Planned")!;
        Assert.Equal("PostUser", (string?)command["call"]);
        Assert.InRange(
            (DateTimeOffset)command["at"]!,
            (DateTimeOffset)operation["at"]!,
            (DateTimeOffset)operation["finished"]!
        );
        Assert.Equal("ada", (string?)operation["userName"]); // beside names there is no value of a person
        foreach (var part in new[] { "notes", "commands", "request", "verdict" })
            Assert.DoesNotContain("Lovelace", operation[part]!.ToJsonString(), StringComparison.Ordinal);

        var (status, problem, _) = await served.SendAsync(HttpMethod.Get, $"tenants/acme/operations/{Guid.Empty}");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("/operations lists", (string)problem!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_lead_through_thousands_newest_first_and_none_is_missed_or_twice()
    {
        await using var served = await ServedGateway.StartAsync();
        var tenant = await served.TenantAsync();
        var written = await Journaled.WriteAsync(served.Store, tenant, 2_345, _noon);
        await Journaled.WriteAsync(served.Store, await served.TenantAsync("other"), 50, _noon);

        var found = new List<(DateTimeOffset At, Guid Id)>();
        for (var cursor = ""; ; )
        {
            var page = await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?limit=97{cursor}");
            found.AddRange(page["items"]!.AsArray().Select(one => ((DateTimeOffset)one!["at"]!, (Guid)one["id"]!)));
            if ((string?)page["next"] is not { } next)
                break;
            cursor = $"&cursor={next}";
        }

        Assert.Equal(written.Select(id => id.Value).Order(), found.Select(one => one.Id).Order());
        Assert.Equal(found.OrderByDescending(one => one.At).ThenByDescending(one => one.Id.ToString()), found);
    }

    [Fact]
    public async Task A_viewer_reads_it_and_a_key_of_another_tenant_sees_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        var ours = await Journaled.WriteAsync(served.Store, await served.TenantAsync(), 1, _noon);
        await served.TenantAsync("other");
        using var viewer = await served.WithKeyAsync("viewer", "acme");
        using var stranger = await served.WithKeyAsync("owner", "other");

        foreach (
            var path in new[]
            {
                "tenants/acme/operations",
                $"tenants/acme/operations/{ours[0]}",
                "tenants/acme/notifications",
            }
        )
        {
            Assert.Equal(HttpStatusCode.OK, (await ServedGateway.SendAsync(viewer, HttpMethod.Get, path)).Status);
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await ServedGateway.SendAsync(stranger, HttpMethod.Get, path)).Status
            );
        }
        foreach (var path in new[] { "tenants/acme/budget", "tenants/acme/export" })
            Assert.Equal(
                HttpStatusCode.NotFound,
                (await ServedGateway.SendAsync(stranger, HttpMethod.Get, path)).Status
            );
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await ServedGateway.SendAsync(viewer, HttpMethod.Get, "tenants/acme/export")).Status
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await ServedGateway.SendAsync(stranger, HttpMethod.Get, $"tenants/other/operations/{ours[0]}")).Status
        );
    }

    [Theory]
    [InlineData("image/png", 406)]
    [InlineData("*/*", 200)]
    [InlineData("text/event-stream;q=0.1, application/json", 200)]
    public async Task What_is_accepted_says_how_it_is_answered(string accept, int status)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();

        var (answered, _, _) = await ServedGateway.SendAsync(
            served.Client,
            HttpMethod.Get,
            "tenants/acme/operations",
            null,
            ("Accept", accept)
        );

        Assert.Equal(status, (int)answered);
    }
}
