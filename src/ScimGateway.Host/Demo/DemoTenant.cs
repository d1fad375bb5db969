using System.Globalization;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Demo;

/// <summary>A tenant of the demo, as it is made where the store has none yet.</summary>
/// <param name="Number">Which of them.</param>
/// <param name="Sources">Its sources by their names, each with its token.</param>
internal sealed record DemoTenant(int Number, params IReadOnlyList<(string Name, string Token)> Sources)
{
    /// <summary>
    /// Whoever plays with it is not to be stopped: existing accounts are adopted, names derived, who has no address is
    /// kept, and the guard is off.
    /// </summary>
    public static readonly Preferences Lenient = new()
    {
        UserSlackCannotHold = Unholdable.Keep,
        GuardedAccounts = 0,
        GuardedMembers = 0,
        GuardedGroups = 0,
        GuardedAddresses = 0,
    };

    // The first source of each has the name that the demo's tenant has.
    private const string Name = "demo";

    /// <summary>What it allows.</summary>
    public Preferences Preferences { get; init; } = Lenient;

    /// <summary>Its word in the path.</summary>
    public string Slug => Marked(Name);

    /// <summary>By what the pretend Slack knows its organization.</summary>
    public string SlackToken => SlackEmulatorServer.TokenOf(Number);

    /// <summary>Those that the demo starts with, of the first's token.</summary>
    public static IEnumerable<DemoTenant> All(int count, string token) =>
        Enumerable
            .Range(1, count)
            .Select(number => new DemoTenant(number, (Name, number == 1 ? token : $"{token}-{number}")));

    /// <summary>Starts its home, by the token that is kept where there is one, and lets its sources in.</summary>
    public async Task StartAsync(IServiceProvider made, TenantId id, Uri scim, CancellationToken cancel)
    {
        var (homes, limits) = (made.GetRequiredService<Homes>(), made.GetRequiredService<SlackLimits>());
        var kept = await made.GetRequiredService<Store>()
            .ReadAsync(session => TenantConnections.Token(session, id), cancel);
        var home = kept is null
            ? await homes.ConnectAsync(id, scim, SlackToken, limits, cancel)
            : await homes.StartAsync(id, scim, limits, cancel);
        await made.GetRequiredService<SourceCredentials>().ReloadAsync(home);
    }

    /// <summary>Makes what is not there yet. By a token that it was given before nobody is let in any more.</summary>
    /// <exception cref="PreferencesException">Its preferences cannot be.</exception>
    public TenantId Open(StoreSession session, Instant now)
    {
        var callers = Sources.Select(source =>
            (Caller: Tenants.Open(session, Slug, Marked("Demo", " "), source.Name, Preferences), source.Token)
        );
        var tenant = default(TenantId);
        foreach (var (caller, token) in callers)
        {
            tenant = caller.TenantId;
            var given = Minted.Given(token, caller.SourceId, Name, now).Row;
            var former = Credentials.Of(session, tenant, caller.SourceId).Where(one => one.Label == Name).ToList();
            if (former.Exists(one => one.Hash.AsSpan().SequenceEqual(given.Hash)))
                continue;
            foreach (var one in former)
                Credentials.Delete(session, tenant, caller.SourceId, one.Id);
            Credentials.Insert(session, given);
        }
        return tenant;
    }

    private string Marked(string first, string between = "") =>
        Number == 1 ? first : first + between + Number.ToString(CultureInfo.InvariantCulture);
}
