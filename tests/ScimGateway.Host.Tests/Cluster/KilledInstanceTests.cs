using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Cluster;

/// <summary>An instance that dies at once: another one goes on with its tenants, and what was acknowledged is there.</summary>
public class KilledInstanceTests
{
    private const int Tenants = 4;

    // Some seconds until the other one knows, and a busy machine.
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(40);

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_tenants_of_an_instance_that_is_killed_go_on_at_the_other_one_with_all_that_was_answered()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-killed-").FullName;
        await using var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions());
        using var one = await InstanceAsync(folder, "one", slack, "--init");
        using var other = await InstanceAsync(folder, "other", slack);
        var key = (
            await File.ReadAllTextAsync(
                Directory.EnumerateFiles(Path.Combine(folder, "one"), "sga_*.key").Single(),
                TestContext.Current.CancellationToken
            )
        ).Trim();
        var tokens = new List<string>();
        for (var i = 1; i <= Tenants; i++)
            tokens.Add(await SetUpAsync(one.Base, key, i));
        var made = new List<string>();
        for (var i = 1; i <= Tenants; i++)
            made.Add(await MakeAsync(i % 2 == 0 ? one : other, i, tokens[i - 1], "ada"));

        one.Process.Kill();
        await one.Process.WaitForExitAsync(TestContext.Current.CancellationToken);

        for (var i = 1; i <= Tenants; i++)
        {
            var (tenant, token) = (i, tokens[i - 1]);
            await UntilAsync(async () =>
                (await SendAsync(other, tenant, token, HttpMethod.Get, $"Users/{made[tenant - 1]}")).Status
                == HttpStatusCode.OK
            );
            await MakeAsync(other, i, token, "bob");
        }
        other.Process.Kill();
        await other.Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        TestStore.Drop(folder);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_write_whose_instance_is_killed_is_done_once_and_answered_by_the_next()
    {
        await using var two = await TwoAsync();
        var (tenant, token) = await two.AtOneAsync();
        await two.FaultAsync(tenant, """{"method":"POST","nth":1,"answerDelayMs":8000}""");

        var asked = MakeAsync(two.Other, tenant, token, "ada");
        await UntilAsync(async () => await two.InSlackAsync(tenant, "ada") == 1);
        two.One.Process.Kill();

        var made = await asked;
        await UntilAsync(async () =>
            (string?)(await two.AskAsync($"tenants/tenant-{tenant}/links?search=ada"))!["items"]![0]!["state"]
            == "settled"
        );
        Assert.Equal(1, await two.InSlackAsync(tenant, "ada"));
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(two.Other, tenant, token, HttpMethod.Get, $"Users/{made}")).Status
        );
        Assert.Contains(
            "takenOver",
            (await two.AskAsync($"tenants/tenant-{tenant}/notifications"))!.ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Of_a_bulk_request_whose_instance_is_killed_no_operation_is_said_to_tell()
    {
        await using var two = await TwoAsync();
        var (tenant, token) = await two.AtOneAsync();
        await two.FaultAsync(tenant, """{"method":"POST","nth":1,"answerDelayMs":8000}""");
        using var provider = two.Provider(tenant, token);
        using var bulk = new StringContent(
            $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{"method":"POST","path":"/Users","bulkId":"1","data":{{User("ada", "ada@c.example")}}}]}""",
            Encoding.UTF8,
            "application/scim+json"
        );

        var asked = provider.PostAsync(new Uri("Bulk", UriKind.Relative), bulk, TestContext.Current.CancellationToken);
        await UntilAsync(async () => await two.InSlackAsync(tenant, "ada") == 1);
        two.One.Process.Kill();

        using var answer = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(
            "may be done",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.False(answer.Headers.Contains("X-Operation-Id"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_instance_that_stands_still_loses_its_tenants_and_ends_when_it_goes_on()
    {
        await using var two = await TwoAsync();
        var (tenant, token) = await two.AtOneAsync();

        await SignalAsync(two.One, "-STOP");
        await MakeAsync(two.Other, tenant, token, "ada");
        await SignalAsync(two.One, "-CONT");

        await two.One.Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(_soon);
        Assert.Equal(1, await two.InSlackAsync(tenant, "ada"));
    }

    private static async Task SignalAsync(Instance instance, string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{instance.Process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    // Two instances as processes, with tenants until the first has one.
    private static async Task<Two> TwoAsync()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-killed-").FullName;
        var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions());
        var one = await InstanceAsync(folder, "one", slack, "--init");
        var other = await InstanceAsync(folder, "other", slack);
        var key = (
            await File.ReadAllTextAsync(
                Directory.EnumerateFiles(Path.Combine(folder, "one"), "sga_*.key").Single(),
                TestContext.Current.CancellationToken
            )
        ).Trim();
        return new Two(folder, slack, one, other, key);
    }

    private sealed record Two(string Folder, SlackEmulatorServer Slack, Instance One, Instance Other, string Key)
        : IAsyncDisposable
    {
        public async Task<(int Tenant, string Token)> AtOneAsync()
        {
            for (var tenant = 1; ; tenant++)
            {
                var token = await SetUpAsync(One.Base, Key, tenant);
                if ((string?)(await AskAsync($"tenants/tenant-{tenant}"))!["home"] == One.Silo)
                    return (tenant, token);
            }
        }

        public HttpClient Provider(int tenant, string token)
        {
            var provider = new HttpClient { BaseAddress = new Uri(Other.Base, $"/tenant-{tenant}/scim/v2/") };
            provider.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return provider;
        }

        public async Task<JsonNode?> AskAsync(string path)
        {
            using var admin = new HttpClient { BaseAddress = new Uri(Other.Base, "/admin/api/v1/") };
            admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            return (await SendAsync(admin, HttpMethod.Get, path, null)).Body;
        }

        public async Task FaultAsync(int tenant, string fault)
        {
            using var control = new HttpClient { BaseAddress = Slack.BaseUrl };
            var (status, body) = await SendAsync(
                control,
                HttpMethod.Post,
                $"/_emulator/organizations/{tenant}/faults",
                fault
            );
            Assert.True((int)status is >= 200 and < 300, $"{body}");
        }

        public async Task<int> InSlackAsync(int tenant, string name)
        {
            using var control = new HttpClient { BaseAddress = Slack.BaseUrl };
            var (_, users) = await SendAsync(control, HttpMethod.Get, $"/_emulator/organizations/{tenant}/users", null);
            return users!["users"]!.AsArray().Count(user => (string)user!["userName"]! == name);
        }

        public async ValueTask DisposeAsync()
        {
            One.Dispose();
            Other.Dispose();
            await Slack.DisposeAsync();
            TestStore.Drop(Folder);
        }
    }

    private sealed record Instance(Process Process, Uri Base, string Silo) : IDisposable
    {
        public void Dispose()
        {
            if (!Process.HasExited)
                Process.Kill();
            Process.Dispose();
        }
    }

    private static async Task<Instance> InstanceAsync(
        string folder,
        string name,
        SlackEmulatorServer slack,
        params string[] more
    )
    {
        var port = Together.FreePort();
        var url = new Uri($"http://127.0.0.1:{port}");
        var cluster = Together.Arguments(folder);
        var process = Started.Begin(
            [
                "serve",
                "--urls",
                url.ToString(),
                "--data",
                Path.Combine(folder, name),
                "--slack",
                slack.BaseUrl.ToString(),
                .. cluster,
                .. more,
            ],
            []
        );
        process.StandardInput.Close();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        await UntilAsync(async () =>
            (await client.GetAsync(new Uri(url, "/health/ready"))).StatusCode == HttpStatusCode.OK
        );
        return new Instance(process, url, cluster[Array.IndexOf(cluster, "--cluster-address") + 1]);
    }

    private static async Task<string> SetUpAsync(Uri gateway, string key, int number)
    {
        using var admin = new HttpClient { BaseAddress = new Uri(gateway, "/admin/api/v1/") };
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var slug = $"tenant-{number}";
        await AskAsync(HttpMethod.Post, "tenants", $$"""{"slug":"{{slug}}","name":"A tenant"}""");
        await AskAsync(
            HttpMethod.Put,
            $"tenants/{slug}/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(number)}}"}"""
        );
        await UntilAsync(async () =>
            (await AskAsync(HttpMethod.Get, $"tenants/{slug}/jobs?kind=import"))!["items"]!
                .AsArray()
                .Any(job => (string?)job!["state"] == "done")
        );
        var (status, job) = await SendAsync(admin, HttpMethod.Post, $"tenants/{slug}/enable", null);
        if (status == HttpStatusCode.Accepted)
            await AskAsync(HttpMethod.Post, $"tenants/{slug}/jobs/{job!["id"]}/confirm");
        var source = await AskAsync(HttpMethod.Post, $"tenants/{slug}/sources", """{"name":"Provider"}""");
        var credential = await AskAsync(
            HttpMethod.Post,
            $"tenants/{slug}/sources/{source!["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        return (string)credential!["secret"]!;

        async Task<JsonNode?> AskAsync(HttpMethod method, string path, string? body = null)
        {
            var (said, answer) = await SendAsync(admin, method, path, body);
            Assert.True((int)said is >= 200 and < 300, $"{method} {path}: {(int)said} {answer}");
            return answer;
        }
    }

    private static async Task<string> MakeAsync(Instance instance, int tenant, string token, string name)
    {
        var (status, body) = await SendAsync(
            instance,
            tenant,
            token,
            HttpMethod.Post,
            "Users",
            User(name, $"{name}@c.example")
        );
        Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Accepted, $"{status} {body}");
        return (string)body!["id"]!;
    }

    private static async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        Instance instance,
        int tenant,
        string token,
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var provider = new HttpClient { BaseAddress = new Uri(instance.Base, $"/tenant-{tenant}/scim/v2/") };
        provider.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await SendAsync(provider, method, path, body);
    }

    private static async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        string? body
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            Assert.True(Stopwatch.GetElapsedTime(begun) < _soon, "it takes too long");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }
}
