using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Host.Setup;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator;
using Step = ScimGateway.Provisioning.Executing.Step;

namespace ScimGateway.Stories.Running;

/// <summary>
/// A gateway and a pretend Slack in one process, with one clock that the story moves and without sockets. The gateway
/// may stop or die and start again.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>The tenant that there is.</summary>
    public static readonly TenantId Tenant = new(1);

    /// <summary>The tokens of the two sources.</summary>
    public static readonly string[] Tokens = ["token-of-the-first", "token-of-the-second"];

    private static readonly string[] _scriptTokens = ["script-of-the-first", "script-of-the-second"];

    private static readonly Uri _scim = new("http://127.0.0.1/scim/v1/");

    // One of all worlds, as what one was made with is the next one's template.
    private static readonly Wrappings _wrappings = new(new MasterKey(new byte[32]));
    private static readonly string[] _tables =
    [
        "rules",
        "resources",
        "emails",
        "shown_totals",
        "members",
        "links",
        "keys",
        "guarded_changes",
        "holds",
        "operations",
        "jobs",
        "outbox",
        "former_members",
        "former_links",
    ];

    // The whole folder: what says whether a store is the one that was there is beside it.
    private static Dictionary<string, byte[]>? _template;
    private static World? _spare;

    private readonly DemoTenant _tenant = new(1, [("demo", Tokens[0]), ("other", Tokens[1])]);
    private readonly SlackOrganization _slack;
    private readonly FrontDoor _door;
    private readonly string _data;
    private Process? _process;
    private StoreSession? _beside;
    private string? _copy;
    private bool _wasPutBack;

    private World(string data)
    {
        _data = data;
        var organizations = new Organizations(new SlackEmulatorOptions { Clock = Clock.NewView() });
        _slack = organizations.First;
        _door = new FrontDoor(organizations, CancellationToken.None);
    }

    /// <summary>The time.</summary>
    public StoryClock Clock { get; } = new();

    /// <summary>The pretend Slack.</summary>
    public SlackOrganization Slack => _slack;

    /// <summary>The file of the store.</summary>
    public string File => Path.Combine(_data, "gateway.db");

    /// <summary>Whether a gateway runs.</summary>
    public bool IsUp => _process is not null;

    /// <summary>How many steps of its engine the running gateway has come to.</summary>
    public int Reached => _process?.Reached ?? 0;

    /// <summary>The budget is Slack's own, or none.</summary>
    public SlackLimits Limits { get; set; } = SlackLimits.Unlimited;

    /// <summary>A world in which nothing has happened yet.</summary>
    public static async Task<World> MakeAsync(Preferences preferences)
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        var world = new World(
            Directory.CreateDirectory(Path.Combine(root, $"scimgateway-story-{Guid.NewGuid():n}")).FullName
        );
        if (_template is null)
        {
            await world.StartAsync();
            await world.StopAsync();
            _template = Directory
                .GetFiles(world._data)
                .ToDictionary(file => Path.GetFileName(file), file => System.IO.File.ReadAllBytes(file));
            return await RemadeAsync(world, preferences);
        }
        foreach (var (name, content) in _template)
            await System.IO.File.WriteAllBytesAsync(Path.Combine(world._data, name), content);
        Prefer(world, preferences);
        return world;
    }

    /// <summary>The home of the tenant.</summary>
    public TenantHome Home => Part<Homes>().Find("demo")!;

    /// <summary>A part of the gateway that runs.</summary>
    public T Part<T>()
        where T : notnull => _process!.App.Services.GetRequiredService<T>();

    /// <summary>
    /// A world in which nothing has happened, be it that one in which something has was put back: its gateway runs
    /// already, which saves most of what a world costs. What it has in memory is as at its start, but the time.
    /// </summary>
    public static async Task<World> TakeAsync(Preferences preferences)
    {
        if (Interlocked.Exchange(ref _spare, null) is not { } world)
            return await MakeAsync(preferences);
        world.PutBack(preferences);
        return world;
    }

    /// <summary>Whether it may be used once more; else it is disposed of.</summary>
    public async Task GiveBackAsync()
    {
        Clock.GoTo(Clock.Now + TimeSpan.FromMinutes(1)); // Slack forgets how often it was called
        await Idle.ReachedAsync();
        var mayServeAgain =
            IsUp
            && !IsDead
            && !_wasPutBack
            && Home.Budget.IsFull
            && Home.Executor.Gate is { Closed: null }
            && Home.Schedule.Count == 0
            && Home.Outcomes.Count == 0;
        Believing.Figures.Count(mayServeAgain ? "worlds used again" : "worlds thrown away");
        if (mayServeAgain)
            _spare = this;
        else
            await DisposeAsync();
    }

    // The store by what it was when it was made, beside the gateway, which is at rest. Numbers of rows go on, so that
    // nothing is taken for what it was.
    private void PutBack(Preferences preferences)
    {
        LiveOn();
        Slack.Knobs.Restore();
        Slack.Reset();
        using var session = new SqliteSession(SqliteFile.Open(File));
        session.Execute($"attach '{TemplateFile()}' as t");
        session.Execute("pragma foreign_keys=off");
        session.Execute("begin immediate");
        foreach (var table in _tables)
            session.Execute($"delete from {table}");
        foreach (var table in _tables)
        {
            if (table == "shown_totals") // triggers have made them
                continue;
            session.Execute($"insert into {table} select * from t.{table}");
        }
        session.Execute(
            "update tenants set (enabled, shadow, still, previewed, problem) = (select enabled, shadow, still, previewed, problem from t.tenants o where o.id = tenants.id)"
        );
        Tenants.SetPreferences(session, Tenant, preferences);
        session.Execute("commit");
        session.Execute("detach t");
        Home.Preferences.Now = preferences;
    }

    private string TemplateFile()
    {
        var file = Path.Combine(_data, "template.db");
        if (!System.IO.File.Exists(file))
            System.IO.File.WriteAllBytes(file, _template![Path.GetFileName(File)]);
        return file;
    }

    /// <summary>Starts the gateway, as another process on the same file.</summary>
    public async Task StartAsync()
    {
        var life = new Process(Clock.NewView());
        var call = new SlackClientOptions();
        var store = await SqliteStore.OpenAsync(
            File,
            session => Restoration.Begin(session, Instant.Of(life.Clock.GetUtcNow())),
            CancellationToken.None
        );
        KeptSecrets? secrets = null;
        WebApplication? app = null;
        try
        {
            secrets = await KeptSecrets.OpenAsync(store, _wrappings, CancellationToken.None);
            var way = new ToSlack(_door, life.Clock);
            var http = new HttpClient(way) { Timeout = Timeout.InfiniteTimeSpan };
            var builder = WebApplication.CreateEmptyBuilder(
                new WebApplicationOptions { EnvironmentName = "Production" }
            );
            builder.Services.AddRouting();
            builder.Services.AddSingleton<TimeProvider>(life.Clock).AddSingleton(Dialect.Everything);
            builder.Services.AddSingleton(call).AddSingleton(Limits).AddSingleton(new SlackSite(_scim));
            builder.AddGateway(store, secrets);
            builder.Services.AddSingleton<IServer>(life.Server).AddSingleton<IHostLifetime>(life);
            LaneToSlack.Take(builder.Services, way);
            builder.Services.AddSingleton(http);
            builder.Services.AddSingleton<AtStep>(life.At);
            app = builder.Build();
            app.UseGateway();
            life.App = app;
            var now = Instant.Of(life.Clock.GetUtcNow());
            var id = await store.WriteAsync(session => Open(session, now), CancellationToken.None);
            await _tenant.StartAsync(app.Services, id, _scim, CancellationToken.None);
            await app.StartAsync();
            _process = life;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            secrets?.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    // Its sources, each with a credential for its scripts.
    private TenantId Open(StoreSession session, Instant now)
    {
        var tenant = _tenant.Open(session, now);
        foreach (var (token, source) in _scriptTokens.Zip(Sources.Of(session, tenant).Keys.Order()))
        {
            if (Credentials.Of(session, tenant, source).Exists(one => one.Label == token))
                continue;
            var given = Minted.Given(token, source, token, now).Row;
            given.Kind = ClosedWords.Of(CredentialKind.SlackV1);
            Credentials.Insert(session, given);
        }
        return tenant;
    }

    /// <summary>Copies the store while it is used, as a backup does.</summary>
    public async Task CopyAsync() => _copy = (await Part<Store>().CopyAsync(Clock.Now)).Path;

    /// <summary>While no gateway runs, the copy takes the place of the store.</summary>
    public void PutBackCopy()
    {
        _beside?.Dispose();
        _beside = null;
        _wasPutBack = true;
        foreach (var rest in (string[])["-wal", "-shm"])
            System.IO.File.Delete(File + rest);
        System.IO.File.Copy(_copy!, File, overwrite: true);
    }

    /// <summary>An operator tests the connection.</summary>
    public Task ConnectAsync() => Home.ConnectAsync();

    /// <summary>Stops it as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Live();
        await process.App.StopAsync();
        await process.App.DisposeAsync();
        process.Clock.End();
    }

    /// <summary>
    /// It dies where it is: it goes on no further, wakes no more, and only its files are let go of, as the system does.
    /// </summary>
    public async Task DieAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.End();
        await process.App.Services.GetRequiredService<Store>().DisposeAsync();
    }

    /// <summary>Has it come no further than so many of its engine's steps.</summary>
    public void DieAfter(int steps) => _process?.DieAfter(steps);

    /// <summary>It dies no more.</summary>
    public void LiveOn() => _process?.Live();

    /// <summary>Whether it has come to where it was to die.</summary>
    public bool IsDead => _process is { Clock.IsOver: true };

    /// <summary>Sends a request; completes with the answer, or never if the gateway dies.</summary>
    public async Task<Reply?> SendAsync(
        int source,
        string method,
        string path,
        string? body = null,
        bool isScripts = false,
        CancellationToken hangUp = default
    )
    {
        var process = _process ?? throw new InvalidOperationException("No gateway runs.");
        var carried = new Carried(
            method,
            new Uri($"http://gateway/demo/{(isScripts ? "slack/v1" : "scim/v2")}/{path}"),
            [
                (
                    "Authorization",
                    new AuthenticationHeaderValue(
                        "Bearer",
                        isScripts ? _scriptTokens[source] : Tokens[source]
                    ).ToString()
                ),
                .. body is null ? Array.Empty<(string, string)>() : [("Content-Type", "application/scim+json")],
            ],
            body is null ? null : System.Text.Encoding.UTF8.GetBytes(body)
        );
        await using var end = hangUp.Register(carried.HangUp);
        await process.Server.ServeAsync(carried);
        return carried.IsAborted || process.Clock.IsOver || hangUp.IsCancellationRequested
            ? null
            : await carried.ReplyAsync();
    }

    /// <summary>Reads the store beside the gateway.</summary>
    public T Read<T>(Func<StoreSession, T> query) => query(_beside ??= new SqliteSession(SqliteFile.OpenReader(File)));

    public async ValueTask DisposeAsync()
    {
        await DieAsync();
        _beside?.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<World> RemadeAsync(World first, Preferences preferences)
    {
        await first.DisposeAsync();
        return await MakeAsync(preferences);
    }

    private static void Prefer(World world, Preferences preferences) =>
        world.Read(session => Tenants.SetPreferences(session, Tenant, preferences));

    // One life of the gateway.
    private sealed class Process(StoryClock.View clock) : IHostLifetime
    {
        private readonly TaskCompletionSource _never = new();
        private int _most = int.MaxValue;

        public WebApplication App { get; set; } = null!;

        public WithoutSockets Server { get; } = new();

        public StoryClock.View Clock => clock;

        public int Reached { get; private set; }

        public void DieAfter(int steps) => _most = Reached + steps;

        public void Live() => _most = int.MaxValue;

        public void End() => Clock.End();

        public Task At(Step step)
        {
            if (++Reached > _most)
                End();
            return Clock.IsOver ? _never.Task : Task.CompletedTask;
        }

        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
