using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Demo;

/// <summary>The one tenant there is, as it is made where the store has none yet.</summary>
/// <param name="Sources">Its sources by their names, each with its token.</param>
internal sealed record DemoTenant(params IReadOnlyList<(string Name, string Token)> Sources)
{
    /// <summary>Its word in the path, and the name of the source that the demo has.</summary>
    public const string Slug = "demo";

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

    /// <summary>What it allows.</summary>
    public Preferences Preferences { get; init; } = Lenient;

    /// <summary>Makes what is not there yet; gives back by what its sources are let in.</summary>
    /// <exception cref="PreferencesException">Its preferences cannot be.</exception>
    public Task<IReadOnlyList<SourceToken>> OpenAsync(Store store) =>
        store.WriteAsync<IReadOnlyList<SourceToken>>(
            session =>
                [
                    .. Sources.Select(source => new SourceToken(
                        Slug,
                        source.Token,
                        Tenants.Open(session, Slug, "Demo", source.Name, Preferences)
                    )),
                ],
            CancellationToken.None
        );
}
