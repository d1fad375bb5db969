using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Serve;

/// <summary>The settings that the gateway is started with. What makes no sense is said by its names, and nothing starts.</summary>
internal static class ServeSettings
{
    /// <summary>Begins the names of variables.</summary>
    public const string Prefix = "Gateway__";

    /// <summary>Makes what is missing.</summary>
    public const string Init = "--init";

    /// <summary>Makes one more admin key of an owner, for those who have lost theirs.</summary>
    public const string NewOwnerKey = "--new-owner-key";

    /// <summary>Goes on without the secrets that only a lost master key opens.</summary>
    public const string NewMasterKey = "--new-master-key";

    /// <summary>Whether an argument is one that has no value.</summary>
    public static bool IsWord(string argument) => argument is Init or NewOwnerKey or NewMasterKey;

    private const string File = "appsettings.json";

    private static readonly string[] _ofAspNet = ["Logging", "AllowedHosts"];

    private static readonly Setting _urls = new(
        "Urls",
        "http://127.0.0.1:5080",
        "Where it listens; without it as ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS say; behind a proxy that has the certificate, http://+:8080 for example.",
        "--urls"
    );
    private static readonly Setting _publicUrl = new(
        "PublicUrl",
        "as clients ask",
        "How clients reach it, such as https://gateway.example.org: answers name that.",
        "--public-url"
    );
    private static readonly Setting _hstsDays = new(
        "HstsDays",
        "365",
        "For how many days browsers are told to come by https alone, where the public URL is https; 0 tells nothing.",
        "--hsts-days"
    );
    private static readonly Setting _proxies = new(
        "Proxies",
        "nobody",
        "Balancers in front of it, as networks such as 10.1.2.0/24 with commas between: X-Forwarded-For counts if it comes from them, and without a public URL X-Forwarded-Proto and -Host do.",
        "--proxies"
    );
    private static readonly Setting _data = new(
        "Data",
        "./data",
        "The folder of what it keeps: the store, unless that is elsewhere, and its master key.",
        "--data"
    );

    /// <summary>What names the data folder.</summary>
    public static string DataFolder => $"{_data}";

    /// <summary>The store's setting, as it is named to people.</summary>
    public static string StoreName => $"{_store}";

    private static readonly Setting _store = new(
        "Store",
        "Data Source={Data}/gateway.db",
        "The store: a SQLite file (Data Source=…), or a database of PostgreSQL (Host=…).",
        "--store"
    );
    private static readonly Setting _slack = new(
        "Slack",
        "slack",
        "Which Slack: slack, govslack, or the address of a pretend one on this machine.",
        "--slack"
    );

    private static readonly Setting _appId = new(
        "SlackApp:ClientId",
        "none: tenants are connected by tokens that are pasted",
        "The client id of your own Slack app, by whose page owners connect tenants; its redirect URL is {PublicUrl}/oauth/slack/callback.",
        "--slack-client-id"
    );
    private static readonly Setting _appSecretFile = new(
        "SlackApp:ClientSecretFile",
        "none",
        "The file with that app's client secret, which nobody else may read.",
        "--slack-client-secret-file"
    );
    private static readonly Setting _appSecret = new(
        "SlackApp:ClientSecret",
        "none",
        "The same secret itself, in place of a file."
    );

    /// <summary>Where the master key is.</summary>
    public static Setting MasterKeyFile { get; } =
        new(
            "Secrets:MasterKeyFile",
            "{Data}/master.key",
            "The file with the key by which the secrets in the store are wrapped; keep it apart from the store.",
            "--master-key-file"
        );

    private static readonly Setting _log = new("Log", "text", "How the log is written: text or json.", "--log");

