using System.Globalization;
using System.Text.Json.Serialization;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Reads;

namespace ScimGateway.Host.Admin;

/// <summary>A tenant as administrators see it.</summary>
/// <param name="Slug">Its word in the path.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Standing">Whether Slack hears of it.</param>
/// <param name="Connection">Whether its connection works.</param>
/// <param name="Organization">The Slack organization that was pinned.</param>
/// <param name="ScimUrl">What its providers are given.</param>
/// <param name="Todo">The next step of its set-up, or what is open; null if there is nothing to do.</param>
internal sealed record ShownTenant(
    string Slug,
    string Name,
    string? Description,
    Standing Standing,
    ConnectionState Connection,
    string? Organization,
    string ScimUrl,
    string? Todo
)
{
    /// <summary>
    /// When the newest entry was made that it had in a store that was restored; null if Slack is told since then.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Restored { get; init; }

    /// <summary>Which instance of the cluster has it; of one tenant alone, where there is a cluster.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Home { get; init; }

    /// <summary>What waits for somebody; of one tenant alone, not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OpenThings? Open { get; init; }

    /// <summary>What somebody should look at; of one tenant alone, when it is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShownAttention>? Attention { get; init; }

    /// <summary>Its providers, and what each last asked for; of one tenant alone, when it is asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ShownContact>? Sources { get; init; }

    /// <summary>
    /// In which ways it has refused credentials since the gateway started; of one tenant alone, when it is asked for.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RefusedWay>? Refused { get; init; }

    /// <summary>As it is now.</summary>
    public static ShownTenant Of(SeenTenant seen, string url) =>
        new(
            seen.Tenant.Slug,
            seen.Tenant.Name,
            seen.Tenant.Description,
            seen.Tenant.Standing,
            seen.Tenant.Connection,
            seen.Tenant.OrganizationId,
            $"{url}/{seen.Tenant.Slug}/scim/v2",
            TodoOf(seen, AdminPaths.Of(seen.Tenant.Slug)) is { } todo ? RestoredOf(seen.Tenant) + todo : null
        )
        {
            Restored = seen.Tenant.Restored?.ToTime(),
        };

    /// <summary>With what is open; once all is set up that is what there is to do.</summary>
    public ShownTenant With(OpenThings open) =>
        this with
        {
            Open = open,
            Todo =
                Todo
                ?? (
                    open.Holds > 0 ? $"Decide what is held: GET {AdminPaths.Of(Slug)}/holds."
                    : open.Failed > 0 ? $"See what Slack has refused: GET {AdminPaths.Of(Slug)}/links?state=failed."
                    : null
                ),
        };

    /// <summary>With what there is to do where nobody hears of what happens.</summary>
    public ShownTenant Untold() =>
        this with
        {
            Todo =
                Todo
                ?? $"Nobody is told of what is held, fails or is refused. Say who is to be told: PATCH {AdminPaths.Of(Slug)}/notifications/channels.",
        };

    /// <summary>With what there is to do for a channel of which nobody knows whether anything arrives; null for none.</summary>
    public ShownTenant Telling(string? unconfirmed) =>
        this with
        {
            Todo =
                Todo
                ?? unconfirmed switch
                {
                    null => null,
                    "mail" =>
                        $"Notifications do not go to the mailbox yet. Give the code that was sent there: POST {AdminPaths.Of(Slug)}/notifications/channels/mail/confirm.",
                    _ =>
                        $"Nobody knows yet whether notifications arrive ({unconfirmed}). Send a test: POST {AdminPaths.Of(Slug)}/notifications/test.",
                },
        };

    private static string RestoredOf(Tenant row) =>
        row.Restored is null
            ? ""
            : $"The store was restored, so that Slack is told nothing, and keys and credentials that were ended since the copy was made let in again. Look through them, and end those anew: GET {AdminPaths.Base}/keys, GET {AdminPaths.Of(row.Slug)}/sources/{{source}}/credentials. ";

    private static string Imported(SeenTenant seen, string here) =>
        seen.IsImporting
            ? $"Slack's users and groups are being imported. Wait for the import: GET {here}/jobs?kind=import."
            : $"Slack's users and groups are not imported yet, and no import is running. Start one: POST {here}/jobs.";

    private static string? TodoOf(SeenTenant seen, string here) =>
        seen switch
        {
            { Tenant.Problem: { } problem } =>
                $"Slack cannot be written: {problem} Then test the connection: POST {here}/connection/test.",
            { Tenant.TokenWarning: { } warning } => $"{warning} PUT {here}/connection.",
            { Tenant.OrganizationId: null } => $"Connect it to Slack: PUT {here}/connection with a token.",
            { Tenant: { Restored: not null, Standing: Standing.Disabled } } =>
                $"First have Slack read: POST {here}/shadow.",
            { Tenant.Restored: not null, IsImported: false } => $"{Imported(seen, here)}",
            { Tenant.Restored: not null } =>
                $"Look at what it would be told, and confirm it: POST {here}/enable. If Slack differs, that is refused until the gateway has looked again, 90 seconds after the import.",
            { IsImported: false } => Imported(seen, here),
            { Source: null } => $"Make a source for your identity provider: POST {here}/sources.",
            { HasCredential: false } =>
                $"Make a credential for your identity provider: POST {here}/sources/{seen.Source}/credentials.",
            { Tenant.Standing: Standing.Live } => null,
            { IsHalted: true } =>
                $"Slack showed accounts inactive that it was told to change, and not to deactivate, so nothing more is told. Look at them in Slack, and decide of each: GET {here}/holds?reason=deactivatedInSlack. Then have the tenant go on: POST {here}/enable.",
            { Tenant.Standing: Standing.Disabled } =>
                $"Slack is told nothing, and {MeanwhileOf(seen.Tenant)}. To go on, look at what Slack would be told, and confirm it: POST {here}/enable.",
            _ => $"Look at what Slack would be told, and confirm it: POST {here}/enable.",
        };

    private static string MeanwhileOf(Tenant tenant) =>
        Preferences.FromJson(tenant.Preferences).WhileSlackCannotBeWritten == CannotWrite.Queue
            ? "what providers send is accepted, and told once the tenant is live"
            : "what providers send is refused with 503 (whileSlackCannotBeWritten=refuse)";
}

