using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Admin;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Who comes in to the admin API, what of it is told, and what is kept of each change.</summary>
public class GateTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sga_nobodys")]
    [InlineData("sga_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Without_a_key_that_is_known_nobody_comes_in(string? key)
    {
        await using var served = await ServedGateway.StartAsync();
        using var client = served.NewClient(key);

        foreach (var path in new[] { "tenants", "keys", "audit", "nothing", "tenants/acme" })
        {
            var (status, body, response) = await ServedGateway.SendAsync(client, HttpMethod.Get, path);
            Assert.Equal((HttpStatusCode.Unauthorized, 401), (status, (int?)body!["status"]));
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Theory]
    [InlineData("admin/scim/v2/Users")]
    [InlineData("admin/scim/v2")]
    [InlineData("admin/slack/v1/Users")]
    public async Task What_tenants_have_behind_their_word_is_not_behind_that_of_the_admin_API(string path)
    {
        await using var served = await ServedGateway.StartAsync();

        using var plain = new HttpClient { BaseAddress = served.Base };
        plain.DefaultRequestHeaders.Authorization = new("Bearer", served.Key);

        Assert.Equal(HttpStatusCode.NotFound, (await plain.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task A_key_lets_in_until_it_ends()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var ends = clock.GetUtcNow().AddHours(1).ToString("O");
        var made = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"for an hour","role":"viewer","expires":"{{ends}}"}"""
        );
        using var client = served.NewClient((string)made["secret"]!);
        Assert.Equal(HttpStatusCode.OK, (await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants")).Status);

        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants")).Status
        );
    }

    [Fact]
    public async Task A_key_ends_no_later_than_the_one_that_made_it()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var ends = clock.GetUtcNow().AddHours(1);
        var made = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"for an hour","role":"owner","expires":"{{ends:O}}"}"""
        );
        using var client = served.NewClient((string)made["secret"]!);

        var (later, problem, _) = await ServedGateway.SendAsync(
            client,
            HttpMethod.Post,
            "keys",
            $$"""{"label":"longer","role":"owner","expires":"{{ends.AddSeconds(1):O}}"}"""
        );
        Assert.Equal(HttpStatusCode.BadRequest, later);
        Assert.Equal(["expires"], problem!["errors"]!.AsObject().Select(error => error.Key));
        var (status, child, _) = await ServedGateway.SendAsync(
            client,
            HttpMethod.Post,
            "keys",
            """{"label":"for as long","role":"owner"}"""
        );
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(ends.ToUnixTimeSeconds(), ((DateTimeOffset)child!["expires"]!).ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("\\u202Eevil")]
    [InlineData("a\\u2066b")]
    [InlineData("a\\u200Fb")]
    [InlineData("a\\u2028b")]
    [InlineData("a\\u001Bb")]
    [InlineData("a\\u0085b")]
    [InlineData("a\\u200Bb")]
    [InlineData("a\\uFEFFb")]
    [InlineData("a\\u00ADb")]
    [InlineData("a\\u180Eb")]
    [InlineData("a\\u3164b")]
    [InlineData("a\\uFFA0b")]
    [InlineData("a\\u2800b")]
    [InlineData("a\\uFE0Fb")]
    [InlineData("a\\uDB40\\uDC41b")] // U+E0041, a tag
    [InlineData("a\\uDB40\\uDD00b")] // U+E0100, a variation selector
    [InlineData("a\\u00A0b")]
    [InlineData("a\\u2003b")]
    [InlineData("a\\uE000b")]
    [InlineData("a\\uFFFEb")]
    [InlineData("a\\uD834\\uDD59b")] // U+1D159, a null notehead
    public async Task Texts_that_administrators_read_have_nothing_that_nobody_sees(string name)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Provider"}""");
        var credentials = $"tenants/acme/sources/{source["id"]}/credentials";

        foreach (
            var (path, body) in new[]
            {
                ("keys", $$"""{"label":"{{name}}","role":"viewer"}"""),
                ("tenants", $$"""{"slug":"other","name":"{{name}}"}"""),
                ("tenants/acme/sources", $$"""{"name":"{{name}}"}"""),
                ("tenants", $$"""{"slug":"other","name":"Other","description":"{{name}}"}"""),
                (credentials, $$"""{"kind":"bearer","label":"{{name}}"}"""),
                (credentials, Signed(("issuer", name))),
                (credentials, Signed(("audience", name))),
                (credentials, Signed(("metadata", $"https://issuer.example/{name}"))),
                (credentials, Signed(("claim", name))),
            }
        )
            Assert.Equal(
                (body, HttpStatusCode.BadRequest),
                (body, (await served.SendAsync(HttpMethod.Post, path, body)).Status)
            );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await served.SendAsync(HttpMethod.Patch, "tenants/acme", $$"""{"description":"{{name}}"}""")).Status
        );

        static string Signed((string Field, string Says) other)
        {
            return $$$"""{"kind":"jwt","issuer":{"issuer":"{{{Or("issuer", "i")}}}","audience":"{{{Or("audience", "a")}}}","metadata":"{{{Or("metadata", "https://issuer.example/keys")}}}","claims":{"sub":"{{{Or("claim", "s")}}}" } } }""";

            string Or(string field, string usual) => field == other.Field ? other.Says : usual;
        }
    }

    [Fact]
    public async Task Reads_of_all_people_are_in_the_audit_trail_with_the_client_s_address()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        using var viewer = await served.WithKeyAsync("viewer", "acme");
        using var owner = await served.WithKeyAsync("owner", "acme");

        using (var export = await owner.GetAsync(new Uri("tenants/acme/export", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, export.StatusCode);
        using (var ask = new HttpRequestMessage(HttpMethod.Get, "tenants/acme/operations"))
        {
            ask.Headers.Accept.ParseAdd("application/x-ndjson");
            using var file = await viewer.SendAsync(ask);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }
        await ServedGateway.SendAsync(viewer, HttpMethod.Get, "tenants/acme/links");
        await ServedGateway.SendAsync(viewer, HttpMethod.Get, "tenants/acme/preferences");

        var lines = (await served.AskAsync(HttpMethod.Get, "audit?tenant=acme"))["items"]!
            .AsArray()
            .Select(line => ((string?)line!["action"], (int?)line["status"], (string?)line["client"]))
            .ToList();
        Assert.Equal(
            [("listLinks", 200, "127.0.0.1"), ("listOperations", 200, "127.0.0.1"), ("exportTenant", 200, "127.0.0.1")],
            lines.Take(3)
        );
        Assert.All(lines, line => Assert.Equal("127.0.0.1", line.Item3));
    }

    [Fact]
    public async Task A_read_of_people_has_one_line_an_hour_that_says_what_was_read_and_no_persons_word()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var token = await served.SetUpAsync();
        using var provider = served.Provider("acme", token);
        await Requests.CreateAsync(provider, "ada", "ada@corp.example");
        using var viewer = await served.WithKeyAsync("viewer", "acme");
        var link = await FirstAsync("links?search=ada");
        var operation = await FirstAsync("operations?search=ada&outcome=accepted");
        for (var times = 0; times < 3; times++)
            foreach (
                var path in (string[])
                    [
                        $"links/{link}",
                        $"operations/{operation}",
                        "operations?search=grace&outcome=done",
                        "operations?search=ada&outcome=done",
                        "operations?ada=x",
                        "holds",
                        "jobs/1",
                    ]
            )
                await ServedGateway.SendAsync(viewer, HttpMethod.Get, $"tenants/acme/{path}");

        (string?, string?, int?, string?)[] all =
        [
            ("listLinks", "search", 200, null),
            ("listOperations", "search, outcome", 200, null),
            ("readLink", $"links/{link}", 200, "ada"),
            ("readOperation", $"operations/{operation}", 200, null),
            ("listOperations", "", 400, null),
            ("listHolds", "", 200, null),
            ("readJob", "jobs/1", 200, null),
        ];
        Assert.Equal(all.Order(), (await LinesAsync()).Select(Read).Order());
        Assert.DoesNotContain(await LinesAsync(), line => $"{line["about"]}".Contains("ada", StringComparison.Ordinal));

        // What failed hides nothing that succeeds, and an hour later there is a line again.
        await ServedGateway.SendAsync(viewer, HttpMethod.Get, "tenants/acme/operations");
        await ServedGateway.SendAsync(viewer, HttpMethod.Get, "tenants/acme/operations");
        Assert.Equal(all.Length + 1, (await LinesAsync()).Count);
        clock.Advance(TimeSpan.FromHours(1));
        await ServedGateway.SendAsync(viewer, HttpMethod.Get, "tenants/acme/holds");
        Assert.Equal(all.Length + 2, (await LinesAsync()).Count);

        async Task<string> FirstAsync(string path) =>
            $"{(await ServedGateway.SendAsync(viewer, HttpMethod.Get, $"tenants/acme/{path}")).Body!["items"]![0]!["id"]}";

        async Task<List<JsonNode>> LinesAsync() =>
            [
                .. (await served.AskAsync(HttpMethod.Get, "audit?tenant=acme&limit=100"))["items"]!
                    .AsArray()
                    .Select(line => line!)
                    .Where(line => (string?)line["actor"]!["label"] == "a viewer"),
            ];

        static (string?, string?, int?, string?) Read(JsonNode line) =>
            ((string?)line["action"], (string?)line["about"], (int?)line["status"], (string?)line["name"]);
    }

    [Fact]
    public async Task A_key_that_was_deleted_lets_nobody_in()
    {
        await using var served = await ServedGateway.StartAsync();
        var made = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a","role":"viewer"}""");
        using var client = served.NewClient((string)made["secret"]!);
        Assert.Equal(HttpStatusCode.OK, (await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants")).Status);

        await served.AskAsync(HttpMethod.Delete, $"keys/{made["id"]}");

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants")).Status
        );
    }

    [Fact]
    public async Task The_last_key_of_an_owner_of_all_stays()
    {
        await using var served = await ServedGateway.StartAsync();
        var keys = (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray().Select(key => (int)key!["id"]!);

        var answers = new List<HttpStatusCode>();
        foreach (var key in keys)
            answers.Add((await served.SendAsync(HttpMethod.Delete, $"keys/{key}")).Status);

        // One of the start, and the tests' own, by which they are deleted.
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Conflict], answers);
    }

    // Whoever has stolen a key makes another by it, and by that one more.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_a_key_has_made_is_named_when_it_ends_and_ends_with_it_where_that_is_asked_for(
        bool withMade,
        bool isOneGone
    )
    {
        await using var served = await ServedGateway.StartAsync();
        var (first, one) = await MakeAsync(served.Client);
        var (second, two) = await MakeAsync(one);
        var (third, three) = await MakeAsync(two);
        var (_, others) = await MakeAsync(served.Client);
        if (isOneGone)
            await served.AskAsync(HttpMethod.Delete, $"keys/{second}");
        int[] made = isOneGone ? [third] : [second, third];

        var answer = await served.AskAsync(HttpMethod.Delete, $"keys/{first}{(withMade ? "?withMade=true" : "")}");

        Assert.Equal(withMade ? [first, .. made] : [first], Ids(answer["ended"]));
        Assert.Equal(withMade ? [] : made, Ids(answer["left"]));
        Assert.Equal(401, await StatusAsync(one));
        Assert.Equal(withMade || isOneGone ? 401 : 200, await StatusAsync(two));
        Assert.Equal(withMade ? 401 : 200, await StatusAsync(three));
        Assert.Equal(200, await StatusAsync(others));
        foreach (var client in new[] { one, two, three, others })
            client.Dispose();

        async Task<(int Id, HttpClient Client)> MakeAsync(HttpClient by)
        {
            var (status, body, _) = await ServedGateway.SendAsync(
                by,
                HttpMethod.Post,
                "keys",
                """{"label":"a","role":"owner"}"""
            );
            Assert.Equal(HttpStatusCode.Created, status);
            return ((int)body!["id"]!, served.NewClient((string)body["secret"]!));
        }

        static async Task<int> StatusAsync(HttpClient client) =>
            (int)(await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants")).Status;

        static IEnumerable<int> Ids(JsonNode? keys) => keys!.AsArray().Select(key => (int)key!["id"]!);
    }

    [Fact]
    public async Task The_last_key_of_an_owner_of_all_stays_also_with_what_it_has_made()
    {
        await using var served = await ServedGateway.StartAsync();
        var keys = (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray().Select(key => (int)key!["id"]!);
        var own = keys.Last();
        await served.AskAsync(HttpMethod.Delete, $"keys/{keys.First()}");
        var made = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a","role":"owner"}""");

        Assert.Equal(
            HttpStatusCode.Conflict,
            (await served.SendAsync(HttpMethod.Delete, $"keys/{own}?withMade=true")).Status
        );

        var answer = await served.AskAsync(HttpMethod.Delete, $"keys/{own}");
        Assert.Equal((int)made["id"]!, (int)Assert.Single(answer["left"]!.AsArray())!["id"]!);
    }

    [Theory]
    [InlineData("viewer", 200, 403, 403)]
    [InlineData("operator", 200, 200, 403)]
    [InlineData("owner", 200, 200, 201)]
    public async Task A_role_allows_what_the_ones_before_it_allow(string role, int reads, int decides, int setsUp)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var made = await served.AskAsync(HttpMethod.Post, "keys", $$"""{"label":"a","role":"{{role}}"}""");
        using var client = served.NewClient((string)made["secret"]!);

        Assert.Equal(reads, (int)(await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants/acme")).Status);
        Assert.Equal(
            decides,
            (int)(await ServedGateway.SendAsync(client, HttpMethod.Post, "tenants/acme/shadow")).Status
        );
        Assert.Equal(
            setsUp,
            (int)
                (
                    await ServedGateway.SendAsync(
                        client,
                        HttpMethod.Post,
                        "tenants",
                        """{"slug":"other","name":"Other"}"""
                    )
                ).Status
        );
    }

    [Fact]
    public async Task An_owners_change_wants_an_owner_to_confirm_it()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var made = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a","role":"operator"}""");
        using var client = served.NewClient((string)made["secret"]!);
        var (status, job, _) = await served.SendAsync(
            HttpMethod.Patch,
            "tenants/acme/rules?preview=true",
            """{"Staff":"userType eq \"Employee\""}"""
        );
        Assert.Equal(HttpStatusCode.Accepted, status);

        var (refused, _, _) = await ServedGateway.SendAsync(
            client,
            HttpMethod.Post,
            $"tenants/acme/jobs/{job!["id"]}/confirm"
        );

        Assert.Equal(HttpStatusCode.Forbidden, refused);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).AsObject());
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).AsObject());
    }

    [Fact]
    public async Task A_key_of_one_tenant_finds_no_other()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"other","name":"Other"}""");
        var made = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"a","role":"owner","tenant":"acme"}""");
        using var client = served.NewClient((string)made["secret"]!);

        foreach (
            var (method, path, body) in new[]
            {
                (HttpMethod.Get, "tenants/other", null),
                (HttpMethod.Patch, "tenants/other", "{}"),
                (HttpMethod.Delete, "tenants/other?confirm=other&withoutExport=true", null),
                (HttpMethod.Get, "tenants/other/preferences", null),
                (HttpMethod.Get, "tenants/other/sources", null),
                (HttpMethod.Put, "tenants/other/connection", """{"token":"xoxp-a"}"""),
                (HttpMethod.Get, "tenants/none", (string?)null),
            }
        )
        {
            var (status, answer, _) = await ServedGateway.SendAsync(client, method, path, body);
            Assert.Equal((path, method, HttpStatusCode.NotFound), (path, method, status));
            Assert.Equal("urn:scimgateway:problem:not-found", (string?)answer!["type"]);
        }
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (
                await ServedGateway.SendAsync(client, HttpMethod.Post, "tenants", """{"slug":"third","name":"Third"}""")
            ).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await ServedGateway.SendAsync(
                    client,
                    HttpMethod.Post,
                    "keys",
                    """{"label":"b","role":"owner","tenant":"other"}"""
                )
            ).Status
        );
        var all = (await ServedGateway.SendAsync(client, HttpMethod.Get, "tenants")).Body!["items"]!.AsArray();
        Assert.Equal(["acme"], all.Select(tenant => (string)tenant!["slug"]!));
        Assert.Equal(
            ["a"],
            (await ServedGateway.SendAsync(client, HttpMethod.Get, "keys")).Body!["items"]!
                .AsArray()
                .Select(key => (string)key!["label"]!)
        );
        Assert.All(
            (await ServedGateway.SendAsync(client, HttpMethod.Get, "audit")).Body!["items"]!.AsArray(),
            entry => Assert.Equal("acme", (string?)entry!["tenant"])
        );
        // A key of its own is of its tenant, whatever it says.
        var its = (
            await ServedGateway.SendAsync(
                client,
                HttpMethod.Post,
                "keys",
                """{"label":"c","role":"viewer","tenant":"acme"}"""
            )
        ).Body!;
        Assert.Equal("acme", (string?)its["tenant"]);
    }

    [Fact]
    public async Task Each_change_is_in_the_audit_trail_with_before_and_after_and_no_secret()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"name":"Acme Europe"}""");
        await served.SendAsync(HttpMethod.Patch, "tenants/acme", """{"slug":"admin"}""");

        var entries = (await served.AskAsync(HttpMethod.Get, "audit?tenant=acme"))["items"]!.AsArray();

        Assert.Equal(
            ["updateTenant", "updateTenant", "createCredential", "createSource", "connect", "createTenant"],
            entries.Select(entry => (string)entry!["action"]!)
        );
        Assert.Equal([400, 200, 201, 201, 200, 201], entries.Select(entry => (int)entry!["status"]!));
        Assert.All(entries, entry => Assert.Equal("the tests'", (string?)entry!["actor"]!["label"]));
        Assert.Equal(
            ("A tenant", "Acme Europe"),
            ((string?)entries[1]!["before"]!["name"], (string?)entries[1]!["after"]!["name"])
        );
        var all = entries.ToJsonString();
        Assert.DoesNotContain(token, all, StringComparison.Ordinal);
        Assert.DoesNotContain(SlackEmulatorServer.TokenOf(1), all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"slug":"Acme","name":"Acme"}""", "slug")]
    [InlineData("""{"slug":"admin","name":"Acme"}""", "slug")]
    [InlineData("""{"slug":"-acme","name":"Acme"}""", "slug")]
    [InlineData("""{"slug":"acme","name":" "}""", "name")]
    [InlineData("""{"slug":"acme","name":null}""", "name")]
    [InlineData("""{"slug":"acme"}""", "name")]
    [InlineData("""{"slug":"acme","name":"Acme","colour":"red"}""", "colour")]
    [InlineData("""{"slug":"acme","slug":"acme","name":"Acme"}""", "slug")]
    [InlineData("""{"slug":"acme","name":"Acme","preset":"nobody"}""", "preset")]
    [InlineData("""{"slug":"acme","name":"Acme","preset":0}""", "preset")]
    [InlineData("""{"slug":"acme","name":"Acme","preset":"okta, entraId"}""", "preset")]
    [InlineData("""{"slug":17,"name":"Acme"}""", "slug")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("{", "body")]
    [InlineData("", "body")]
    public async Task What_makes_no_sense_is_refused_by_its_field(string body, string field)
    {
        await using var served = await ServedGateway.StartAsync();

        var (status, answer, _) = await served.SendAsync(HttpMethod.Post, "tenants", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], answer!["errors"]!.AsObject().Select(error => error.Key));
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants"))["items"]!.AsArray());
    }

    // .NET's own readers take each of these for a word, be it a list whose sum is one or a number.
    [Theory]
    [InlineData("\"operator, owner\"")]
    [InlineData("\"viewer,operator\"")]
    [InlineData("\"viewer, viewer\"")]
    [InlineData("\"2\"")]
    [InlineData("\"+2\"")]
    [InlineData("\"OWNER\"")]
    [InlineData("\" owner\"")]
    [InlineData("\"\"")]
    [InlineData("3")]
    [InlineData("[\"owner\"]")]
    public async Task A_role_is_one_of_its_words(string role)
    {
        await using var served = await ServedGateway.StartAsync();
        var before = await served.AskAsync(HttpMethod.Get, "keys");

        var (status, answer, _) = await served.SendAsync(
            HttpMethod.Post,
            "keys",
            $$"""{"label":"a","role":{{role}}}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var says = (string)answer!["errors"]!["role"]![0]!;
        Assert.StartsWith("role is one of viewer, operator, owner", says, StringComparison.Ordinal);
        Assert.Equal(role is "\"OWNER\"" or "\" owner\"", says[^1] == '?');
        Assert.Equal(before.ToJsonString(), (await served.AskAsync(HttpMethod.Get, "keys")).ToJsonString());
    }

    [Theory]
    [InlineData("PATCH", "preferences", """{"v1Lane":"read, write"}""", "v1Lane", "off, read, write, writeSignIn")]
    [InlineData("PATCH", "preferences", """{"v1Lane":"1"}""", "v1Lane", "off, read, write, writeSignIn")]
    [InlineData("PATCH", "preferences", """{"removeAction":"Delete"}""", "removeAction", "disable, delete")]
    [InlineData("POST", "sources", """{"name":"a","preset":"okta, pingOne"}""", "preset", "okta")]
    [InlineData("POST", "jobs", """{"kind":"import, resync"}""", "kind", "import")]
    [InlineData("GET", "links?state=pending,failed", null, "state", "pending")]
    [InlineData("GET", "links?state=1", null, "state", "pending")]
    [InlineData("GET", "operations?outcome=done,failed", null, "outcome", "done")]
    public async Task Each_closed_list_takes_one_of_its_words(
        string method,
        string path,
        string? body,
        string field,
        string words
    )
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();

        var (status, answer, _) = await served.SendAsync(new HttpMethod(method), $"tenants/acme/{path}", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(words, (string)answer!["errors"]![field]![0]!, StringComparison.Ordinal);
        Assert.Equal("off", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences"))["v1Lane"]);
    }

    [Fact]
    public async Task A_stored_word_that_nobody_knows_breaks_no_list_and_allows_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var secret = AdminSecret.New();
        var key = await served.Store.WriteAsync(
            session =>
            {
                Sources.Insert(session, Tenants.Of(session, "acme")!.Id, "Odd", "7", "");
                return AdminKeys.Insert(
                    session,
                    AdminSecret.Key("odd", (Role)3, secret, served.Part<TimeProvider>().Now())
                );
            },
            CancellationToken.None
        );
        using var odd = served.NewClient(secret);

        var shown = (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray();
        Assert.Equal("viewer", (string?)shown.Single(one => (long)one!["id"]! == key.Value)!["role"]);
        var source = (await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]!.AsArray().Last();
        Assert.Equal(("Odd", null), ((string?)source!["name"], source["preset"]));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (
                await ServedGateway.SendAsync(odd, HttpMethod.Post, "tenants", """{"slug":"other","name":"Other"}""")
            ).Status
        );
        await served.AskAsync(HttpMethod.Delete, $"keys/{key}");
    }

    [Theory]
    [InlineData("application/jsonp", 415)]
    [InlineData("application/json-patch+json", 415)]
    [InlineData("application/jsonx; charset=utf-8", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=iso-8859-1", 415)]
    [InlineData("application/json, text/plain", 415)]
    [InlineData("text/json", 415)]
    [InlineData(";;;", 415)]
    [InlineData("application/json", 201)]
    [InlineData("Application/JSON; charset=\"UTF-8\"", 201)]
    [InlineData("application/merge-patch+json;charset=utf-8", 201)]
    public async Task The_type_of_a_body_is_read_as_a_media_type(string type, int expected)
    {
        await using var served = await ServedGateway.StartAsync();
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"slug":"acme","name":"Acme"}"""));
        body.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await served.Client.PostAsync("tenants", body);

        Assert.Equal(expected, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_body_is_JSON_and_has_its_bounds()
    {
        await using var served = await ServedGateway.StartAsync();
        using var form = new StringContent("slug=acme", Encoding.UTF8, "application/x-www-form-urlencoded");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await served.Client.PostAsync("tenants", form)).StatusCode);

        var long_ = $$"""{"slug":"acme","name":"{{new string('a', 2 << 20)}}"}""";
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (await served.SendAsync(HttpMethod.Post, "tenants", long_)).Status
        );
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "tenants");
        chunked.Content = new StringContent(long_, Encoding.UTF8, "application/json");
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await served.Client.SendAsync(chunked)).StatusCode);
        var deep = $"{string.Concat(Enumerable.Repeat("{\"a\":", 100))}1{new string('}', 100)}";
        Assert.Equal(HttpStatusCode.BadRequest, (await served.SendAsync(HttpMethod.Post, "tenants", deep)).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await served.SendAsync(HttpMethod.Put, "tenants", "{}")).Status);
    }

    [Fact]
    public async Task Lists_are_read_page_by_page()
    {
        await using var served = await ServedGateway.StartAsync();
        foreach (var i in Enumerable.Range(0, 7))
            await served.AskAsync(HttpMethod.Post, "tenants", $$"""{"slug":"t{{i}}","name":"Tenant {{i}}"}""");

        var (found, next) = (new List<string>(), "tenants?limit=3");
        while (true)
        {
            var page = await served.AskAsync(HttpMethod.Get, next);
            found.AddRange(page["items"]!.AsArray().Select(tenant => (string)tenant!["slug"]!));
            if (page["next"] is not JsonValue cursor)
                break;
            next = $"tenants?limit=3&cursor={cursor}";
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await served.SendAsync(HttpMethod.Get, $"tenants?search=t&cursor={cursor}")).Status
            );
        }

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"t{i}"), found);
        Assert.Equal(HttpStatusCode.BadRequest, (await served.SendAsync(HttpMethod.Get, "tenants?limit=0")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await served.SendAsync(HttpMethod.Get, "tenants?cursor=00")).Status);
        Assert.Equal(
            ["t5"],
            (await served.AskAsync(HttpMethod.Get, "tenants?search=TENANT%205"))["items"]!
                .AsArray()
                .Select(tenant => (string)tenant!["slug"]!)
        );
    }

    [Fact]
    public async Task Who_edits_what_somebody_else_has_edited_meanwhile_is_told()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"Acme"}""");
        var (_, _, read) = await served.SendAsync(HttpMethod.Get, "tenants/acme");
        var tag = read.Headers.ETag!.ToString();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme", """{"description":"by somebody else"}""");

        var (stale, _, _) = await ServedGateway.SendAsync(
            served.Client,
            HttpMethod.Patch,
            "tenants/acme",
            """{"name":"Acme Europe"}""",
            ("If-Match", tag)
        );

        Assert.Equal(HttpStatusCode.PreconditionFailed, stale);
        Assert.Equal("Acme", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["name"]);
        (_, _, read) = await served.SendAsync(HttpMethod.Get, "tenants/acme");
        var (now, _, _) = await ServedGateway.SendAsync(
            served.Client,
            HttpMethod.Patch,
            "tenants/acme",
            """{"name":"Acme Europe","description":null}""",
            ("If-Match", read.Headers.ETag!.ToString())
        );
        Assert.Equal(HttpStatusCode.OK, now);
        Assert.Null((await served.AskAsync(HttpMethod.Get, "tenants/acme"))["description"]);
    }

    [Fact]
    public async Task What_is_sent_again_by_the_same_word_is_made_once()
    {
        await using var served = await ServedGateway.StartAsync();
        const string Wanted = """{"label":"a","role":"owner"}""";

        var (made, first, answer) = await AsAsync(served.Client, "keys", Wanted, "word");
        var (again, second, repeated) = await AsAsync(served.Client, "keys", Wanted, "word");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (made, again));
        Assert.Equal((int)first!["id"]!, (int)second!["id"]!);
        Assert.NotNull((string?)first["secret"]);
        Assert.Null((string?)second["secret"]); // it is kept nowhere
        Assert.Equal(answer.Headers.Location, repeated.Headers.Location);
        var (other, problem, _) = await AsAsync(served.Client, "keys", """{"label":"b","role":"owner"}""", "word");
        Assert.Equal(
            (HttpStatusCode.Conflict, "urn:scimgateway:problem:idempotency-key"),
            (other, (string?)problem!["type"])
        );

        // Somebody else's word is his own.
        using var somebody = served.NewClient((string)first["secret"]!);
        Assert.Equal(HttpStatusCode.Created, (await AsAsync(somebody, "keys", Wanted, "word")).Status);
        Assert.Equal(4, (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray().Count);

        // What was refused made nothing, and may be sent again as it should be.
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await AsAsync(served.Client, "tenants", """{"slug":"A","name":"A"}""", "tenant")).Status
        );
        Assert.Equal(
            HttpStatusCode.Created,
            (await AsAsync(served.Client, "tenants", """{"slug":"a","name":"A"}""", "tenant")).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await AsAsync(served.Client, "keys", Wanted, new string('x', 65))).Status
        );
    }

    [Fact]
    public async Task Of_ten_at_once_by_one_word_one_makes_something()
    {
        await using var served = await ServedGateway.StartAsync();

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(_ => AsAsync(served.Client, "keys", """{"label":"at once","role":"viewer"}""", "word"))
        );

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created && answer.Body!["secret"] is not null);
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Conflict));
        Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray(),
            key => (string?)key!["label"] == "at once"
        );
    }

    [Fact]
    public async Task A_word_outlives_a_restart_and_ends_with_its_day()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        const string Wanted = """{"label":"a","role":"viewer"}""";
        var (_, first, _) = await AsAsync(served.Client, "keys", Wanted, "word");

        await served.RestartAsync();
        clock.Advance(TimeSpan.FromHours(23));
        var (_, second, _) = await AsAsync(served.Client, "keys", Wanted, "word");
        clock.Advance(TimeSpan.FromHours(2));
        var (_, third, _) = await AsAsync(served.Client, "keys", Wanted, "word");

        Assert.Equal((int)first!["id"]!, (int)second!["id"]!);
        Assert.NotEqual((int)first["id"]!, (int)third!["id"]!);
    }

    private static Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> AsAsync(
        HttpClient client,
        string path,
        string body,
        string word
    ) => ServedGateway.SendAsync(client, HttpMethod.Post, path, body, ("Idempotency-Key", word));
}
