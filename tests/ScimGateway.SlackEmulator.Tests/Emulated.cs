using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>An emulator on a real socket, and a plain HTTP client that knows nothing of Slack.</summary>
internal sealed class Emulated : IAsyncDisposable
{
    public const string Core = "urn:scim:schemas:core:1.0";
    public const string Enterprise = "urn:scim:schemas:extension:enterprise:1.0";
    public const string Guest = "urn:scim:schemas:extension:slack:guest:1.0";
    public const string Profile = "urn:scim:schemas:extension:slack:profile:1.0";
    public const string OwnerId = "U0EMUOWNER";

    private readonly HttpClient _http;

    private Emulated(SlackEmulatorServer server)
    {
        Server = server;
        // A connection for each call: on a used one HttpClient would repeat by itself what the emulator drops.
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                PooledConnectionLifetime = TimeSpan.Zero,
            }
        )
        {
            BaseAddress = server.BaseUrl,
        };
    }

    public SlackEmulatorServer Server { get; }

    /// <summary>The clock of an emulator that was started with a manual one.</summary>
    public ManualClock Clock => (ManualClock)Server.Clock;

    public static Task<Emulated> StartAsync(params (string Knob, JsonNode? Value)[] knobs) =>
        StartAsync(TimeProvider.System, knobs);

    public static async Task<Emulated> StartAsync(TimeProvider clock, params (string Knob, JsonNode? Value)[] knobs)
    {
        var named = new JsonObject(knobs.Select(k => KeyValuePair.Create(k.Knob, k.Value?.DeepClone())));
        return new Emulated(await SlackEmulatorServer.StartAsync(new() { Knobs = named, Clock = clock }));
    }

    public static async Task<Emulated> StartSeededAsync(int users, params (string Knob, JsonNode? Value)[] knobs)
    {
        var named = new JsonObject(knobs.Select(k => KeyValuePair.Create(k.Knob, k.Value?.DeepClone())));
        return new Emulated(await SlackEmulatorServer.StartAsync(new() { Knobs = named, Seed = users }));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>A call to SCIM v1, the path below <c>/scim/v1/</c>.</summary>
    public Task<Answer> ScimAsync(
        string method,
        string path,
        string? body = null,
        string? token = SlackEmulatorServer.Token,
        string contentType = "application/json",
        params (string Name, string Value)[] headers
    ) => SendAsync(method, "scim/v1/" + path, body, token, contentType, headers);

    /// <summary>Any call.</summary>
    public async Task<Answer> SendAsync(
        string method,
        string path,
        string? body = null,
        string? token = null,
        string contentType = "application/json",
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_http.BaseAddress!, path));
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(
            (int)response.StatusCode,
            text,
            response
                .Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase)
        );
    }

    public Task<Answer> GetAsync(string path) => ScimAsync("GET", path);

    public Task<Answer> PostAsync(string path, JsonObject body) => ScimAsync("POST", path, body.ToJsonString());

    public Task<Answer> PatchAsync(string path, JsonObject body) => ScimAsync("PATCH", path, body.ToJsonString());

    public Task<Answer> PutAsync(string path, JsonObject body) => ScimAsync("PUT", path, body.ToJsonString());

    public Task<Answer> DeleteAsync(string path) => ScimAsync("DELETE", path);

    public Task<Answer> FilterAsync(string collection, string filter) =>
        GetAsync($"{collection}?filter={Uri.EscapeDataString(filter)}");

    /// <summary>What a create needs, and whatever else is given.</summary>
    public static JsonObject User(string userName, params (string Name, JsonNode? Value)[] more)
    {
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(Core, Enterprise, Guest, Profile),
            ["userName"] = userName,
            ["emails"] = new JsonArray(new JsonObject { ["value"] = userName + "@example.com", ["primary"] = true }),
        };
        foreach (var (name, value) in more)
            user[name] = value?.DeepClone();
        return user;
    }

    public static JsonObject Group(string name, params string[] members) =>
        new()
        {
            ["schemas"] = new JsonArray(Core),
            ["displayName"] = name,
            ["members"] = new JsonArray([.. members.Select(m => new JsonObject { ["value"] = m })]),
        };

    public static JsonObject Body(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>Creates a user and tells its id.</summary>
    public async Task<string> MakeAsync(string userName, params (string Name, JsonNode? Value)[] more)
    {
        var answer = await PostAsync("Users", User(userName, more));
        Assert.True(answer.Status == 201, answer.Text);
        return (string)answer.Json["id"]!;
    }

    /// <summary>Creates a group and tells its id.</summary>
    public async Task<string> MakeGroupAsync(string name, params string[] members)
    {
        var answer = await PostAsync("Groups", Group(name, members));
        Assert.True(answer.Status == 201, answer.Text);
        return (string)answer.Json["id"]!;
    }

    public async Task<JsonObject> ReadAsync(string id) => (await GetAsync("Users/" + id)).Json;

    public async Task<string[]> MembersAsync(string groupId) =>
        [.. (await GetAsync("Groups/" + groupId)).Json["members"]!.AsArray().Select(m => (string)m!["value"]!)];

    /// <summary>Waits, in real time, until the emulator has come to a point.</summary>
    public static async Task Until(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    public void Turn(string knob, JsonNode? value) => Server.Knobs.Set(knob, value);
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    /// <summary>The description of a SCIM error.</summary>
    public string? Error =>
        Text.Length > 0 && Json["Errors"] is JsonObject errors ? (string?)errors["description"] : null;

    /// <summary>The first word of it.</summary>
    public string? Code => Error?.Split(' ')[0];

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