/// <summary>What somebody should look at.</summary>
/// <param name="What">The kind.</param>
/// <param name="LastDay">How many came within a day.</param>
/// <param name="InAll">How many there are; null of refused requests.</param>
/// <param name="Why">The reason, or the answer of refused requests.</param>
/// <param name="Remedy">What would end it; null of refused requests.</param>
/// <param name="Example">One of them by name; null where it has none.</param>
/// <param name="Link">The number of its link.</param>
/// <param name="Operation">The id of the last refused request.</param>
internal sealed record ShownAttention(
    string What,
    long LastDay,
    long? InAll,
    string Why,
    string? Remedy,
    string? Example,
    long? Link,
    string? Operation
)
{
    /// <summary>A provider that was let in once, and not for a day.</summary>
    public static ShownAttention Silent(HeardSource heard) =>
        new(
            "silent",
            0,
            1,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{heard.Source.Name} has asked for nothing since {heard.LastContact?.ToTime():yyyy-MM-dd HH:mm} UTC."
            ),
            SilentSources.Remedy,
            heard.Source.Name,
            null,
            null
        );

    /// <summary>As it is in a tenant, with the names of links.</summary>
    public static ShownAttention Of(Attention one, LinkNames names, string slug)
    {
        var reason = ShownReason.Of(one.Why, slug, one.Link);
        var (why, remedy) =
            one.What == Attention.ChangedInSlack
                ? (OutlookedLink.ChangedInSlack, $"GET {AdminPaths.Of(slug)}/links?changed=true lists them.")
            : one.Refused is { } answer ? ($"{answer}: {one.Operation?.Error}", null)
            : (reason?.Sentence ?? "", reason?.Remedy);
        return new(
            one.What,
            one.LastDay,
            one.InAll,
            why,
            remedy,
            one.Link is { } link ? names.OfLinks.GetValueOrDefault(link) : one.Operation?.Names?.Words,
            one.Link?.Value,
            one.Operation?.Id.ToString()
        );
    }
}

/// <summary>When a provider was last there, and what it last asked for.</summary>
/// <param name="Id">The source's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="LastContact">When it was last let in, to the minute; null if it never was.</param>
/// <param name="LastRequest">Its last write; null if it is not among the tenant's last thousand.</param>
/// <param name="LastAbout">Whom that was about, by name.</param>
/// <param name="LastOutcome">What came of it.</param>
/// <param name="LastOperation">Its id in the journal.</param>
internal sealed record ShownContact(
    int Id,
    string Name,
    DateTimeOffset? LastContact,
    string? LastRequest,
    string? LastAbout,
    string? LastOutcome,
    string? LastOperation
)
{
    /// <summary>As it was heard.</summary>
    public static ShownContact Of(HeardSource heard) =>
        new(
            heard.Source.Id,
            heard.Source.Name,
            heard.LastContact?.ToTime(),
            heard.LastAsked?.Request,
            heard.LastAsked?.Names?.Words,
            heard.LastAsked?.Outcome,
            heard.LastAsked?.Id.ToString()
        );
}
