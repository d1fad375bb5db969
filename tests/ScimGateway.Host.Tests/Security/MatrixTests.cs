using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.AdminConsole;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>
/// Every route that is mapped × every credential that does not do: refused as it should be, over a socket, and nothing is
/// changed. What came of it stands in docs/security.md.
/// </summary>
[Trait("speed", "slow")]
public sealed partial class MatrixTests
{
    private const string Page = "security.md";
    private const string Begin = "<!-- printed by MatrixTests: -->\n";
    private const string End = "<!-- end of what is printed -->\n";
    private const string Slug = "acme";

    // What anybody may ask. Whoever adds a route to it says why in docs/rooms/host.md.
    private static readonly string[] _forAnybody =
    [
        "/health/live",
        "/health/ready",
        "/openapi.yaml",
        "/oauth/slack/begin", // who has a ticket
        "/.well-known/oauth-authorization-server/{tenant}", // made of the path alone
        "/oauth/slack/callback", // who has that browser's cookie and Slack's state
        "/console/sign-in", // who has a key
        "/console/sign-in/organization", // leads to the identity provider
        "/console/sign-in/callback", // who has that browser's cookie and the provider's code
        "/console/console.css",
        "/console/console.js",
    ];
    private const string TokenEndpoint = "/{tenant}/oauth/token";

    [Fact]
    public async Task Whoever_may_not_is_refused_on_every_route_and_changes_nothing()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(0, clock, "--proxies", "127.0.0.0/8");
        using var world = await World.MakeAsync(served, clock);
        var rows = new List<(string Route, string Cells)>();
        var wrong = new List<string>();
        foreach (var (method, path, endpoint) in Routes(served).OrderBy(one => one.Path).ThenBy(one => one.Method))
        {
            var route = new Route(method, path, endpoint.Metadata.GetMetadata<Needs>());
            if (_forAnybody.Contains(path))
            {
                Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>());
                rows.Add(($"`{method} {path}`", "anybody | | | | | |"));
                continue;
            }
            // The console's pages ask the admin API by their browser's session, and show nothing without one.
            if (path.StartsWith("/console", StringComparison.Ordinal))
            {
                if (await ConsoleBrowser.WithoutSessionAsync(served, method, path) is { } shown)
                    wrong.Add($"{method} {path}: {shown}");
                rows.Add(($"`{method} {path}`", "who has signed in; else 303 to `/console/sign-in` | | | | | |"));
                continue;
            }
            // Whatever is mapped without a word of it is a provider's, and there the middleware asks for a credential.
            Assert.True(
                route.Needs is not null
                    || path == TokenEndpoint
                    || (
                        path.StartsWith("/{tenant}/", StringComparison.Ordinal)
                        && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
                    ),
                $"{method} {path} is neither the admin API's nor a provider's: say here who may ask it"
            );
            var cells = new List<string>();
            foreach (var column in World.Columns)
            {
                var cell = new List<string>();
                foreach (var (credential, expected) in world.Tried(route, column))
                {
                    var before = world.Hash(column);
                    var (status, kind, text) = await world.AskAsync(route, credential);
                    var after = world.Hash(column);
                    cell.Add($"{status}");
                    var where = $"{method} {path} × {column}: {status} {kind} {text}";
                    if (status != expected)
                        wrong.Add($"{where}, and not {expected}");
                    else if (status >= 400 && kind != route.ErrorKind)
                        wrong.Add($"{where}, which is not {route.ErrorKind}");
                    else if (status < 400 && text.Contains(Slug, StringComparison.Ordinal))
                        wrong.Add($"{where}, which shows another tenant");
                    if (before != after)
                        wrong.Add($"{where}, and rows of the store have changed");
                }
                cells.Add(string.Join(", ", cell.Distinct()));
            }
            rows.Add(($"`{method} {path}`", $"{string.Join(" | ", cells)} |"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(rows.Count > 60, $"{rows.Count} routes are not all");
        AssertPrinted(rows);
    }

    private static IEnumerable<(string Method, string Path, RouteEndpoint Endpoint)> Routes(ServedGateway served) =>
        from endpoint in served.Part<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let said = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        from method in said.Count == 0 ? ["GET", "POST", "PUT", "PATCH", "DELETE"] : said
        where method != "HEAD" // it is GET
        select (method, Kind().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "}"), endpoint);

