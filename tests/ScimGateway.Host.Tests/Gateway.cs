using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Data;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Tests;

/// <summary>The real gateway on a socket, its store on disk, and a pretend Slack on another socket.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    public const string Token = "token-of-the-tests";

    private readonly DemoOptions _options;
    private WebApplication _app;

    private Gateway(WebApplication app, DemoOptions options, SlackEmulatorServer slack, string data)
    {
        (_app, _options, Slack, Data) = (app, options, slack, data);
        Base = new Uri(app.Urls.First() + "/demo/scim/v2/");
        Client = NewClient();
        Control = new HttpClient { BaseAddress = new Uri(slack.BaseUrl, "/_emulator/") };
    }

    public SlackEmulatorServer Slack { get; }

    /// <summary>The folder of its store.</summary>
    public string Data { get; }

    /// <summary>The pretend Slack's own controls.</summary>
    public HttpClient Control { get; }

    public Uri Base { get; private set; }

    public HttpClient Client { get; private set; }

    /// <summary>Starts both; before the gateway looks at it, Slack may be made ready.</summary>
    public static async Task<Gateway> StartAsync(
        DemoOptions? options = null,
        int seed = 0,
        Action<SlackEmulatorServer>? ready = null
    )
    {
        var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions { Seed = seed });
        ready?.Invoke(slack);
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        options = (options ?? new DemoOptions()) with { Urls = new Uri("http://127.0.0.1:0"), Token = Token };
        return new Gateway(await RunAsync(options, slack, data), options, slack, data);
    }

    /// <summary>Another process, as far as the store can tell, with the same file and the same Slack.</summary>
    public async Task RestartAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = await RunAsync(_options, Slack, Data);
        Base = new Uri(_app.Urls.First() + "/demo/scim/v2/");
        Client = NewClient();
    }

    /// <summary>Orders bad weather at Slack.</summary>
    public async Task WeatherAsync(string fault) =>
        (
            await Control.PostAsync("faults", new StringContent(fault, Encoding.UTF8, "application/json"))
        ).EnsureSuccessStatusCode();

    /// <summary>The accounts at Slack with this address, as Slack itself has them.</summary>
    public async Task<List<JsonObject>> AccountsAsync(string address)
    {
        var all = JsonNode.Parse(await Control.GetStringAsync("users"))!["users"]!.AsArray();
        return [.. all.OfType<JsonObject>().Where(u => u.ToJsonString().Contains(address, StringComparison.Ordinal))];
    }

    /// <summary>Waits until Slack is as the test wants it; it ends by itself after ten seconds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    private static async Task<WebApplication> RunAsync(DemoOptions options, SlackEmulatorServer slack, string data)
    {
        var app = await DemoCommand.BuildAsync(options, slack.ScimUrl, data);
        await app.StartAsync();
        slack.Calls.Clear(); // what the import cost is not what a test counts
        return app;
    }

    /// <summary>Another client, which a restart does not end.</summary>
    public HttpClient NewClient()
    {
        var client = new HttpClient { BaseAddress = Base };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    public async Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(), response);
    }

    /// <summary>The journal of what providers asked for, oldest first: what was asked for, what came of it, and whether it says when.</summary>
    public List<(string Request, string Outcome, string? Error, bool Finished)> Operations() =>
        _app
            .Services.GetRequiredService<Store>()
            .Read(session =>
                session.All(
                    "select request, outcome, error, finished from operations where source_id is not null order by at, id",
                    row => (row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), !row.IsDBNull(3))
                )
            );

    /// <summary>How often Slack was called since this was last asked.</summary>
    public async Task<JsonObject> CallsAsync()
    {
        var calls = JsonNode.Parse(await Control.GetStringAsync("calls"))!["byOperation"]!.DeepClone().AsObject();
        await Control.DeleteAsync("calls");
        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Control.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Slack.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }
}
