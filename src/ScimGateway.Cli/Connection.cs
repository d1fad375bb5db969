using ScimGateway.Basics.Spelling;

namespace ScimGateway.Cli;

/// <summary>Which gateway a command is for, and with which key.</summary>
internal static class Connection
{
    /// <summary>Where 'serve' listens if nothing else is said.</summary>
    public const string Local = "http://127.0.0.1:5080";

    /// <summary>The variable with the URL.</summary>
    public const string UrlVariable = "SCIMGATEWAY_URL";

    /// <summary>The variable with the admin key.</summary>
    public const string KeyVariable = "SCIMGATEWAY_ADMIN_KEY";

    private const string Prefix = "SCIMGATEWAY_";
    private const string OfTests = "SCIMGATEWAY_TEST_";
    private const int MostLetters = 200;
    private const string Admin = "/admin/api";

    private static readonly string[] _own = [Admin, "/scim/v2", "/slack/v1", "/health/"];

    /// <summary>A client of the gateway that is meant.</summary>
    /// <exception cref="Complaint">It is not said which, or there is no key.</exception>
    public static AdminClient Open(Terminal terminal, string? url, string? key, string? profile)
    {
        RequireKnown(terminal);
        var (gateway, found) = Find(terminal, url, key, profile);
        if (found is null)
            throw new Complaint(
                Exit.WrongUse,
                $"No admin key for {gateway} was said: set {KeyVariable}, or save a profile with it. 'serve --init' has shown the first one.",
                "profile save default"
            );
        RequireKey(found.Value);
        if (gateway.Scheme == Uri.UriSchemeHttp && !gateway.IsLoopback)
            terminal.Error.WriteLine(
                $"The admin key goes to {gateway} unencrypted, for all on the way to read: use https."
            );
        return new AdminClient(gateway, found);
    }

    /// <summary>The address of a gateway.</summary>
    /// <exception cref="Complaint">It is none.</exception>
    // A proxy may have put a path of its own before it; what the gateway itself answers at is none.
    public static Uri AddressOf(string url)
    {
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var gateway)
            || gateway.Scheme is not ("http" or "https")
            || gateway is not { UserInfo: "", Query: "", Fragment: "" }
        )
            throw new Complaint(
                Exit.WrongUse,
                $"The address of a gateway is a URL such as https://gateway.example.org, which {(url.Contains('@') ? "this" : $"'{Shown.Line(url)}'")} is not.", // a password would be in it
                $"COMMAND --url {Local}"
            );
        foreach (var own in _own)
            if (gateway.AbsolutePath.IndexOf(own, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
                throw new Complaint(
                    Exit.WrongUse,
                    $"--url is the address without a path: {Shown.Line(url)} has that of what the gateway answers.",
                    $"COMMAND --url {gateway.GetLeftPart(UriPartial.Authority)}{(own == Admin ? gateway.AbsolutePath[..at] : "")}"
                );
        return gateway;
    }

    /// <summary>Requires that a key can be one.</summary>
    /// <exception cref="Complaint">It cannot.</exception>
    public static void RequireKey(string key)
    {
        if (key.Length is 0 or > MostLetters || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new Complaint(
                Exit.WrongUse,
                "That is no admin key: it begins with sga_, and has no blanks. 'serve --init' has shown the first one.",
                "key create LABEL --role ROLE"
            );
    }

    // A misspelt variable would be as if it were not set, and the command would go to another gateway.
    private static void RequireKnown(Terminal terminal)
    {
        foreach (var name in terminal.Variables())
            if (
                name.StartsWith(Prefix, StringComparison.Ordinal)
                && !name.StartsWith(OfTests, StringComparison.Ordinal)
                && name is not (UrlVariable or KeyVariable)
            )
                throw new Complaint(
                    Exit.WrongUse,
                    $"There is no variable {Shown.Line(name)}."
                        + (Nearest.To(name, [UrlVariable, KeyVariable]) is { } meant ? $" Did you mean {meant}?" : "")
                        + $" The program knows {UrlVariable} and {KeyVariable}. Unset the other one."
                );
    }

    // What is said now counts most, then the named profile, the environment, and the default profile. The key of a
    // profile goes to the gateway of that profile alone.
    private static (Uri Gateway, FoundKey? Key) Find(Terminal terminal, string? url, string? key, string? profile)
    {
        var (urlThere, keyThere) = (terminal.Variable(UrlVariable), terminal.Variable(KeyVariable));
        var named = profile is null ? null : Named(terminal, profile);
        var saved =
            named
            ?? (
                (url is null && urlThere is null) || (key is null && keyThere is null)
                    ? Profiles.Find(terminal.Profiles, Profiles.Default)
                    : null
            );
        var gateway =
            url is not null ? AddressOf(url)
            : named is not null ? named.Url
            : urlThere is not null ? AddressOf(urlThere)
            : saved?.Url ?? AddressOf(Local);
        var ofProfile =
            saved is not null && saved.Url == gateway
                ? FoundKey.OfProfile(saved.Key, profile ?? Profiles.Default, gateway)
                : null;
        return (
            gateway,
            key is not null ? FoundKey.OfOption(key)
            : named is null && keyThere is not null ? FoundKey.OfVariable(keyThere)
            : ofProfile
        );
    }

    private static Profile Named(Terminal terminal, string name) =>
        Profiles.Find(terminal.Profiles, name)
        ?? throw new Complaint(Exit.WrongUse, $"There is no profile '{Shown.Line(name)}'.", "profile list");
}