    // The page is written by hand but for this part of it.
    private static void AssertPrinted(List<(string Route, string Cells)> rows)
    {
        var file = Path.Combine(GeneratedPage.Root(), "docs", Page);
        var page = File.ReadAllText(file);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"docs/{Page} has no room for what is printed");
        var printed = new StringBuilder(page[..(from + Begin.Length)]);
        printed.Append(CultureInfo.InvariantCulture, $"\n| route | {string.Join(" | ", World.Columns)} |\n");
        printed.Append("| --- |").Insert(printed.Length, " --- |", World.Columns.Count).Append('\n');
        foreach (var alike in rows.GroupBy(row => row.Cells))
            printed.Append(
                CultureInfo.InvariantCulture,
                $"| {string.Join("<br>", alike.Select(row => row.Route))} | {alike.Key}\n"
            );
        GeneratedPage.AssertFresh(Page, printed.Append('\n').Append(page[to..]).ToString());
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Kind();

    /// <summary>What is asked, and what a refusal of it is written as.</summary>
    private sealed record Route(string Method, string Path, Needs? Needs)
    {
        public bool IsAdmins => Needs is not null;

        public bool IsToken => Path == TokenEndpoint;

        public bool IsLane => Path.Split('/') is [_, _, "slack", ..];

        public bool IsRead => Method == "GET" || Path.EndsWith("/.search", StringComparison.Ordinal);

        public string ErrorKind =>
            IsAdmins ? "application/problem+json"
            : IsToken || IsLane ? "application/json"
            : "application/scim+json";

        /// <summary>Whether it is about users, or what the gateway says of itself.</summary>
        public bool IsOfUsers =>
            Path.Split('/')
                is [_, _, "scim", "v2", "Users" or "Schemas" or "ResourceTypes" or "ServiceProviderConfig" or "Me", ..];

        /// <summary>Whether it writes one resource, which has a source.</summary>
        public bool IsOneResource => !IsLane && Path.EndsWith("/{id}", StringComparison.Ordinal) && Method != "GET";
    }

    /// <summary>Two tenants with equal people, and every credential that there may be.</summary>
    private sealed class World(ServedGateway served) : IDisposable
    {
        private static readonly Dictionary<(string, string), (string? Kind, JsonNode? Example)> _bodies = Described
            .Operations()
            .ToDictionary(one => (one.Method.Method, one.Path), one => (one.Kind, one.Example));

        private readonly Dictionary<string, string> _secrets = [];
        private readonly Dictionary<string, (string Id, string Secret)> _clients = [];
        private readonly HttpClient _http = new();
        private string _user = "";
        private string _group = "";
        private int _asked;

        public static IReadOnlyList<string> Columns { get; } =
        ["none", "wrong", "expired", "other tenant's", "other source's", "too small"];

        public static async Task<World> MakeAsync(ServedGateway served, ManualClock clock)
        {
            var world = new World(served);
            foreach (var (slug, organization) in new[] { (Slug, 1), ("other", 2) })
            {
                world._secrets[slug] = await served.SetUpAsync(slug, SlackEmulatorServer.TokenOf(organization));
                await served.EnableAsync(slug);
                using var provider = served.Provider(slug, world._secrets[slug]);
                var user = await CreateAsync(provider, "Users", Requests.User());
                var group = await CreateAsync(
                    provider,
                    "Groups",
                    $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew","members":[{"value":"{{user}}"}]}"""
                );
                if (slug == Slug)
                    (world._user, world._group) = (user, group);
            }
            var soon = clock.GetUtcNow().AddMinutes(30).ToString("O");
            var (_, acme) = ("", $"tenants/{Slug}/sources/1/credentials");
            await world.CredentialAsync("expired", acme, $$"""{"kind":"bearer","expires":"{{soon}}"}""");
            var second = await served.AskAsync(HttpMethod.Post, $"tenants/{Slug}/sources", """{"name":"Second"}""");
            acme = $"tenants/{Slug}/sources/{second["id"]}/credentials";
            await world.CredentialAsync("second", acme, """{"kind":"bearer"}""");
            await world.CredentialAsync("lane", acme, """{"kind":"slackV1"}""");
            await world.CredentialAsync("expired lane", acme, $$"""{"kind":"slackV1","expires":"{{soon}}"}""");
            await world.CredentialAsync("reading", acme, """{"kind":"bearer","scope":"read"}""");
            var third = await served.AskAsync(HttpMethod.Post, $"tenants/{Slug}/sources", """{"name":"Third"}""");
            acme = $"tenants/{Slug}/sources/{third["id"]}/credentials";
            await world.CredentialAsync("users", acme, """{"kind":"bearer","scope":"users"}""");
            await world.CredentialAsync("reading lane", acme, """{"kind":"slackV1","scope":"read"}""");
            await world.ClientAsync("client", acme, """{"kind":"oauthClient"}""");
            await world.ClientAsync("expired", acme, $$"""{"kind":"oauthClient","expires":"{{soon}}"}""");
            await world.CredentialAsync(
                "other's lane",
                "tenants/other/sources/2/credentials",
                """{"kind":"slackV1"}"""
            );
            await served.AskAsync(HttpMethod.Patch, $"tenants/{Slug}/preferences", """{"v1Lane":"write"}""");
            await world.ClientAsync(
                "other",
                "tenants/other/sources/2/credentials",
                """{"kind":"oauthClient"}""",
                "other"
            );
            foreach (
                var (name, key) in new[]
                {
                    ("key", """{"label":"a","role":"owner"}"""),
                    ("expired key", $$"""{"label":"b","role":"owner","expires":"{{soon}}"}"""),
                    ("other's key", """{"label":"c","role":"owner","tenant":"other"}"""),
                    ("viewer", """{"label":"d","role":"viewer"}"""),
                    ("operator", """{"label":"e","role":"operator"}"""),
                }
            )
                world._secrets[name] = (string)(await served.AskAsync(HttpMethod.Post, "keys", key))["secret"]!;
            clock.Advance(TimeSpan.FromHours(1));
            await Gateway.UntilAsync(() =>
            {
                using var kept = TestStore.Tables(served.Data);
                return Task.FromResult(!kept.Jobs.Any(job => job.Finished == null));
            });
            return world;
        }

