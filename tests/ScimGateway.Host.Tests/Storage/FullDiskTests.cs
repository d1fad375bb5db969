using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Storage;

/// <summary>What is answered while the disk of a SQLite store is full.</summary>
public class FullDiskTests
{
    private const string Words =
        "The disk of the gateway's store is full, so that nothing was written. Its operator makes room there; then try again.";

    [Fact]
    [Trait("speed", "slow")]
    public async Task Writes_are_told_so_and_when_to_come_again_reads_go_on_and_the_log_says_it()
    {
        if (TestStore.IsPostgres)
            Assert.Skip("A server's disk is its own.");
        var log = new Lines();
        await using var served = await ServedGateway.StartAsync(services =>
            services.AddSingleton<ILoggerProvider>(log)
        );
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var (_, user, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        var pages = await StoreTables.RoomAsync(served.Store, pages: 1); // no more than there are

        foreach (var name in (string[])["grace", "alan", "edsger"])
        {
            var (status, error, answer) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@corp.example")
                    .Replace(
                        "\"active\"",
                        $"\"title\":\"{new string('x', 4_000)}\",\"active\"",
                        StringComparison.Ordinal
                    )
            );
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.StartsWith(Words, (string)error!["detail"]!, StringComparison.Ordinal);
        }
        var (refused, problem, told) = await ChangedAsync(served);
        // What is small finds room in the pages that there are.
        for (var i = 0; i < 100 && refused == HttpStatusCode.OK; i++)
            (refused, problem, told) = await ChangedAsync(served);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused);
        Assert.NotNull(told.Headers.RetryAfter);
        Assert.StartsWith(Words, (string)problem!["detail"]!, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.OK,
            (await Gateway.SendAsync(provider, HttpMethod.Get, $"Users/{user!["id"]}")).Status
        );
        await Gateway.UntilAsync(() => Task.FromResult(Count("The disk of the store is full") > 0));
        Assert.DoesNotContain(served.Slack.Workspace.Users(), one => (string?)one["userName"] == "grace");

        await StoreTables.RoomAsync(served.Store, pages);
        var (made, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("grace", "grace@corp.example")
        );
        Assert.Equal(HttpStatusCode.Created, made);
        await Gateway.UntilAsync(() =>
            Task.FromResult(Count("The disk of the store has room again") == Count("The disk of the store is full"))
        );
        Assert.InRange(Count("The disk of the store is full"), 1, 3); // what is small has found room in between

        int Count(string says) => log.All.Count(line => line.StartsWith(says, StringComparison.Ordinal));
    }

    private static Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> ChangedAsync(
        ServedGateway served
    ) =>
        served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme",
            $$"""{"description":"{{Guid.NewGuid()}} {{new string('x', 300)}}"}"""
        );
}
