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

    private sealed record Instance(Process Process, Uri Base) : IDisposable
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
        var process = Started.Begin(
            [
                "serve",
                "--urls",
                url.ToString(),
                "--data",
                Path.Combine(folder, name),
                "--slack",
                slack.BaseUrl.ToString(),
                .. Together.Arguments(folder),
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
        return new Instance(process, url);
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
