using System.Diagnostics.Metrics;

namespace ScimGateway.Host.Security;

/// <summary>Why somebody is not let in. Only the log says it: outside it is one answer.</summary>
internal enum Refusal
{
    /// <summary>Nothing is known that it could be; a secret of another tenant is this, too.</summary>
    Unknown,

    /// <summary>It was right, and has ended.</summary>
    Over,

    /// <summary>There is no tenant of that word.</summary>
    NoTenant,
}

/// <summary>
/// Who was not let in, as a count, and in the log: some of them each by itself, and of the others how many there were, since
/// whoever tries tokens must not fill it. Nothing is said of the credential but in which way it came; the tenant's word,
/// which the client chooses, is cut and has letters of tenants alone.
/// </summary>
internal sealed partial class RefusedCredentials
{
    /// <summary>The name of the metrics.</summary>
    public const string Source = "ScimGateway.Host";

    /// <summary>So many of a minute are told of each by itself.</summary>
    public const int MostTold = 20;

    private const int MostOfWord = 32;

    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Counter<long> _refused;
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private long _came;

    public RefusedCredentials(IMeterFactory meters, TimeProvider clock, ILogger<RefusedCredentials> log)
    {
        (_clock, _log) = (clock, log);
        _refused = meters
            .Create(Source)
            .CreateCounter<long>(
                "scim.credentials.refused",
                "{request}",
                "Requests that were answered 401 (or 429, after many), by whether a credential was missing or wrong."
            );
    }

    /// <summary>A provider's request was turned away.</summary>
    public void Count(HttpContext context, Refusal why)
    {
        var given = GivenCredential.Read(context.Request);
        Count(context, TenantPath.Tenant(context), given.IsSigned ? "jwt" : CredentialWords.Of(given.Kind), why);
    }

    /// <summary>A client was turned away that asked for a token.</summary>
    public void CountClient(HttpContext context) =>
        Count(context, TenantPath.Tenant(context), CredentialWords.Of(CredentialKind.OauthClient), Refusal.Unknown);

    /// <summary>An administrator was turned away.</summary>
    public void CountKey(HttpContext context, Refusal why) => Count(context, "", "adminKey", why);

    private void Count(HttpContext context, ReadOnlySpan<char> tenant, string kind, Refusal why)
    {
        // A client may show its secret in the body.
        var isMissing = context.Request.Headers.Authorization.Count == 0 && kind != "oauthClient";
        _refused.Add(1, new KeyValuePair<string, object?>("credential", isMissing ? "missing" : "wrong"));
        long untold;
        bool isTold;
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            untold = 0;
            if (now >= _until)
            {
                (untold, _came, _until) = (_came - MostTold, 0, now + _minute);
            }
            isTold = ++_came <= MostTold;
        }
        if (untold > 0)
            LogMore(_log, untold);
        if (isTold)
            LogRefused(
                _log,
                tenant.IsEmpty ? "none" : Word(tenant),
                $"{context.Connection.RemoteIpAddress}",
                isMissing ? "none" : kind,
                isMissing
                    ? "missing"
                    : why switch
                    {
                        Refusal.Over => "it has ended",
                        Refusal.NoTenant => "there is no such tenant",
                        _ => "it is not known",
                    }
            );
    }

    // Whatever a client has sent stands in one line, and is no longer than a name.
    private static string Word(ReadOnlySpan<char> word) =>
        string.Create(
            Math.Min(word.Length, MostOfWord),
            word,
            static (shown, word) =>
            {
                for (var i = 0; i < shown.Length; i++)
                    shown[i] = char.IsAsciiLetterOrDigit(word[i]) || word[i] == '-' ? word[i] : '?';
            }
        );

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A credential was refused: tenant {Tenant}, from {Address}, kind {Kind}: {Why}"
    )]
    private static partial void LogRefused(ILogger log, string tenant, string address, string kind, string why);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Count} more credentials were refused in the minute that was last told of. If they are a provider's, its token or the tenant in its URL is wrong."
    )]
    private static partial void LogMore(ILogger log, long count);
}
