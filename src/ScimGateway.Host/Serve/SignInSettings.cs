using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Security;
using ScimGateway.Host.SignIn;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Serve;

/// <summary>By which identity provider administrators sign in to the console.</summary>
internal static class SignInSettings
{
    private const string Example = "owner=ScimGateway.Owner,operator:acme=acme-helpdesk";

    private static readonly Setting _issuer = new(
        "SignIn:Issuer",
        "none: administrators sign in by admin keys",
        "The identity provider by which administrators sign in to the console, too (OpenID Connect), as its metadata name it: https, or http on the loopback. Its redirect URI is {the console's address}/console/sign-in/callback.",
        "--sign-in-issuer"
    );
    private static readonly Setting _client = new(
        "SignIn:Client",
        "none",
        "The client id that the gateway has there.",
        "--sign-in-client"
    );
    private static readonly Setting _secretFile = new(
        "SignIn:SecretFile",
        "none",
        "The file with that client's secret, which nobody else may read.",
        "--sign-in-secret-file"
    );
    private static readonly Setting _secret = new(
        "SignIn:Secret",
        "none",
        "The same secret itself, in place of a file."
    );
    private static readonly Setting _claim = new(
        "SignIn:Claim",
        "roles",
        "The claim of the ID token that says what somebody is: a text, or a list of texts.",
        "--sign-in-claim"
    );
    private static readonly Setting _roles = new(
        "SignIn:Roles",
        "none",
        $"Who has which role, such as {Example}: a user whose claim has that value is owner, operator or viewer of all tenants, or of the one that is named. Of several the first counts. A value has no comma.",
        "--sign-in-roles"
    );
    private static readonly Setting _console = new(
        "SignIn:ConsoleUrl",
        "the public URL",
        "How browsers reach the console, where it has an address of its own (--admin-url), such as https://admin.example.org.",
        "--sign-in-console-url"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [_issuer, _client, _secretFile, _secret, _claim, _roles, _console];

    /// <summary>What they come to; null where nobody signs in so.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="hasOwnAddress">Whether the console is at another address than the public one.</param>
    /// <exception cref="SettingException">One of them makes no sense, or is missing.</exception>
    public static SignInOptions? Of(IConfiguration configuration, bool hasOwnAddress)
    {
        if (configuration[_issuer.Key] is not { } issuer)
            return All.FirstOrDefault(setting => configuration[setting.Key] is not null) is { } other
                ? throw ServeSettings.Wrong(_issuer, $"it is missing, and {other.Key} is there; say both or none")
                : null;
        var console = configuration[_console.Key];
        if (hasOwnAddress && console is null)
            throw ServeSettings.Wrong(
                _console,
                "it is missing, and the console has an address of its own (--admin-url); say how browsers reach that"
            );
        return new SignInOptions
        {
            Issuer = UrlOf(_issuer, issuer, "https://login.example.org"),
            Client = Said(configuration, _client),
            Roles = RolesOf(Said(configuration, _roles)),
            Secret = ServeSettings.SecretOf(configuration, _secret, _secretFile) ?? throw Missing(_secretFile),
            Claim = configuration[_claim.Key] is { Length: > 0 } claim ? claim : _claim.Default,
            Console = console is null ? null : UrlOf(_console, console, "https://admin.example.org"),
        };
    }

    private static string Said(IConfiguration configuration, Setting setting) =>
        configuration[setting.Key] is { Length: > 0 } said ? said : throw Missing(setting);

    private static SettingException Missing(Setting setting) =>
        ServeSettings.Wrong(setting, $"it is missing, and {_issuer.Key} is there; say both or none");

    private static Uri UrlOf(Setting setting, string text, string example) =>
        !Letters.HasUnseen(text)
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { UserInfo: "", Query: "", Fragment: "" }
        && SignInOptions.IsSafe(url)
            ? url
            : throw ServeSettings.Wrong(
                setting,
                $"it is a URL such as {example}, which begins with https:// unless it is on this machine's loopback, and has neither ? nor #"
            );

    private static IReadOnlyList<RoleGrant> RolesOf(string text) =>
        [
            .. text.Split(',', StringSplitOptions.TrimEntries)
                .Select(one =>
                {
                    var parts = one.Split('=', 2, StringSplitOptions.TrimEntries);
                    var who = parts[0].Split(':', 2);
                    if (parts.Length < 2 || parts[1].Length == 0)
                        throw ServeSettings.Wrong(
                            _roles,
                            $"'{one}' names no value of the claim; say it as in {Example}"
                        );
                    if (ClosedWords.Read<Role>(who[0]) is not { } role)
                        throw ServeSettings.Wrong(
                            _roles,
                            $"'{who[0]}' is no role: there are {ClosedWords.All<Role>()}; say it as in {Example}"
                        );
                    var tenant = who.Length > 1 ? who[1] : null;
                    if (tenant is not null && Slug.Problem(tenant) is not null)
                        throw ServeSettings.Wrong(
                            _roles,
                            $"'{tenant}' is no tenant's word in the path; say it as in {Example}"
                        );
                    return new RoleGrant(parts[1], role, tenant);
                }),
        ];
}
