using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Host.Tests.Traces;
using ScimGateway.Host.Transcripts;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Transcripts;

/// <summary>An administrator records what a source sends, and asks another server for the same.</summary>
public class TranscriptTests
{
    [Fact]
    public async Task What_one_source_sends_is_recorded_and_nothing_of_others()
    {
        await using var served = await ServedGateway.StartAsync();
        var file = Path.Combine(served.Data, "recorded.json");
        using var provider = served.Provider("acme", await served.SetUpAsync());
        using var another = served.Provider("acme", await served.SourceAsync("Another"));
        await served.EnableAsync();
        await CreateAsync(provider, "before");

        using var entered = new TerminalSession(served.Base, served.Key);
        var recording = entered.RunAsync(["source", "record", "acme", "Provider", "--for", "1h", "--file", file]);
        await Gateway.UntilAsync(async () => await OpenAsync(served) is not null);
        var id = await CreateAsync(provider, "grace");
        await CreateAsync(another, "barbara");
        await SendAsync(provider, HttpMethod.Patch, $"Users/{id}", Requests.Patch("title", "\"Admiral\""));
        await SendAsync(provider, HttpMethod.Get, $"Users/{id}");
        await SendAsync(provider, HttpMethod.Post, "Users", Requests.User("grace", "grace@corp.example"));
        await SendAsync(provider, HttpMethod.Get, "Users?filter=userName+eq+%22before%22");
        await SendAsync(provider, HttpMethod.Post, "Users", """{"userName":"broken",""");
        await SendAsync(provider, HttpMethod.Delete, $"Users/{id}");
        await Gateway.UntilAsync(async () => (await OpenAsync(served))!.Requests == 7);
        (await OpenAsync(served))!.End(); // what was sent by then is heard, and not what is under way at Ctrl-C

        Assert.Equal(Exit.Done, await recording);
        Assert.Contains("7 requests are in", entered.Out, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file);
        foreach (var word in new[] { "grace", "barbara", "before", "broken", "lovelace", "corp.example", "Admiral" })
            Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
        var steps = JsonNode.Parse(text)!["steps"]!.AsArray();
        Assert.Equal(
            [
                "POST 201",
                "PATCH 200,204",
                "GET 200",
                "setup POST 201,409",
                "POST 409",
                "setup POST 201",
                "GET 200",
                "POST 400",
                "DELETE 204",
            ],
            steps.Select(step =>
                $"{(step!["setup"] is null ? "" : "setup ")}{step["request"]!["method"]} {string.Join(',', step["expect"]!["status"]!.AsArray())}"
            )
        );

        // The audit trail says who has recorded whom, and for how long.
        var line = (await served.AskAsync(HttpMethod.Get, "audit?action=recordSource"))["items"]![0]!;
        Assert.Equal("sources/1", (string?)line["about"]);
        Assert.Equal("""{"seconds":3600,"people":false}""", line["after"]!.ToJsonString());

        // And another gateway does the same.
        await using var gateway = await Gateway.StartAsync();
        using var client = new HttpClient();
        Assert.Null(await new Trace(JsonNode.Parse(text)!.AsObject()).ReplayAsync(client, gateway.Base, Gateway.Token));
    }

    [Fact]
    public async Task A_source_is_recorded_once_at_a_time_by_an_owner_and_not_longer_than_a_day()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.TenantAsync("never-connected");
        await served.AskAsync(HttpMethod.Post, "tenants/never-connected/sources", """{"name":"Another"}""");
        using var viewer = await served.WithKeyAsync("operator");
        using var open = await served.Client.GetAsync(
            new Uri("tenants/acme/sources/1/transcript", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead
        );
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);

        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync("acme/sources/1/transcript"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("acme/sources/1/transcript?seconds=0"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync("acme/sources/1/transcript?seconds=86401"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("acme/sources/77/transcript"));
        Assert.Equal(HttpStatusCode.Conflict, await StatusAsync("never-connected/sources/2/transcript"));
        var (refused, _, _) = await ServedGateway.SendAsync(
            viewer,
            HttpMethod.Get,
            "tenants/acme/sources/1/transcript"
        );
        Assert.Equal(HttpStatusCode.Forbidden, refused);

        open.Dispose();
        await Gateway.UntilAsync(async () => await OpenAsync(served) is null);

        async Task<HttpStatusCode> StatusAsync(string path) =>
            (await served.SendAsync(HttpMethod.Get, $"tenants/{path}")).Status;
    }

    [Fact]
    public async Task It_ends_when_the_time_is_over_and_says_what_it_left_out()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        using var response = await served.Client.GetAsync(
            new Uri("tenants/acme/sources/1/transcript?seconds=60", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead
        );
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("event: begun", await lines.ReadLineAsync());

        await SendAsync(provider, HttpMethod.Post, "Bulk", """{"Operations":[]}""");
        await SendAsync(provider, HttpMethod.Get, "Users");
        await Gateway.UntilAsync(async () => (await OpenAsync(served))!.Requests == 1);
        clock.Advance(TimeSpan.FromSeconds(60));

        var rest = await lines.ReadToEndAsync();
        Assert.Contains(
            "event: step\ndata: {\"request\":{\"method\":\"GET\",\"path\":\"/Users\"}",
            rest,
            StringComparison.Ordinal
        );
        Assert.EndsWith(
            "event: end\ndata: {\"how\":\"time\",\"requests\":1,\"leftOut\":{\"to Bulk, whose answer has no ids to go on with\":1}}\n\n",
            rest,
            StringComparison.Ordinal
        );
        Assert.Null(await OpenAsync(served));
    }

    [Fact]
    public async Task Without_a_request_there_is_no_file_and_one_that_is_there_stays()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var file = Path.Combine(served.Data, "recorded.json");
        using var entered = new TerminalSession(served.Base, served.Key);

        using var stop = new CancellationTokenSource();
        var recording = entered.RunAsync(["source", "record", "acme", "1", "--file", file], gone: stop.Token);
        await Gateway.UntilAsync(async () => await OpenAsync(served) is not null);
        await stop.CancelAsync();
        Assert.Equal(Exit.Refused, await recording);
        Assert.Contains("Nothing was sent that could be kept", entered.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));

        await File.WriteAllTextAsync(file, "somebody's");
        Assert.Equal(Exit.WrongUse, await entered.RunAsync(["source", "record", "acme", "1", "--file", file]));
        Assert.Equal("somebody's", await File.ReadAllTextAsync(file));
        Assert.Equal(
            Exit.WrongUse,
            await entered.RunAsync(["source", "record", "acme", "1", "--for", "soon", "--file", file])
        );
    }

    private static async Task<Transcript?> OpenAsync(ServedGateway served)
    {
        var tenant = await served.Store.AskAsync(session => Tenants.Of(session, "acme")!.Id);
        return served.Part<OpenTranscripts>().Of(Caller.Itself(tenant, new Preferences(), source: 1));
    }

    private static async Task<string> CreateAsync(HttpClient provider, string name) =>
        (string)
            (await SendAsync(provider, HttpMethod.Post, "Users", Requests.User(name, $"{name}@corp.example")))!["id"]!;

    private static async Task<JsonNode?> SendAsync(
        HttpClient provider,
        HttpMethod method,
        string path,
        string? body = null
    ) => (await ServedGateway.SendAsync(provider, method, path, body)).Body;
}
