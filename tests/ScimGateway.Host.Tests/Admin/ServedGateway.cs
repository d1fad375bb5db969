using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Security;
using ScimGateway.Host.Serve;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>The gateway as 'serve' starts it, on a socket and with nothing set up, beside a pretend Slack.</summary>
internal sealed class ServedGateway : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly string[] _more;
    private readonly Action<IServiceCollection>? _services;
    private WebApplication _app;

    private ServedGateway(
        WebApplication app,
        SlackEmulatorServer slack,
        string data,
        string key,
        TimeProvider clock,
        Action<IServiceCollection>? services,
        string[] more
    )
    {
        (_app, Slack, Data, Key, _clock, _services, _more) = (app, slack, data, key, clock, services, more);
        Client = NewClient(key);
    }

    public SlackEmulatorServer Slack { get; }

    /// <summary>The folder of what it keeps.</summary>
    public string Data { get; }

    /// <summary>The key of an owner of all.</summary>
    public string Key { get; }

    /// <summary>An administrator with that key.</summary>
    public HttpClient Client { get; private set; }

    public Uri Base => new(_app.Urls.First());

    public Store Store => _app.Services.GetRequiredService<Store>();

    /// <summary>A part of the gateway.</summary>
    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<ServedGateway> StartAsync(int seed = 0, TimeProvider? clock = null, params string[] more) =>
        StartAsync(null, seed, clock, more);

    /// <summary>The same with other services in the box.</summary>
    public static async Task<ServedGateway> StartAsync(
        Action<IServiceCollection>? services,
        int seed = 0,
        TimeProvider? clock = null,
        params string[] more
    )
    {
        clock ??= TimeProvider.System;
        var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions { Seed = seed, Clock = clock });
        var data = Directory.CreateTempSubdirectory("scimgateway-served-").FullName;
        var app = await RunAsync(slack, data, clock, services, ["--init", .. more]);
        var key = AdminSecret.New();
        await app
            .Services.GetRequiredService<Store>()
            .WriteAsync(
                session =>
                {
                    // What 'serve --init' makes once it listens.
                    AdminKeys.Insert(session, AdminSecret.Key("first key", Role.Owner, AdminSecret.New(), clock.Now()));
                    return AdminKeys.Insert(session, AdminSecret.Key("the tests'", Role.Owner, key, clock.Now()));
                },
                CancellationToken.None
            );
        return new ServedGateway(app, slack, data, key, clock, services, more);
    }

    /// <summary>Another process with the same folder.</summary>
    /// <param name="between">What happens while none runs.</param>
    /// <param name="once">What it is started with this once.</param>
    public Task RestartAsync(Action? between = null, params string[] once) =>
        RestartAsync(
            () =>
            {
                between?.Invoke();
                return Task.CompletedTask;
            },
            once
        );

    /// <summary>The same where what happens takes its time.</summary>
    public async Task RestartAsync(Func<Task> between, params string[] once)
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await between();
        _app = await RunAsync(Slack, Data, _clock, _services, [.. _more, .. once]);
        Client = NewClient(Key);
    }

    /// <summary>Another process with the same folder, in which the store's file is a copy, as docs/deploy.md has it.</summary>
    public Task RestoreAsync(string copy) =>
        RestartAsync(() =>
        {
            var file = TestStore.FileOf(Data);
            foreach (var former in new[] { file, file + "-wal", file + "-shm" })
                File.Delete(former);
            File.Move(copy, file);
        });

    /// <summary>An administrator with a key.</summary>
    public HttpClient NewClient(string? key)
    {
        var client = new HttpClient { BaseAddress = new Uri(Base, AdminPaths.Base + "/") };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A provider with a token.</summary>
    public HttpClient Provider(string slug, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri(Base, $"/{slug}/scim/v2/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod method,
        string path,
        string? body = null
    ) => SendAsync(Client, method, path, body);

    public static async Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        string? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Described.Require(method, response.RequestMessage!.RequestUri!, response, text);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response);
    }

    /// <summary>Asks for something and has to get it.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, answer, _) = await SendAsync(method, path, body);
        Assert.True((int)status is >= 200 and < 300, $"{method} {path}: {(int)status} {answer}");
        return answer ?? new JsonObject();
    }

    /// <summary>A tenant that is connected, and whose import has ended; its first source's token.</summary>
    public async Task<string> SetUpAsync(string slug = "acme", string? slackToken = null)
    {
        await AskAsync(HttpMethod.Post, "tenants", $$"""{"slug":"{{slug}}","name":"A tenant"}""");
        await AskAsync(
            HttpMethod.Put,
            $"tenants/{slug}/connection",
            $$"""{"token":"{{slackToken ?? SlackEmulatorServer.TokenOf(1)}}"}"""
        );
        await ImportedAsync(slug);
        return await SourceAsync("Provider", slug);
    }

    /// <summary>One more source of a tenant; its token.</summary>
    /// <summary>The same, live, with its provider.</summary>
    public async Task<HttpClient> LiveAsync()
    {
        var token = await SetUpAsync();
        await EnableAsync();
        return Provider("acme", token);
    }

    public async Task<string> SourceAsync(string name, string slug = "acme")
    {
        var source = await AskAsync(HttpMethod.Post, $"tenants/{slug}/sources", $$"""{"name":"{{name}}"}""");
        var credential = await AskAsync(
            HttpMethod.Post,
            $"tenants/{slug}/sources/{source["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        return (string)credential["secret"]!;
    }

    /// <summary>A tenant that was never connected; its number.</summary>
    public async Task<TenantId> TenantAsync(string slug = "acme")
    {
        await AskAsync(HttpMethod.Post, "tenants", $$"""{"slug":"{{slug}}","name":"A tenant"}""");
        return await Store.AskAsync(session => Tenants.Of(session, slug)!.Id);
    }

    /// <summary>An administrator with a key of a role, for one tenant or for all.</summary>
    public async Task<HttpClient> WithKeyAsync(string role, string? tenant = null)
    {
        var key = await AskAsync(
            HttpMethod.Post,
            "keys",
            tenant is null
                ? $$"""{"label":"a {{role}}","role":"{{role}}"}"""
                : $$"""{"label":"a {{role}}","role":"{{role}}","tenant":"{{tenant}}"}"""
        );
        return NewClient((string)key["secret"]!);
    }

    /// <summary>Waits until the tenant's import is done.</summary>
    public Task ImportedAsync(string slug) => Gateway.UntilAsync(() => HasImportedAsync(slug));

    /// <summary>Whether an import of a tenant has come to its end.</summary>
    public async Task<bool> HasImportedAsync(string slug) =>
        (await AskAsync(HttpMethod.Get, $"tenants/{slug}/jobs?kind=import"))["items"]!
            .AsArray()
            .Any(job => (string?)job!["state"] == "done");

    /// <summary>Has a tenant go live, whatever Slack is told by that.</summary>
    public async Task EnableAsync(string slug = "acme")
    {
        var (status, job, _) = await SendAsync(HttpMethod.Post, $"tenants/{slug}/enable");
        if (status == HttpStatusCode.Accepted)
            await AskAsync(HttpMethod.Post, $"tenants/{slug}/jobs/{job!["id"]}/confirm");
        else
            Assert.Equal(HttpStatusCode.OK, status);
    }

    /// <summary>One more import of acme, from its beginning to its end.</summary>
    public async Task ImportAsync()
    {
        var before = await ImportsAsync();
        await Gateway.UntilAsync(async () =>
        {
            await SendAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"import"}""");
            return await ImportsAsync() > before;
        });
        await Gateway.UntilAsync(async () =>
            (await AskAsync(HttpMethod.Get, "tenants/acme/jobs?kind=import"))["items"]!
                .AsArray()
                .All(job => (string?)job!["state"] == "done")
        );
    }

    private async Task<int> ImportsAsync() =>
        (await AskAsync(HttpMethod.Get, "tenants/acme/jobs?kind=import"))["items"]!
            .AsArray()
            .Select(job => (int)job!["id"]!)
            .DefaultIfEmpty()
            .Max();

    /// <summary>As at SIGTERM.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Slack.DisposeAsync();
        TestStore.Drop(Data);
    }

    private static async Task<WebApplication> RunAsync(
        SlackEmulatorServer slack,
        string data,
        TimeProvider clock,
        Action<IServiceCollection>? services,
        string[] arguments
    )
    {
        var app = await ServeCommand.BuildAsync(
            [
                "--urls",
                "http://127.0.0.1:0",
                "--data",
                data,
                "--store",
                TestStore.Of(data),
                "--slack",
                slack.BaseUrl.ToString(),
                .. arguments,
            ],
            clock,
            box =>
            {
                // A test's clock stands still while it asks; those that are about how much comes say how much.
                box.Configure<TrafficOptions>(traffic => traffic.OfTenant = traffic.OfKey = TrafficOptions.Most);
                services?.Invoke(box);
            }
        );
        await app.StartAsync();
        return app;
    }
}
