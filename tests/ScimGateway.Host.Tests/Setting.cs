using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;

namespace ScimGateway.Host.Tests;

/// <summary>What a test has other than the demo has it.</summary>
internal sealed record Setting
{
    /// <summary>What the tenant allows.</summary>
    public Preferences Preferences { get; init; } = DemoTenant.Lenient;

    /// <summary>The token of a second source, where there are two providers in the tenant.</summary>
    public string? OtherToken { get; init; }

    /// <summary>The time, which may be hurried.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long a call to Slack may take: 10 s.</summary>
    public TimeSpan SlackTimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How clients reach the gateway; null where they use the address that it listens at.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>What else is in the box.</summary>
    public Action<IServiceCollection> More { get; init; } = _ => { };

    /// <summary>The way to the store, which is a database then; null where it is as in all tests.</summary>
    public StoreProxy? Proxy { get; init; }

    /// <summary>The database at the end of that way; null where it is one of the tests' server.</summary>
    public string? Database { get; init; }

    /// <summary>How many tenants there are; each has an organization of its own.</summary>
    public int Tenants { get; init; } = 1;

    /// <summary>All tenants.</summary>
    public IReadOnlyList<DemoTenant> All(string token) =>
        [
            Tenant(token),
            .. DemoTenant.All(Tenants, token).Skip(1).Select(tenant => tenant with { Preferences = Preferences }),
        ];

    /// <summary>The tenant.</summary>
    public DemoTenant Tenant(string token) =>
        new(1, [("demo", token), .. OtherToken is { } other ? [("other", other)] : Array.Empty<(string, string)>()])
        {
            Preferences = Preferences,
        };

    /// <summary>What the demo is started with.</summary>
    public DemoOptions Options(Uri slack, string data) =>
        new()
        {
            Urls = new Uri("http://127.0.0.1:0"),
            PublicUrl = PublicUrl,
            Slack = slack,
            Data = data,
            Store = Proxy is null ? TestStore.Of(data) : Proxy.To(Database ?? TestStore.AsDatabase(data)),
            SlackTimeLimit = SlackTimeLimit,
        };

    /// <summary>What the box is given beside that; the life of the process ends at one of its steps.</summary>
    public void AddTo(IServiceCollection services, Life life)
    {
        services.AddSingleton<AtStep>(life.At);
        if (Clock is ManualClock clock)
            services.AddSingleton(_ => CallsOnTime.NewHttpClient(clock));
        More(services);
    }
}
