namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>
/// Preferences that suit a provider, to begin with. None of them leaves out a deactivation or a deletion: a leaver
/// would stay in.
/// </summary>
/// <param name="Name">The provider.</param>
/// <param name="Preferences">What suits it.</param>
public sealed record Preset(string Name, Preferences Preferences);

/// <summary>The presets there are.</summary>
internal static class Presets
{
    /// <summary>PingOne counts a refusal as a failure of the connection.</summary>
    public static readonly Preset PingOne = new("PingOne", new Preferences { WhenNotAllowed = NotAllowed.Skip });

    /// <summary>PingFederate logs what its own switches forbid and goes on, and so does the gateway for it.</summary>
    public static readonly Preset PingFederate = new(
        "PingFederate",
        new Preferences { WhenNotAllowed = NotAllowed.Skip }
    );

    /// <summary>
    /// Entra ID is put in quarantine by refusals. Of a display name it tells Slack on creation alone, as people change
    /// theirs there.
    /// </summary>
    public static readonly Preset EntraId = new(
        "Entra ID",
        new Preferences { WhenNotAllowed = NotAllowed.Skip, DisplayNameOnCreateOnly = true }
    );

    /// <summary>Okta shows each refusal to its administrators, as a task.</summary>
    public static readonly Preset Okta = new("Okta", new Preferences());

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Preset> All { get; } = [PingOne, PingFederate, EntraId, Okta];
}
