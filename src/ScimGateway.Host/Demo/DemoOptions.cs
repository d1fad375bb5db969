using System.Globalization;
using ScimGateway.Host.Scim;

namespace ScimGateway.Host.Demo;

/// <summary>What the demo is started with.</summary>
internal sealed record DemoOptions
{
    private const int MostTenants = 1_000;

    public Uri Urls { get; init; } = new("http://127.0.0.1:5080");

    public Uri SlackUrls { get; init; } = new("http://127.0.0.1:5090");

    /// <summary>How clients reach it, if not at <see cref="Urls"/>: behind a proxy.</summary>
    public Uri? PublicUrl { get; init; }

    public Uri? Slack { get; init; }

    public string? Token { get; init; }

    /// <summary>The key of its administrator; null for one that is made, and shown.</summary>
    public string? AdminKey { get; init; }

    public string? Data { get; init; }

    /// <summary>The connection string of its store; null for a file in <see cref="Data"/>.</summary>
    public string? Store { get; init; }

    public int Seed { get; init; }

    public TimeSpan SlackTimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many tenants there are.</summary>
    public int Tenants { get; init; } = 1;

    public bool Rfc { get; init; }

    /// <summary>Reads the arguments; null if one of them is unknown or makes no sense.</summary>
    public static DemoOptions? Parse(string[] arguments)
    {
        var options = new DemoOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || arguments[i + 1].Length == 0)
                return null;
            var value = arguments[i + 1];
            try
            {
                options = arguments[i] switch
                {
                    "--urls" => options with { Urls = Loopback(value) },
                    "--slack-urls" => options with { SlackUrls = Loopback(value) },
                    "--public-url" => options with { PublicUrl = Web(value) },
                    "--slack" => options with { Slack = Loopback(value) },
                    "--token" => options with { Token = value },
                    "--admin-key" => options with { AdminKey = value },
                    "--data" => options with { Data = value },
                    "--store" => options with { Store = value },
                    "--seed" => options with { Seed = int.Parse(value, CultureInfo.InvariantCulture) },
                    "--tenants" => options with { Tenants = Count(value) },
                    "--slack-time-limit" => options with
                    {
                        SlackTimeLimit = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)),
                    },
                    "--dialect" when value == "rfc" => options with { Rfc = true },
                    _ => throw new FormatException(),
                };
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                return null;
            }
        }
        return options;
    }

    private static int Count(string text) =>
        int.Parse(text, CultureInfo.InvariantCulture) is >= 1 and <= MostTenants and var count
            ? count
            : throw new FormatException();

    private static Uri Loopback(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.IsLoopback ? url : throw new FormatException();

    private static Uri Web(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && PublicUrlOptions.CanBeExtended(url)
            ? url
            : throw new FormatException();
}
