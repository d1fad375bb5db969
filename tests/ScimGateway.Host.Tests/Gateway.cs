using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests;

/// <summary>The real gateway on a socket, its store on disk, and a pretend Slack on another socket.</summary>
internal sealed class Gateway : IAsyncDisposable
{
    public const string Token = "token-of-the-tests";

    /// <summary>The tenant that there is.</summary>
    public static readonly TenantId Tenant = new(1);

    private readonly Setting _setting;
    private readonly List<(WebApplication App, Life Life)> _dead = [];
    private WebApplication _app;
    private long _before;

    private Gateway(WebApplication app, Life life, Setting setting, SlackEmulatorServer slack, string data)
    {
        (_app, Life, _setting, Slack, Data) = (app, life, setting, slack, data);
        Base = new Uri(app.Urls.First() + "/demo/scim/v2/");
        Client = NewClient();
        Control = new HttpClient { BaseAddress = new Uri(slack.BaseUrl, "/_emulator/") };
    }

    public SlackEmulatorServer Slack { get; }

    /// <summary>The life of the process as it is now.</summary>
    public Life Life { get; private set; }

    /// <summary>The folder of its store.</summary>
    public string Data { get; }

    /// <summary>The pretend Slack's own controls.</summary>
    public HttpClient Control { get; }

    public Uri Base { get; private set; }

    /// <summary>The store of the gateway that runs.</summary>
    public Store Store => _app.Services.GetRequiredService<Store>();

    /// <summary>The home of the tenant.</summary>
    public TenantHome Home => Part<Homes>().Find("demo")!;

    /// <summary>What waits for Slack's budget.</summary>
    public SlackSchedule<LinkId> Schedule => Home.Schedule;

    public HttpClient Client { get; private set; }

    /// <summary>Starts both; before the gateway looks at it, Slack may be made ready.</summary>
    public static async Task<Gateway> StartAsync(
        Setting? setting = null,
        int seed = 0,
        Action<SlackEmulatorServer>? ready = null
    )
    {
        setting ??= new Setting();
        var slack = await SlackEmulatorServer.StartAsync(
            new SlackEmulatorOptions { Seed = seed, Clock = setting.Clock }
        );
        ready?.Invoke(slack);
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        var life = new Life();
        var app = await RunAsync(setting, life, slack, data);
        slack.Calls.Clear(); // what the import cost is not what a test counts
        return new Gateway(app, life, setting, slack, data);
    }

    /// <summary>
    /// Another process, as far as the store can tell, with the same file and the same Slack. The one before stops as it
    /// should.
    /// </summary>
    public async Task RestartAsync()
    {
        await RestartCountingAsync();
        Slack.Calls.Clear();
    }

    /// <summary>The same while Slack is in trouble, which is known when this comes back; nothing is imported.</summary>
    public async Task RestartAloneAsync()
    {
        await RestartCountingAsync(imports: false);
        await UntilAsync(() => Task.FromResult(Connection.Read().Problem is not null));
    }

