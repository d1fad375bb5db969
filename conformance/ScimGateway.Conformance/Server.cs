using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Rfc7643;

namespace ScimGateway.Conformance;

/// <summary>
/// The server that is asked: all that is sent to it goes through here, so that each exchange can be shown, and
/// <see cref="Made"/> knows what was made.
/// </summary>
internal sealed class Server : IDisposable
{
    // An answer beyond this is no answer to anything that is asked here.
    private const int MostBytes = 32 * 1024 * 1024;

    // Who says nothing so many times one after the other is not asked any more.
    private const int MostSilence = 3;

    private const int MostShort = 10 * 36 * 36;
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    // Servers keep a connection for longer: who makes something on it is not to meet its end.
    private static readonly TimeSpan _longestIdle = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly IReadOnlyList<SentHeader> _always;
    private readonly Secrets _secrets;
    private readonly string _run = Guid.NewGuid().ToString("n")[..6];
    private readonly List<Exchange> _exchanges = [];
    private readonly TimeProvider _clock;
    private readonly Template _user;
    private readonly Template _group;
    private readonly bool _isReal;
    private readonly Lock _gate = new();

    private int _last;
    private int _lastShort = Random.Shared.Next(MostShort);
    private int _silence;
    private DateTimeOffset _turn;

    /// <param name="options">Where it is, and how it is asked.</param>
    /// <param name="clock">By which is waited; the system's if not said.</param>
    public Server(Options options, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _isReal = options.IsReal;
        Base = new Uri(options.Url.TrimEnd('/') + "/");
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionIdleTimeout = _longestIdle,
                SslOptions = options.Trust.Options(),
            }
        )
        {
            Timeout = options.TimeLimit,
            MaxResponseContentBufferSize = MostBytes,
        };
        _always =
        [
            .. options.Token is { } token
                ? [new SentHeader("Authorization", $"Bearer {token}", "Bearer $TOKEN")]
                : Array.Empty<SentHeader>(),
            .. options.Headers.Select(header => new SentHeader(
                header.Name,
                header.Value,
                $"${header.Name.ToUpperInvariant().Replace('-', '_')}"
            )),
        ];
        _secrets = new Secrets([
            .. _always,
            // What lets nobody in is sent, too, and says as much.
            .. options.Token is { } own
                ? [new SentHeader("Authorization", $"Bearer {Steps.Swapped(own)}", "Bearer $TOKEN")]
                : Array.Empty<SentHeader>(),
        ]);
        Announced = Announced.Nothing;
        Token = options.Token;
        Lacked = options.Lacked;
        (_user, _group) = (options.User, options.Group);
        Made = new Made(this, $"{Made.Ours}{_run}-");
    }

    /// <summary>Where it is, with a slash at the end.</summary>
    public Uri Base { get; }

    /// <summary>What it says of itself.</summary>
    public Announced Announced { get; private set; }

    /// <summary>The bearer token; null if there is none.</summary>
    public string? Token { get; }

    /// <summary>What it lacks, as its owner says.</summary>
    public IReadOnlyList<string> Lacked { get; }

    /// <summary>What was made there, and is removed in the end.</summary>
    public Made Made { get; }

    /// <summary>Whether it does not answer any more.</summary>
    public bool IsSilent => Volatile.Read(ref _silence) >= MostSilence;

    /// <summary>How fast it is asked.</summary>
    public Pace Pace { get; private set; } = Pace.Full;

    /// <summary>Ends what is waited for.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>Has it be asked as fast as a provider asks, if that was wanted.</summary>
    public void GoAsFastAs(string? provider) => Pace = _isReal ? Pace.Of(provider) : Pace.Full;

    /// <summary>Has it be asked at a pace until the requirement was looked at.</summary>
    public void GoAt(Pace pace) => Pace = pace;

    /// <summary>What its filters may not have in them, by the word for it; null before anybody has looked.</summary>
    public IReadOnlyDictionary<string, Exchange>? RefusedInFilters { get; set; }

    /// <summary>Reads what it says of itself.</summary>
    public async Task DiscoverAsync()
    {
        Announced = new Announced(
            await SaidAsync("ServiceProviderConfig"),
            await SaidAsync("ResourceTypes"),
            await SaidAsync("Schemas")
        );
        Hear(isAnswered: true); // whoever says nothing of itself may answer yet
    }

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
    /// <exception cref="NotPossibleException">The server has no PATCH at all, which RFC7644-4-true tells.</exception>
    public async Task<Exchange> PatchAsync(string path, params JsonObject[] operations)
    {
        var patched = await PatchBodyAsync(
            path,
            new JsonObject { ["schemas"] = new JsonArray(Words.Patch), ["Operations"] = new JsonArray([.. operations]) }
        );
        return patched.Status is 405 or 501 ? throw new NotPossibleException($"there is no PATCH: {patched}") : patched;
    }

    /// <summary>A PATCH with a body of whichever form.</summary>
    public Task<Exchange> PatchBodyAsync(string path, JsonNode body) =>
        SendAsync(HttpMethod.Patch, path, body.ToJsonString());

    /// <summary>Lists resources that a filter lets through.</summary>
    public Task<Exchange> FilterAsync(string path, string filter, string more = "") =>
        GetAsync($"{path}?filter={Uri.EscapeDataString(filter)}{more}");

    /// <summary>Sends a request and remembers what came back. A header without a value takes away what is sent always.</summary>
    /// <exception cref="NoAnswerException">No answer came.</exception>
    /// <exception cref="NotPossibleException">It is elsewhere, or the server does not answer any more.</exception>
    public Task<Exchange> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        params (string Name, string? Value)[] headers
    ) => SendAsync(method, path, body, [.. headers.Select(header => new SentHeader(header.Name, header.Value))]);

    /// <summary>The same with headers that may be secret.</summary>
    public async Task<Exchange> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        IReadOnlyList<SentHeader> headers
    )
    {
        if (IsSilent)
            throw new NotPossibleException("the server does not answer any more");
        Made.Begin(method);
        try
        {
            var exchange = await AskAsync(method, path, body, headers);
            Hear(isAnswered: true);
            _exchanges.Add(exchange);
            Made.Note(exchange);
            return exchange;
        }
        catch (NoAnswerException)
        {
            Hear(isAnswered: false);
            Made.Miss(method);
            throw;
        }
    }

    /// <summary>Who answers is not silent, however often he was before; it is asked from several sides at once.</summary>
    public void Hear(bool isAnswered)
    {
        if (isAnswered)
            Volatile.Write(ref _silence, 0);
        else
            Interlocked.Increment(ref _silence);
    }

    /// <summary>Sends a request and remembers nothing of it; several may do so at once.</summary>
    /// <exception cref="NoAnswerException">No answer came.</exception>
    /// <exception cref="NotPossibleException">It is elsewhere, or was stopped.</exception>
    public async Task<Exchange> AskAsync(
        HttpMethod method,
        string path,
        string? body,
        IReadOnlyList<SentHeader> headers
    )
    {
        var url = new Uri(Base, path);
        if (Uri.Compare(url, Base, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.Ordinal) != 0)
            throw new NotPossibleException($"{url} is another server, to which the credential is not sent");
        List<SentHeader> sent =
        [
            .. _always.Where(header => !headers.Any(other => Same(other.Name, header.Name))),
            .. headers.Where(header =>
                header.Value is not null && (body is not null || !Same(header.Name, "Content-Type"))
            ),
        ];
        if (!headers.Any(header => Same(header.Name, "Accept")))
            sent.Add(new SentHeader("Accept", Words.MediaType));
        if (body is not null && !headers.Any(header => Same(header.Name, "Content-Type")))
            sent.Add(new SentHeader("Content-Type", Words.MediaType));
        var waited = TimeSpan.Zero;
        for (var tries = 1; ; tries++)
            try
            {
                await PauseAsync(Turn());
                var exchange = await ExchangedAsync(method, url, sent, body);
                if (
                    exchange.Status != 429
                    || Pace.Again(tries, waited, exchange.Header("Retry-After"), _clock.GetUtcNow()) is not { } wait
                )
                    return exchange;
                waited += wait;
                await PauseAsync(wait);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                throw new NoAnswerException(
                    $"{method} {url.PathAndQuery} had no answer: {(e is TaskCanceledException ? "the time was over" : e.Message)}"
                );
            }
    }

    /// <summary>A name that nobody else has.</summary>
    public string Name() => string.Create(CultureInfo.InvariantCulture, $"{Made.Ours}{_run}-{++_last}");

    /// <summary>A name as a userName, which <c>--user</c> may want to be an address.</summary>
    public string UserName(string name) => _user.UserName(name);

    /// <summary>Eight letters and digits that nobody else has.</summary>
    public string ShortName()
    {
        var number = ++_lastShort % MostShort;
        return $"{Made.Ours}{number / 36 / 36}{Digits[number / 36 % 36]}{Digits[number % 36]}";
    }

    /// <summary>A user as it is sent.</summary>
    public JsonObject User(string? userName = null)
    {
        var name = userName ?? Name();
        var user = new JsonObject
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
        var wanted = Wanted(user, "User", _user, name);
        // Whose name is said has just that one, also where a template makes names of its own.
        if (userName is not null)
            wanted["userName"] = userName;
        return wanted;
    }

    /// <summary>A group as it is sent.</summary>
    public JsonObject Group(params IEnumerable<string> members)
    {
        var name = Name();
        var group = new JsonObject
        {
            ["schemas"] = new JsonArray(Words.Group),
            ["displayName"] = $"Group {name}",
            ["members"] = new JsonArray([.. members.Select(id => new JsonObject { ["value"] = id })]),
        };
        return Wanted(group, "Group", _group, name);
    }

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

    public void Dispose() => _http.Dispose();

    // How long it is until the next request may be sent, whose place is taken by that.
    private TimeSpan Turn()
    {
        if (Pace.PerSecond is not { } most)
            return TimeSpan.Zero;
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var turn = _turn > now ? _turn : now;
            _turn = turn + (TimeSpan.FromSeconds(1) / most);
            return turn - now;
        }
    }

    /// <summary>Waits, where a server has to get on.</summary>
    public Task WaitAsync(TimeSpan time) => PauseAsync(time);

    private async Task PauseAsync(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
            return;
        await Task.Delay(time, _clock, Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Stop.IsCancellationRequested)
            throw new NotPossibleException("it was stopped");
    }

    private async Task<JsonObject> MadeAsync(string endpoint, JsonObject resource, Action<JsonObject>? change)
    {
        change?.Invoke(resource);
        var made = await PostAsync(endpoint, resource);
        // Which status it is answered with is another requirement's.
        return made is { IsFine: true, Json: JsonObject body } && body.At("id").AsText() is { Length: > 0 }
            ? body.Named(resource)
            : throw new NotPossibleException($"nothing could be made to look at: {made}");
    }

    private async Task<Exchange> ExchangedAsync(
        HttpMethod method,
        Uri url,
        IReadOnlyList<SentHeader> sent,
        string? body,
        bool isAgain = false
    )
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        foreach (var (name, value, _) in sent)
            if (!Same(name, "Content-Type"))
                request.Headers.TryAddWithoutValidation(name, value);
            else
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        var (at, begun) = (_clock.GetUtcNow(), Stopwatch.GetTimestamp());
        try
        {
            using var response = await _http.SendAsync(request);
            return new Exchange(
                method,
                url,
                sent,
                body,
                response.StatusCode,
                response.Headers.Concat(response.Content.Headers),
                await response.Content.ReadAsByteArrayAsync(),
                Stopwatch.GetElapsedTime(begun),
                _secrets
            )
            {
                At = at,
            };
        }
        catch (HttpRequestException) when (!isAgain && IsIdempotent(method))
        {
            // A server may close a connection that nothing was asked on for a while just as it is used again, which is
            // no fault of either: a second one tells. What makes or patches something may have been done.
            return await ExchangedAsync(method, url, sent, body, isAgain: true);
        }
    }

    // Whether doing it twice is as doing it once (RFC 9110 §9.2.2).
    private static bool IsIdempotent(HttpMethod method) => method != HttpMethod.Post && method != HttpMethod.Patch;

    private async Task<Exchange?> SaidAsync(string path)
    {
        try
        {
            return await GetAsync(path);
        }
        catch (Exception e) when (e is NoAnswerException or NotPossibleException)
        {
            return null;
        }
    }

    // A resource as the server wants it: by what was said, and with what its schema requires.
    private JsonObject Wanted(JsonObject resource, string type, Template template, string name)
    {
        template.Into(resource, name);
        foreach (var definition in Announced.Definitions(type))
            if (
                definition.At("required").AsFlag() == true
                && definition.At("name").AsText() is { } member
                && resource.Member(member) is null
                && definition.At("mutability").AsText() != "readOnly"
                && Samples.Of(definition, name) is { } sample
            )
                resource[member] = sample;
        return resource;
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
