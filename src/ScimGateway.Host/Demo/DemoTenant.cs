using System.Globalization;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
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
    public async Task StartAsync(
        IServiceProvider made,
        IReadOnlyList<SourceToken> tokens,
        Uri scim,
        CancellationToken cancel
    )
    {
        var (id, homes) = (tokens[0].Caller.TenantId, made.GetRequiredService<Homes>());
        var limits = made.GetRequiredService<SlackLimits>();
        var kept = await made.GetRequiredService<Store>()
            .ReadAsync(session => Tenants.ClosedToken(session, id), cancel);
        if (kept is null)
            await homes.ConnectAsync(id, scim, SlackToken, limits, cancel);
        else
            await homes.StartAsync(id, scim, limits, cancel);
        made.GetRequiredService<SourceTokens>().Set(id, tokens);
    }

    /// <summary>Makes what is not there yet; gives back by what its sources are let in.</summary>
    /// <exception cref="PreferencesException">Its preferences cannot be.</exception>
    public List<SourceToken> Open(StoreSession session) =>
        [
            .. Sources.Select(source => new SourceToken(
                source.Token,
                Tenants.Open(session, Slug, Marked("Demo", " "), source.Name, Preferences)
            )),
        ];

    private string Marked(string first, string between = "") =>
        Number == 1 ? first : first + between + Number.ToString(CultureInfo.InvariantCulture);
}