        /// <summary>What is tried on a route, and what has to come of it.</summary>
        public IEnumerable<(string? Credential, int Expected)> Tried(Route route, string column) =>
            (column, route) switch
            {
                ("none", _) => [(null, 401)],
                ("wrong", { IsToken: true }) => [("wrong", 401)],
                ("wrong", { IsAdmins: true }) => [("sga_nobodys", 401), (_secrets[Slug], 401)],
                ("wrong", _) =>
                [
                    ("sgt_nobodys", 401),
                    (_secrets["key"], 401),
                    (route.IsLane ? _secrets[Slug] : _secrets["lane"], 401),
                ],
                ("expired", { IsToken: true }) => [("expired", 401)],
                ("expired", { IsAdmins: true }) => [(_secrets["expired key"], 401)],
                ("expired", _) => [(_secrets[route.IsLane ? "expired lane" : "expired"], 401)],
                ("other tenant's", { IsToken: true }) => [("other", 401)],
                // Another tenant is as none; what is about all is not for a tenant's key; and its lists are its own.
                ("other tenant's", { IsAdmins: true }) =>
                [
                    (
                        _secrets["other's key"],
                        route.Needs!.OfAll ? 403
                        : route.Path.Contains("{slug}", StringComparison.Ordinal) ? 404
                        : route.Method == "GET" && !route.Path.Contains('{', StringComparison.Ordinal) ? 200
                        : route.Method == "POST" ? 400 // the body names the other one
                        : route.Path.EndsWith("/session", StringComparison.Ordinal) ? 400 // a key is none
                        : 404
                    ),
                ],
                ("other tenant's", _) => [(_secrets[route.IsLane ? "other's lane" : "other"], 401)],
                ("other source's", { IsAdmins: false, IsOneResource: true }) => [(_secrets["second"], 403)],
                ("too small", { Needs: { } needs }) => needs.Role switch
                {
                    Role.Owner => [(_secrets["viewer"], 403), (_secrets["operator"], 403)],
                    Role.Operator => [(_secrets["viewer"], 403)],
                    _ => [],
                },
                ("too small", { IsLane: true }) => route.IsRead ? [] : [(_secrets["reading lane"], 403)],
                ("too small", { IsToken: false }) =>
                [
                    .. route.IsRead ? Array.Empty<(string?, int)>() : [(_secrets["reading"], 403)],
                    .. route.IsOfUsers ? Array.Empty<(string?, int)>() : [(_secrets["users"], 403)],
                ],
                _ => [],
            };