    /// <summary>The same, and what it calls while it starts, and to import, is counted.</summary>
    /// <param name="imports">Whether it is to import, which a start does not by itself.</param>
    public async Task RestartCountingAsync(bool imports = true)
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await StartAgainAsync(imports);
    }

    /// <summary>
    /// Another process, too; the one before dies where it is: it goes on no further, and only its files are let go of,
    /// as the system does.
    /// </summary>
    public async Task CrashAsync(bool imports = true)
    {
        Life.End();
        await _app.Services.GetRequiredService<Store>().DisposeAsync();
        Client.Dispose();
        _dead.Add((_app, Life));
        Slack.Calls.Clear();
        await StartAgainAsync(imports);
    }

    /// <summary>
    /// Has the process die at a step of a write, and another one go on until all is quiet; says how Slack was called
    /// until then.
    /// </summary>
    public async Task<JsonObject> DieAtAsync(Step step, Func<Task> write)
    {
        var dead = Life.DieAt(step);
        Life.Watch();
        var isSlow = step is Step.Accepting or Step.Accepted;
        if (isSlow)
            await WeatherAsync("""{"delayMs":300}""");
        var before = Slack.Calls.Total;
        var answer = write();
        if (isSlow) // and the request is answered before Slack has done it, though it has come there
        {
            await Life.ReachedAsync(Step.Calling);
            await UntilAsync(() => Task.FromResult(Slack.Calls.Total > before));
            GiveUp();
        }
        await dead;
        var calls = await CallsAsync();
        await CrashAsync();
        Assert.False(answer.IsCompletedSuccessfully, "a process that is dead has answered");
        await QuietAsync();
        return calls;
    }

    private async Task StartAgainAsync(bool imports)
    {
        _before = LastImport();
        Life = new Life();
        _app = await RunAsync(_setting, Life, Slack, Data);
        Base = new Uri(_app.Urls.First() + "/demo/scim/v2/");
        Client = NewClient();
        if (!imports || !Connection.Read().Enabled)
            return;
        // What is counted and compared here comes after an import; one that was interrupted goes on by itself.
        await UntilAsync(async () => LastImport() > _before || await BeginImportAsync());
        await ImportedAsync();
    }

    /// <summary>Has the gateway import once more while it runs; what that found.</summary>
    public async Task<ImportProgress> ImportAsync()
    {
        await UntilAsync(BeginImportAsync);
        await ImportedAsync();
        return Import()!.Progress;
    }

    /// <summary>Begins an import; false if one is running.</summary>
    public async Task<bool> BeginImportAsync()
    {
        // What was written in the very millisecond in which it asks Slack it passes over.
        for (var now = _setting.Clock.Now(); _setting.Clock == TimeProvider.System && _setting.Clock.Now() == now; )
            await Task.Yield();
        if (await Home.Imports.BeginAsync(SlackImport.JobKind) is not (var job, true))
            return false;
        _before = job.Value - 1; // and not the last one there was: that may have begun by itself since
        return true;
    }

    /// <summary>Waits until the import that was begun has ended, and any that the gateway began by itself.</summary>
    public Task ImportedAsync() =>
        UntilAsync(() =>
        {
            using var kept = Kept();
            var imports = kept.Jobs.Where(job => job.Kind == "import" || job.Kind == "drift").ToList();
            return Task.FromResult(
                imports.TrueForAll(job => job.Finished is not null) && imports.Exists(job => job.Id.Value > _before)
            );
        });

    private long LastImport()
    {
        using var kept = Kept();
        return kept.Jobs.Where(job => job.Kind == "import" || job.Kind == "drift")
                .AsEnumerable()
                .Max(job => (long?)job.Id.Value)
            ?? 0;
    }

    /// <summary>Links as operators see them.</summary>
    public IReadOnlyList<ListedLink> Links(LinkQuery query) =>
        _app.Services.GetRequiredService<LinkReads>().List(Gateway.Tenant, query);

    /// <summary>What somebody should look at.</summary>
    public List<Attention> Attention() =>
        _app
            .Services.GetRequiredService<Store>()
            .Read(session =>
                Provisioning.Reads.Attention.In(session, Tenant, _app.Services.GetRequiredService<TimeProvider>().Now())
            );

    /// <summary>The last import.</summary>
    public ImportReport? Import() => Home.Import.Latest();

    /// <summary>Those who wait now for Slack wait no longer: they are answered as if it took too long.</summary>
    public void GiveUp() => Home.Outcomes.GiveUp();

    /// <summary>What is kept; whoever looks at it lets go of it.</summary>
    public GatewayDb Kept() => Tests.StoreTables.Open(Data);

    /// <summary>Waits until the gateway has nothing left to do; it ends by itself after twenty seconds.</summary>
    public Task QuietAsync() =>
        UntilAsync(() =>
        {
            using var kept = Kept();
            return Task.FromResult(
                !kept.Tenants.Any(_ =>
                    kept.Links.Any(link => link.State == LinkState.Pending)
                    || kept.Operations.Any(one => one.Outcome == "pending" || one.Outcome == "accepted")
                )
            );
        });

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

    /// <summary>Turns a knob of the pretend Slack.</summary>
    public async Task KnobAsync(string name, JsonNode value) =>
        (
            await Control.PutAsync(
                "knobs",
                new StringContent(new JsonObject { [name] = value }.ToJsonString(), Encoding.UTF8, "application/json")
            )
        ).EnsureSuccessStatusCode();

    /// <summary>Waits until something is as the test wants it; it ends by itself after half a minute.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!await isSo())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }

    private static async Task<WebApplication> RunAsync(
        Setting setting,
        Life life,
        SlackEmulatorServer slack,
        string data
    )
    {
        var app = await DemoCommand.BuildAsync(
            setting.Options(slack.BaseUrl, data),
            setting.All(Token),
            setting.Clock,
            services => setting.AddTo(services, life)
        );
        await app.StartAsync();
        return app;
    }

    /// <summary>Another client, which a restart does not end.</summary>
    public HttpClient NewClient()
    {
        var client = new HttpClient { BaseAddress = Base };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return client;
    }

    /// <summary>Connects a tenant to the pretend Slack by a token, as one that has no limits.</summary>
    public Task<TenantHome> ConnectAsync(TenantId tenant, string token) =>
        Part<Homes>()
            .ConnectAsync(tenant, Slack.ScimUrl, token, SlackLimits.Unlimited, TestContext.Current.CancellationToken);

    /// <summary>A client of the N-th tenant.</summary>
    public HttpClient Of(int tenant)
    {
        var client = new HttpClient { BaseAddress = new Uri(Base, $"/demo{tenant}/scim/v2/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{Token}-{tenant}");
        return client;
    }

    public Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod method,
        string path,
        string? body = null
    ) => SendAsync(Client, method, path, body);

    /// <summary>Sends a request by another client.</summary>
    public static async Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> SendAsync(
        HttpClient client,
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/scim+json");
        var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Described.Require(method, response.RequestMessage!.RequestUri!, response, text);
        return (response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(), response);
    }

    /// <summary>
    /// The journal of what providers asked for, oldest first: what was asked for, what came of it, and whether it says
    /// when.
    /// </summary>
    public List<(string Request, string Outcome, string? Error, bool Finished)> Operations() =>
        [
            .. Lines()
                .Where(line => line.SourceId is not null)
                .Select(line => (line.Request, line.Outcome, line.Error, line.Finished is not null)),
        ];

    /// <summary>What providers asked for, in words.</summary>
    public List<string?> Doings() => [.. Lines().Where(line => line.SourceId is not null).Select(line => line.What)];

    /// <summary>What is noted of the last request of a provider.</summary>
    public string LastNotes() => Lines().FindLast(line => line.SourceId is not null)!.Notes;

    /// <summary>What the gateway did of its own accord.</summary>
    public List<string> OwnDoings() => [.. Lines().Where(line => line.Actor == "gateway").Select(line => line.Request)];

    // In the order in which they were written, which is how the store gives them out.
    private List<Operation> Lines()
    {
        using var kept = Kept();
        return [.. kept.Operations.AsEnumerable().OrderBy(line => line.At)];
    }

    /// <summary>A part of the gateway that has no interface over HTTP yet.</summary>
    public T Part<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <summary>What an operator changes.</summary>
    public Changes Changes => Home.Changes;

    /// <summary>Has an operator look at a change and confirm it; what he saw.</summary>
    public async Task<Preview> ChangeAsync(TenantChange change)
    {
        var preview = await Changes.PreviewAsync(change);
        await Changes.ConfirmAsync(preview.Id);
        return preview;
    }

    /// <summary>
    /// The lines of the journal that are an operator's, oldest first: what was done, and what is other by it.
    /// </summary>
    public List<(string What, string Difference)> OperatorsDoings() =>
        [
            .. Lines()
                .Where(line => line is { Actor: "operator", Outcome: "done" })
                .Select(line => (line.Request, line.Notes)),
        ];

    /// <summary>What an operator decides.</summary>
    public HoldDecisions Holds => Home.Holds;

    /// <summary>What was sent to whoever watches, and is to be.</summary>
    public NoticeOutbox Notices => _app.Services.GetRequiredService<NoticeOutbox>();

    /// <summary>Shadow run, disabling.</summary>
    public ConnectionLife Connection => Home.Connection;

    /// <summary>How many rows there are.</summary>
    public int Count<T>(Func<GatewayDb, IQueryable<T>> rows)
    {
        using var kept = Kept();
        return rows(kept).Count();
    }

    /// <summary>How often something was wished of any link.</summary>
    public long Wishes()
    {
        using var kept = Kept();
        return kept.Links.Sum(link => link.WantedVersion);
    }

    /// <summary>When the link that waits longest is tried again.</summary>
    public DateTimeOffset? NextDue()
    {
        using var kept = Kept();
        return kept.Links.AsEnumerable().Select(link => link.Next).Max()?.ToTime();
    }

    /// <summary>Makes a user another source's, and says which.</summary>
    public async Task<int> HandOverAsync(string id)
    {
        await using var kept = Kept();
        var another = new Source { TenantId = Tenant, Name = "another" };
        kept.Sources.Add(another);
        await kept.SaveChangesAsync();
        await kept
            .Resources.Where(user => user.Id == new ResourceId(Guid.Parse(id)))
            .ExecuteUpdateAsync(user => user.SetProperty(column => column.SourceId, another.Id));
        return another.Id;
    }

    /// <summary>The state of a user's link.</summary>
    public string State(string id)
    {
        using var kept = Kept();
        return $"{kept.Of(id).State}";
    }

    /// <summary>What is mapped: the methods, none for all of them, and the path without a slash at its end.</summary>
    public IEnumerable<(IReadOnlyList<string> Methods, string Path)> Routes() =>
        _app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(route =>
                (
                    route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [],
                    // A parameter's kind is the program's, as in {source:int}.
                    Regex.Replace("/" + route.RoutePattern.RawText!.Trim('/'), ":[a-z]+}", "}")
                )
            );

    /// <summary>Which query parameters each endpoint of the admin API knows, by its operationId.</summary>
    public Dictionary<string, string[]> AdminQueries() =>
        _app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Host.Admin.Needs>() is not null)
            .ToDictionary(
                endpoint => endpoint.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName,
                endpoint =>
                    (endpoint.Metadata.GetMetadata<Host.Admin.Asks>()?.Names ?? [])
                        .Order(StringComparer.Ordinal)
                        .ToArray()
            );

    /// <summary>The operation that an answer named.</summary>
    public Operation? Operation(string id) =>
        _app.Services.GetRequiredService<OperationJournal>().Find(Gateway.Tenant, new(Guid.Parse(id)));

    /// <summary>How often Slack was called since this was last asked.</summary>
    public async Task<JsonObject> CallsAsync()
    {
        var calls = JsonNode.Parse(await Control.GetStringAsync("calls"))!["byOperation"]!.DeepClone().AsObject();
        await Control.DeleteAsync("calls");
        return calls;
    }

    /// <summary>How often Slack was called so, without forgetting it.</summary>
    public async Task<int> CameAsync(string call) =>
        (int?)JsonNode.Parse(await Control.GetStringAsync("calls"))!["byOperation"]![call] ?? 0;

    /// <summary>Waits until Slack has done what came before a time, though nobody listens any more.</summary>
    public Task LandedAsync(string call, DateTimeOffset before) =>
        UntilAsync(() => Task.FromResult(Slack.Calls.Last.Any(c => c.Operation == call && c.At < before)));

    /// <summary>The searches for an account that Slack was asked for.</summary>
    public async Task<int> SearchesAsync() =>
        JsonNode.Parse(await Control.GetStringAsync("calls?last=1000"))!["last"]!
            .AsArray()
            .Count(call => ((string)call!["path"]!).Contains("filter=", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Control.Dispose();
        Slack.Faults.Clear();
        (_setting.Clock as ManualClock)?.Advance(TimeSpan.FromMinutes(1)); // whatever is held comes to its end
        foreach (var (app, life) in _dead)
            await BuryAsync(app, life);
        Life.Bury(); // what a test that failed still holds
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Slack.DisposeAsync();
        TestStore.Drop(Data);
    }

    // Its store is closed already: nothing that is let go of now is written any more.
    private static async Task BuryAsync(WebApplication app, Life life)
    {
        life.Bury();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        try
        {
            await app.DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            // of an executor that would have said that it stopped cleanly
        }
    }
}
