using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ScimGateway.SlackEmulator.Http;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator;

/// <summary>A pretend Slack on a loopback port, inside this process.</summary>
public sealed class SlackEmulatorServer : IAsyncDisposable
{
    /// <summary>The token of the first organization, there unless the knob <c>auth.tokens</c> says
    /// otherwise: the primary owner's.</summary>
    public const string Token = "xoxp-emulator";

    private readonly WebApplication _app;
    private readonly Organizations _organizations;
    private readonly CancellationTokenSource _stopping;

    private SlackEmulatorServer(WebApplication app, Organizations organizations, CancellationTokenSource stopping)
    {
        _app = app;
        _organizations = organizations;
        _stopping = stopping;
        BaseUrl = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.GetRequiredFeature<IServerAddressesFeature>()
                .Addresses.First()
        );
    }

    /// <summary>Where it listens: <c>http://127.0.0.1:PORT/</c>.</summary>
    public Uri BaseUrl { get; }

    /// <summary>The base of SCIM v1, with a slash at its end.</summary>
    public Uri ScimUrl => new(BaseUrl, "scim/v1/");

    /// <summary>What the first organization has: raw state, and changes by hand.</summary>
    public Workspace Workspace => _organizations.First.Workspace;

    /// <summary>How it behaves.</summary>
    public Knobs Knobs => _organizations.First.Knobs;

    /// <summary>The calls that came to it.</summary>
    public Calls Calls => _organizations.First.Calls;

    /// <summary>Bad weather to order for it.</summary>
    public Faults Faults => _organizations.First.Faults;

    /// <summary>What time it is here.</summary>
    public TimeProvider Clock => _organizations.First.Clock;

    /// <summary>The token of an organization: <c>xoxp-emulator</c> of the first, <c>xoxp-emulator-N</c> of
    /// the N-th.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are numbered from 1 to 1,000.</exception>
    public static string TokenOf(int organization) => OrganizationNumber.Mark(Token, Checked(organization));

    /// <summary>One of the organizations, made if nobody asked for it before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are numbered from 1 to 1,000.</exception>
    public SlackOrganization Organization(int number) => _organizations[Checked(number)];

    /// <summary>Starts one and returns when it listens.</summary>
    /// <exception cref="ArgumentException">The URL is not http on a loopback address.</exception>
    /// <exception cref="KnobRefusedException">A knob is unknown, or its value is.</exception>
    public static async Task<SlackEmulatorServer> StartAsync(
        SlackEmulatorOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new SlackEmulatorOptions();
        var endpoint =
            LoopbackUrl.Read(options.Url)
            ?? throw new ArgumentException($"'{options.Url}' is not http on a loopback address.", nameof(options));
        var organizations = new Organizations(options);

        // Nothing but Kestrel: no logging, no routing, no configuration from the surroundings.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = null;
                kestrel.Limits.MaxRequestLineSize = 64 * 1024;
                kestrel.Limits.MaxRequestBufferSize = 2 * RequestBody.MostBytes;
                kestrel.Limits.MinRequestBodyDataRate = null;
                kestrel.Limits.MinResponseDataRate = null;
                if (endpoint.Host is "localhost")
                    kestrel.ListenLocalhost(endpoint.Port);
                else
                    kestrel.Listen(IPAddress.Parse(endpoint.Host.Trim('[', ']')), endpoint.Port);
            });
        var app = builder.Build();
        var stopping = new CancellationTokenSource();
        app.Run(new FrontDoor(organizations, stopping.Token).HandleAsync);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            stopping.Dispose();
            throw;
        }
        return new SlackEmulatorServer(app, organizations, stopping);
    }

    /// <summary>Data, tokens and limits of the first organization back to the start; no faults, no calls. Its knobs stay
    /// as they are.</summary>
    public void Reset() => _organizations.First.Reset();

    /// <summary>Stops; whoever still waits for an answer gets none.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static int Checked(int number) =>
        number is >= OrganizationNumber.First and <= OrganizationNumber.Most
            ? number
            : throw new ArgumentOutOfRangeException(
                nameof(number),
                number,
                $"organizations are numbered from {OrganizationNumber.First} to {OrganizationNumber.Most}"
            );

    /// <summary>Leaves the signals of the process to whoever runs the emulator inside it.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
