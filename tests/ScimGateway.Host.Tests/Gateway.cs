using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using ScimGateway.Host.Demo;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Tests;

/// <summary>The real gateway on a socket, its store on disk, and a pretend Slack on another socket.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    public const string Token = "token-of-the-tests";

    private readonly WebApplication _app;
    private readonly string _data;

    private Gateway(WebApplication app, SlackEmulatorServer slack, string data)
    {
        (_app, Slack, _data) = (app, slack, data);
        Base = new Uri(app.Urls.First() + "/demo/scim/v2/");
        Client = new HttpClient { BaseAddress = Base };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public SlackEmulatorServer Slack { get; }

    public Uri Base { get; }

    public HttpClient Client { get; }

    public static async Task<Gateway> StartAsync(DemoOptions? options = null)
    {
        var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions());
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        options = (options ?? new DemoOptions()) with { Urls = new Uri("http://127.0.0.1:0"), Token = Token };
        var app = await DemoCommand.BuildAsync(options, slack.ScimUrl, data);
        await app.StartAsync();
        return new Gateway(app, slack, data);
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

    /// <summary>How often Slack was called since this was last asked.</summary>
    public async Task<JsonObject> CallsAsync()
    {
        using var client = new HttpClient { BaseAddress = Slack.BaseUrl };
        var calls = JsonNode.Parse(await client.GetStringAsync("/_emulator/calls"))!["byOperation"]!.DeepClone().AsObject();
        await client.DeleteAsync("/_emulator/calls");
        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Slack.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