    /// <summary>All of them, each once.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        _urls,
        _publicUrl,
        _hstsDays,
        _proxies,
        _data,
        _store,
        _slack,
        _appId,
        _appSecretFile,
        _appSecret,
        .. FaceSettings.All,
        .. SignInSettings.All,
        .. ClusterSettings.All,
        _log,
        .. TelemetrySettings.All,
        .. BackupSettings.All,
        MasterKeyFile,
        new("Secrets:MasterKey", "none", "The same key itself, 32 bytes in base64, in place of a file."),
        new("Secrets:Certificate", "none", "A file with a certificate and its private key, in place of a master key."),
        new("Secrets:CertificatePasswordFile", "none", "The file with the password of the certificate's."),
        new(
            "Journal:Keep",
            "90.00:00:00",
            "How long operations are kept after they have ended, as days.hours:minutes:seconds."
        ),
        new(
            "Requests:OfTenant",
            "200",
            "How many requests of a tenant's providers and admin keys are taken a second, with twice as many at once; beyond them it is 429. A bulk request is one.",
            "--tenant-requests"
        ),
        new("Requests:OfKey", "50", "The same of an admin key for the whole gateway.", "--key-requests"),
        new(
            "Requests:Memory",
            "a quarter of what the process may use, and 1024 at most",
            "How many MiB the bodies and answers under way may have together; 32 or more. Beyond them it is 503.",
            "--request-memory"
        ),
        new(
            "Connections:OfAddress",
            "a quarter of all that there may be",
            "How many connections of one client's address are taken at a time; one more is closed as it comes. Networks in Proxies have as many as there are.",
            "--address-connections"
        ),
        new(
            "Issuers:LongestToken",
            "1.00:00:00",
            "How long a token of an issuer may last, as days.hours:minutes:seconds; one that lasts longer lets nobody in.",
            "--longest-token"
        ),
        new(
            "Trials:Loopback",
            "false",
            "Whether the keys of an issuer of JWTs may be on this machine's loopback, without https. Nothing else may be there, tenants' webhooks neither. Not for production.",
            "--loopback-issuers"
        ),
        new("Notices:Webhook:Url", "none", "Where notifications are posted to."),
        new("Notices:Webhook:Secret", "none", "By what their receiver knows them: base64 of 24 bytes at least."),
        new(
            "Notices:Slack:Url",
            "none",
            "The address of an incoming webhook of Slack's, to a channel that is told, too."
        ),
        new("Notices:Mail:Host", "none", "The server that takes mail with notifications."),
        new("Notices:Mail:Port", "none", "Where it listens."),
        new("Notices:Mail:From", "none", "The address that the mail comes from."),
        new("Notices:Mail:To", "none", "The mailbox."),
        new("Notices:Mail:User", "none", "Who the gateway is to the mail server."),
        new("Notices:Mail:Password", "none", "By what the mail server knows that."),
        new("Notices:Mail:Tls", "true", "Whether mail is sent encrypted (STARTTLS)."),
    ];

    /// <summary>What is said of all of them, for people.</summary>
    public static string Help()
    {
        var help = new StringBuilder(
            """
            usage: serve [--init] [--new-owner-key] [--new-master-key] [--SETTING VALUE ...]
                serves SCIM 2.0 at /{tenant}/scim/v2 and the admin API at /admin/api/v1
                --init  makes what is missing: the data folder, the store, the master key, and a first admin key, which is shown once on a terminal, and else is in a file of the data folder
                --new-owner-key  makes one more admin key of an owner, where all are lost; it is shown in the same way and stands in the audit trail
                --new-master-key  where the master key is lost for good: makes another unless one is given, and forgets the secrets that only the lost one opens, so that each tenant is connected again; where all can be read it forgets none

            Settings: on the command line, else in the environment, else in appsettings.json of the folder it is started in.

            """
        );
        foreach (var setting in All)
            help.AppendLine()
                .AppendLine($"  {setting}")
                .AppendLine($"      {setting.Says}")
                .AppendLine(CultureInfo.InvariantCulture, $"      Unless it is said: {setting.Default}");
        return help.ToString();
    }

    /// <summary>Whether an argument is one of 'serve', so that it serves without that word, too.</summary>
    public static bool IsOne(string argument) => IsWord(argument) || All.Any(setting => setting.Flag == argument);

    /// <summary>Where 'serve' says how it is if nothing is said on its command line.</summary>
    public static string HealthUrls()
    {
        var said = Read([]);
        return FaceSettings.HealthUrl(said) ?? UrlsOf(said);
    }

    // Unless it is said, what the container's image or its platform says by ASP.NET's own names.
    private static string UrlsOf(IConfiguration configuration) =>
        configuration[_urls.Key]
        ?? Given("ASPNETCORE_URLS")
        ?? (
            Given("ASPNETCORE_HTTP_PORTS") is { } ports
                ? string.Join(';', ports.Split(';').Select(port => $"http://+:{port.Trim()}"))
                : _urls.Default
        );

    private static string? Given(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    /// <summary>What was said on the command line, in the environment and in the file, in this order.</summary>
    /// <exception cref="SettingException">An argument is not known, or has no value.</exception>
    public static IConfiguration Read(IReadOnlyList<string> arguments)
    {
        var said = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var setting =
                All.FirstOrDefault(one => one.Flag == arguments[i])
                ?? throw new SettingException(
                    $"There is no argument '{arguments[i]}'{Meant(arguments[i], All.Select(one => one.Flag))}; 'serve --help' says which there are."
                );
            said[setting.Key] =
                i + 1 < arguments.Count && arguments[i + 1].Length > 0
                    ? arguments[i + 1]
                    : throw new SettingException($"{arguments[i]} wants a value: {setting.Says}");
        }
        return new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath(File), optional: true)
            .AddEnvironmentVariables(Prefix)
            .AddInMemoryCollection(said)
            .Build();
    }

    /// <summary>The settings that were read, as what they mean.</summary>
    /// <exception cref="SettingException">One of them makes no sense.</exception>
    public static ServeOptions Parse(IConfiguration configuration)
    {
        RequireKnown(configuration);
        var data = Path.GetFullPath(configuration[_data.Key] ?? _data.Default);
        var slack = (configuration[_slack.Key] ?? _slack.Default) switch
        {
            "slack" => SlackConnection.Slack,
            "govslack" => SlackConnection.GovSlack,
            var other => Uri.TryCreate(other, UriKind.Absolute, out var pretend)
            && pretend.IsLoopback
            && pretend.AbsolutePath.Trim('/') is "" or "scim/v1"
                ? new Uri(pretend!, "/scim/v1/")
                : throw Wrong(_slack, "it is slack, govslack, or an address of this machine without a path"),
        };
        var urls = Listening(UrlsOf(configuration));
        var publicUrl = PublicUrlOf(configuration);
        var cluster = ClusterSettings.Of(configuration, _store);
        var faces = FaceSettings.Of(configuration, urls, cluster, publicUrl is not null);
        return new ServeOptions
        {
            Urls = urls,
            Faces = faces,
            PublicUrl = publicUrl,
            HstsDays = NumberOf(configuration, _hstsDays, "days"),
            Proxies = Networks(configuration[_proxies.Key]),
            Data = data,
            Store = configuration[_store.Key],
            Slack = slack,
            App = AppOf(configuration, slack),
            SignIn = SignInSettings.Of(configuration, faces.Admin is not null),
            Cluster = cluster,
            Telemetry = TelemetrySettings.Of(configuration, faces.Metrics is not null),
            Backup = BackupSettings.Of(configuration, _store),
            IsLogJson = (configuration[_log.Key] ?? _log.Default) switch
            {
                "text" => false,
                "json" => true,
                _ => throw Wrong(_log, "it is text or json"),
            },
        };
    }

    private static Uri? PublicUrlOf(IConfiguration configuration) =>
        configuration[_publicUrl.Key] is not { } url ? null
        : Uri.TryCreate(url, UriKind.Absolute, out var web) && PublicUrlOptions.CanBeExtended(web) ? web
        : throw Wrong(_publicUrl, "it is a URL such as https://gateway.example.org, which paths can follow");

    // What is misspelt would be as if it were not said. The file may have what ASP.NET reads there itself.
    private static void RequireKnown(IConfiguration configuration)
    {
        foreach (var (key, value) in configuration.AsEnumerable())
            if (
                value is not null
                && !All.Any(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase))
                && !_ofAspNet.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase)
            )
                throw new SettingException(
                    $"There is no setting {new Setting(key, "", "")}{Meant(key, All.Select(one => one.Key))}; 'serve --help' says which there are."
                );
    }

    private static string Meant(string said, IEnumerable<string?> words) =>
        Nearest.To(said, words.OfType<string>()) is { } near ? $" (did you mean {near}?)" : "";

    // Both or none: half of it would be found out by whoever is sent to Slack.
    private static SlackApp? AppOf(IConfiguration configuration, Uri slack)
    {
        var id = configuration[_appId.Key];
        var hasSecret = configuration[_appSecret.Key] is not null || configuration[_appSecretFile.Key] is not null;
        if (string.IsNullOrEmpty(id))
            return hasSecret ? throw Wrong(_appId, "it is missing, and its secret is there; say both or none") : null;
        if (!hasSecret)
            throw Wrong(_appSecretFile, $"it is missing, and {_appId.Key} is there; say both or none");
        return new SlackApp(slack, id, SecretOf(configuration, _appSecret, _appSecretFile)!);
    }

    /// <summary>A secret that is said itself, or by its file; null for none.</summary>
    /// <exception cref="SettingException">It is said twice, or is empty.</exception>
    /// <exception cref="MasterKeyException">The file cannot be read, or others may read it.</exception>
    public static string? SecretOf(IConfiguration configuration, Setting itself, Setting file)
    {
        var (secret, path) = (configuration[itself.Key], configuration[file.Key]);
        if (secret is not null && path is not null)
            throw Wrong(file, $"{itself.Key} is there, too; say one of them");
        if (path is not null)
            secret = Encoding.UTF8.GetString(PrivateFile.Read(Path.GetFullPath(path), file.Key));
        return secret?.Trim() switch
        {
            null => null,
            "" => throw Wrong(path is null ? itself : file, "it is empty"),
            var said => said,
        };
    }

    // As the server reads them: it says nothing of what is wrong with one before it starts.
    private static string Listening(string urls) =>
        urls.Split(';', StringSplitOptions.TrimEntries)
            .All(url =>
                url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
                && Uri.TryCreate(
                    url.Replace("//+", "//any", StringComparison.Ordinal)
                        .Replace("//*", "//any", StringComparison.Ordinal),
                    UriKind.Absolute,
                    out _
                )
            )
            ? urls
            : throw Wrong(
                _urls,
                "it is one address such as http://127.0.0.1:5080, or several with semicolons between; TLS is the proxy's in front of it"
            );

    // Everybody is not a balancer.
    private static IReadOnlyList<IPNetwork> Networks(string? text) =>
        [
            .. (text ?? "")
                .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(one =>
                    IPNetwork.TryParse(one, out var network)
                    && network.PrefixLength > 0
                    && IPAddress.Parse(one.Split('/')[0]).Equals(network.BaseAddress)
                        ? network
                    : IPAddress.TryParse(one, out var address)
                        ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
                    : throw Wrong(_proxies, $"'{one}' is no network such as 10.1.2.0/24, and no address")
                ),
        ];

    /// <summary>A setting that is a number.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="setting">The one.</param>
    /// <param name="of">Of what.</param>
    /// <exception cref="SettingException">It is none.</exception>
    public static int NumberOf(IConfiguration configuration, Setting setting, string of) =>
        int.TryParse(
            configuration[setting.Key] ?? setting.Default,
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : throw Wrong(setting, $"it is a number of {of}");

    /// <summary>What is wrong with the store's setting.</summary>
    public static SettingException WrongStore(string says) => new($"{_store}: {says}");

    /// <summary>What is wrong with a setting.</summary>
    public static SettingException Wrong(Setting setting, string says) => new($"{setting} cannot be so: {says}.");
}
