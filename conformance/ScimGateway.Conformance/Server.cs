using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>
/// The server that is asked: all that is sent to it goes through here, so that each exchange can be shown and whatever
/// was made is removed in the end.
/// </summary>
internal sealed class Server : IDisposable
{
    // An answer beyond this is no answer to anything that is asked here.
    private const int MostBytes = 32 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly IReadOnlyList<(string Name, string Value)> _always;
    private readonly string _run = Guid.NewGuid().ToString("n")[..8];
    private readonly List<Exchange> _exchanges = [];
    private readonly Stack<string> _made = new();

    private int _last;

    public Server(Options options)
    {
        Base = new Uri(options.Url.TrimEnd('/') + "/");
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            Timeout = options.TimeLimit,
            MaxResponseContentBufferSize = MostBytes,
        };
        _always =
        [
            .. options.Token is { } token ? [("Authorization", $"Bearer {token}")] : Array.Empty<(string, string)>(),
            .. options.Headers,
        ];
        Announced = Announced.Nothing;
    }

    /// <summary>Where it is, with a slash at the end.</summary>
    public Uri Base { get; }

    /// <summary>What it says of itself.</summary>
    public Announced Announced { get; private set; }

    /// <summary>Reads what it says of itself.</summary>
    public async Task DiscoverAsync() =>
        Announced = new Announced(
            await GetAsync("ServiceProviderConfig"),
            await GetAsync("ResourceTypes"),
            await GetAsync("Schemas")
        );

    /// <summary>What was asked since the last time that this was called.</summary>
    public IReadOnlyList<Exchange> TakeExchanges()
    {
        IReadOnlyList<Exchange> taken = [.. _exchanges];
        _exchanges.Clear();
        return taken;
    }

    public Task<Exchange> GetAsync(string path, params (string Name, string? Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Exchange> PostAsync(string path, JsonNode body, params (string Name, string? Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body.ToJsonString(), headers);

    public Task<Exchange> PutAsync(string path, JsonNode body, params (string Name, string? Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, body.ToJsonString(), headers);

    public Task<Exchange> DeleteAsync(string path, params (string Name, string? Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, headers);

    /// <summary>A PATCH of operations.</summary>
    public Task<Exchange> PatchAsync(string path, params JsonObject[] operations) =>
        PatchBodyAsync(
            path,
            new JsonObject { ["schemas"] = new JsonArray(Words.Patch), ["Operations"] = new JsonArray([.. operations]) }
        );

    /// <summary>A PATCH with a body of whichever form.</summary>
    public Task<Exchange> PatchBodyAsync(string path, JsonNode body) =>
        SendAsync(HttpMethod.Patch, path, body.ToJsonString());

    /// <summary>Lists resources that a filter lets through.</summary>
    public Task<Exchange> FilterAsync(string path, string filter, string more = "") =>
        GetAsync($"{path}?filter={Uri.EscapeDataString(filter)}{more}");

    /// <summary>Sends a request and remembers what came back. A header without a value takes away what is sent always.</summary>
    /// <exception cref="NotPossibleException">No answer came.</exception>
    public async Task<Exchange> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        params (string Name, string? Value)[] headers
    )
    {
        var url = new Uri(Base, path);
        using var request = new HttpRequestMessage(method, url);
        List<(string Name, string Value)> sent =
        [
            .. _always.Where(header => !headers.Any(other => Same(other.Name, header.Name))),
            .. headers.Where(header => header.Value is not null).Select(header => (header.Name, header.Value!)),
        ];
        if (!headers.Any(header => Same(header.Name, "Accept")))
            sent.Add(("Accept", Words.MediaType));
        if (body is not null)
        {
            if (!headers.Any(header => Same(header.Name, "Content-Type")))
                sent.Add(("Content-Type", Words.MediaType));
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }
        foreach (var (name, value) in sent)
            if (!Same(name, "Content-Type"))
                request.Headers.TryAddWithoutValidation(name, value);
            else if (request.Content is not null)
                request.Content.Headers.TryAddWithoutValidation(name, value);
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request);
            var exchange = new Exchange(
                method,
                url,
                sent,
                body,
                response.StatusCode,
                response.Headers.Concat(response.Content.Headers),
                await response.Content.ReadAsByteArrayAsync(),
                Stopwatch.GetElapsedTime(begun)
            );
            _exchanges.Add(exchange);
            Remember(exchange);
            return exchange;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new NotPossibleException(
                $"{method} {url.PathAndQuery} had no answer: {(e is TaskCanceledException ? "the time was over" : e.Message)}"
            );
        }
    }

    /// <summary>A name that nobody else has.</summary>
    public string Name() => string.Create(CultureInfo.InvariantCulture, $"c{_run}-{++_last}");

    /// <summary>A user as it is sent.</summary>
    public JsonObject User(string? name = null)
    {
        name ??= Name();
        return new JsonObject
        {
            ["schemas"] = new JsonArray(Words.User),
            ["userName"] = name,
            ["name"] = new JsonObject { ["givenName"] = "Con", ["familyName"] = "Former" },
            ["displayName"] = $"Con Former {name}",
            ["emails"] = new JsonArray(
                new JsonObject
                {
                    ["value"] = $"{name}@example.com",
                    ["type"] = "work",
                    ["primary"] = true,
                }
            ),
            ["active"] = true,
        };
    }

    /// <summary>A group as it is sent.</summary>
    public JsonObject Group(params IEnumerable<string> members) =>
        new()
        {
            ["schemas"] = new JsonArray(Words.Group),
            ["displayName"] = $"Group {Name()}",
            ["members"] = new JsonArray([.. members.Select(id => new JsonObject { ["value"] = id })]),
        };

    /// <summary>A user that is there; what is not as it is by default is said of it.</summary>
    /// <exception cref="NotPossibleException">It could not be made.</exception>
    public async Task<JsonObject> MadeUserAsync(Action<JsonObject>? change = null) =>
        await MadeAsync("Users", User(), change);

    /// <summary>A group that is there.</summary>
    /// <exception cref="NotPossibleException">It could not be made.</exception>
    public async Task<JsonObject> MadeGroupAsync(params IEnumerable<string> members) =>
        await MadeAsync("Groups", Group(members), null);

    /// <summary>Where a resource is, under the base.</summary>
    public static string At(JsonNode resource) =>
        resource.At("meta.resourceType").AsText() == "Group" || resource.Strings("schemas").Contains(Words.Group)
            ? $"Groups/{Id(resource)}"
            : $"Users/{Id(resource)}";

    /// <summary>The id of a resource, as a path takes it.</summary>
    public static string Id(JsonNode resource) => Uri.EscapeDataString(resource.At("id").AsText() ?? "");

    /// <summary>Removes what was made, the last first, and says what is left.</summary>
    public async Task<IReadOnlyList<string>> CleanUpAsync()
    {
        var left = new List<string>();
        while (_made.TryPop(out var path))
            try
            {
                var gone = await SendAsync(HttpMethod.Delete, path, null);
                if (gone is { IsFine: false, Status: not 404 })
                    left.Add(gone.ToString());
            }
            catch (NotPossibleException e)
            {
                left.Add(e.Message);
            }
        _exchanges.Clear();
        return left;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonObject> MadeAsync(string endpoint, JsonObject resource, Action<JsonObject>? change)
    {
        change?.Invoke(resource);
        var made = await PostAsync(endpoint, resource);
        return made is { Status: 201, Json: JsonObject body } && body.At("id").AsText() is { Length: > 0 }
            ? body
            : throw new NotPossibleException($"nothing could be made to look at: {made}");
    }

    // Whatever was made by whichever check, also where its answer is wrong in some way.
    private void Remember(Exchange exchange)
    {
        if (!exchange.IsFine || exchange.Method != HttpMethod.Post)
            return;
        if (exchange.Json.Strings("schemas").Contains(Words.BulkResponse))
            foreach (var operation in exchange.Json.Objects("Operations"))
                if (operation.At("location").AsText() is { } location && operation.At("method").AsText() == "POST")
                    _made.Push(Relative(location));
        if (exchange.TextOf("id") is { Length: > 0 } id && exchange["totalResults"] is null)
            _made.Push(
                $"{exchange.Url.AbsolutePath[Base.AbsolutePath.Length..].TrimEnd('/')}/{Uri.EscapeDataString(id)}"
            );
    }

    private string Relative(string location) =>
        Uri.TryCreate(Base, location, out var url) && Base.IsBaseOf(url)
            ? Base.MakeRelativeUri(url).ToString()
            : location.TrimStart('/');

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