        public async Task<(int Status, string? Kind, string Text)> AskAsync(Route route, string? credential)
        {
            var id = route.Path.Contains("/Groups", StringComparison.Ordinal) ? _group : _user;
            var path = Place()
                .Replace(
                    route.Path,
                    place =>
                        place.Groups[1].Value switch
                        {
                            "tenant" or "slug" => Slug,
                            "id" when !route.IsAdmins => id,
                            _ => "1",
                        }
                );
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), new Uri(served.Base, path));
            // Each from an address of its own, so that none has to wait for the others.
            _asked++;
            request.Headers.Add("X-Forwarded-For", $"192.0.{_asked / 250}.{_asked % 250}");
            if (route.IsToken)
                request.Content = Form(credential);
            else if (credential is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
            if (!route.IsToken && route.Method is not ("GET" or "DELETE"))
                request.Content = Body(route);
            using var answer = await _http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            try
            {
                Described.Require(request.Method, request.RequestUri!, answer, text);
            }
            catch (NotDescribedException e)
            {
                return ((int)answer.StatusCode, "what is not described", e.Message);
            }
            return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, text);
        }

        public void Dispose() => _http.Dispose();

        private FormUrlEncodedContent Form(string? client)
        {
            var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
            if (client == "wrong")
                (form["client_id"], form["client_secret"]) = (_clients["client"].Id, "sgs_nobodys");
            else if (client is not null)
                (form["client_id"], form["client_secret"]) = _clients[client];
            return new FormUrlEncodedContent(form);
        }

        // What would change something, if it were let in.
        private static StringContent Body(Route route)
        {
            var (kind, example) = _bodies.GetValueOrDefault((route.Method, route.Path));
            var text = (route.Method, route.Path.Split('/')[^2]) switch
            {
                ("PUT", "Users") => Requests.User("eve", "eve@corp.example"),
                ("PATCH", "Users") => Requests.Patch("title", "\"Countess\""),
                ("PUT", "Groups") =>
                    """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Deck"}""",
                ("PATCH", "Groups") => Requests.Patch("displayName", "\"Deck\""),
                _ => example?.ToJsonString() ?? Requests.User("eve", "eve@corp.example"),
            };
            return new StringContent(text, Encoding.UTF8, kind ?? "application/json");
        }

        /// <summary>
        /// All rows of the store. When a credential was last used is no change of anything; that another source has tried
        /// to write is an operation in the journal, and that another tenant's owner has asked is a line of its audit trail.
        /// </summary>
        public string Hash(string column)
        {
            var beside = column switch
            {
                "other source's" => "operations",
                "other tenant's" => "audit_entries",
                _ => "",
            };
            using var kept = TestStore.Tables(served.Data);
            var tables = kept.Model.GetEntityTypes().Select(type => type.GetTableName()!).Distinct().Order();
            using var connection = kept.Database.GetDbConnection();
            connection.Open();
            var all = new StringBuilder();
            foreach (var table in tables.Where(table => table != beside))
                Append(connection, table, all);
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
        }

        private static void Append(DbConnection connection, string table, StringBuilder all)
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // a table of ours
            command.CommandText = $"select * from \"{table}\"";
#pragma warning restore CA2100
            using var rows = command.ExecuteReader();
            var lines = new List<string>();
            while (rows.Read())
                lines.Add(
                    string.Join(
                        ' ',
                        Enumerable
                            .Range(0, rows.FieldCount)
                            .Where(i => rows.GetName(i) != "last_used")
                            .Select(i =>
                                rows.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : $"{rows.GetValue(i)}"
                            )
                    )
                );
            all.Append(table).AppendJoin('\n', lines.Order(StringComparer.Ordinal));
        }

        private static async Task<string> CreateAsync(HttpClient provider, string endpoint, string body)
        {
            var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, endpoint, body);
            Assert.Equal(201, (int)status);
            return (string)made!["id"]!;
        }

        private async Task CredentialAsync(string name, string path, string wanted) =>
            _secrets[name] = (string)(await served.AskAsync(HttpMethod.Post, path, wanted))["secret"]!;

        private async Task ClientAsync(string name, string path, string wanted, string? tenant = null)
        {
            if (tenant is not null) // that tenant's own first source
                path =
                    $"tenants/{tenant}/sources/{(await served.AskAsync(HttpMethod.Get, $"tenants/{tenant}/sources"))["items"]![0]!["id"]}/credentials";
            var made = await served.AskAsync(HttpMethod.Post, path, wanted);
            _clients[name] = ((string)made["use"]!["Client ID"]!, (string)made["secret"]!);
        }
    }

    [GeneratedRegex(@"\{\*{0,2}([a-zA-Z]+)}")]
    private static partial Regex Place();
}
