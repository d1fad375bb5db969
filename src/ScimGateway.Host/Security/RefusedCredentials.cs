using System.Diagnostics.Metrics;
using ScimGateway.Basics.Spelling;
using ScimGateway.Host.Logging;
using ScimGateway.Protocol.Bounds;

namespace ScimGateway.Host.Security;

/// <summary>Why somebody is not let in. The log and administrators are told: whoever knocks has one answer.</summary>
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
/// whoever tries tokens must not fill it. Nothing is said of the credential but in which way it came; and of the path no word
/// that is none of a tenant's, since a client may have its token there. What was wrong with those that a tenant refused its
/// administrator sees, too (<see cref="RefusedWays"/>). In the same way the log tells of who was let in and
/// has asked for more than his credential allows.
/// </summary>
internal sealed class RefusedCredentials
{
    /// <summary>The name of the metrics.</summary>
    public const string Source = "ScimGateway.Host";

    private const string AdminKey = "adminKey";

    private readonly ILogger _log;
    private readonly RefusedWays _ways;
    private readonly Counter<long> _refused;
    private readonly LogMinute _refusals;
    private readonly LogMinute _forbidden;

    public RefusedCredentials(
        IMeterFactory meters,
        TimeProvider clock,
        RefusedWays ways,
        ILogger<RefusedCredentials> log
    )
    {
        (_log, _ways, _refusals, _forbidden) = (log, ways, new LogMinute(clock), new LogMinute(clock));
        _refused = meters
            .Create(Source)
            .CreateCounter<long>(
                "scim.credentials.refused",
                "{request}",
                "Requests that were answered 401 (or 429, after many), by whether a credential was missing or wrong."
            );
        // Each series begins before anything is counted, so that the first increase is seen.
        foreach (var isMissing in (bool[])[true, false])
            _refused.Add(0, Credential(isMissing));
    }

    /// <summary>A provider's request was turned away.</summary>
    public void Count(HttpContext context, Refusal why)
    {
        var given = GivenCredential.Read(context.Request);
        Count(context, TenantPath.Tenant(context), given.IsSigned ? "jwt" : ClosedWords.Of(given.Kind), why);
    }

    /// <summary>A client was turned away that asked for a token.</summary>
    public void CountClient(HttpContext context, Refusal why) =>
        Count(context, TenantPath.Tenant(context), ClosedWords.Of(CredentialKind.OauthClient), why);

    /// <summary>An administrator was turned away.</summary>
    public void CountKey(HttpContext context, Refusal why) => Count(context, "", AdminKey, why);

    /// <summary>Somebody who was let in has asked for what the scope or the role does not allow, or for another tenant.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tenant">The tenant's word; empty where the path names none that there is.</param>
    /// <param name="who">Whose credential it is, by its number.</param>
    public void CountForbidden(HttpContext context, ReadOnlySpan<char> tenant, string who)
    {
        var isTold = _forbidden.HasRoom(out var untold);
        if (untold > 0)
            _log.RequestForbiddenMore(untold);
        if (isTold && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            _log.RequestForbidden(
                tenant.IsEmpty ? "none" : tenant.ToString(),
                $"{context.Connection.RemoteIpAddress}",
                who,
                context.Request.Method, // one of those that the route takes
                route.TrimEnd('/')
            );
    }

    private void Count(HttpContext context, ReadOnlySpan<char> tenant, string kind, Refusal why)
    {
        // A client may show its secret in the body.
        var isMissing = context.Request.Headers.Authorization.Count == 0 && kind != "oauthClient";
        _refused.Add(1, Credential(isMissing));
        var said = isMissing ? "missing" : Said(context, kind, why);
        if (kind != AdminKey)
            _ways.Note(why == Refusal.NoTenant ? "" : tenant, said);
        var isTold = _refusals.HasRoom(out var untold);
        if (untold > 0)
            _log.CredentialRefusedMore(untold);
        if (isTold)
            _log.CredentialRefused(
                tenant.IsEmpty ? "none"
                    : why == Refusal.NoTenant ? "unknown"
                    : tenant.ToString(),
                $"{context.Connection.RemoteIpAddress}",
                isMissing ? "none" : kind,
                said
            );
    }

    private static KeyValuePair<string, object?> Credential(bool isMissing) =>
        new("credential", isMissing ? "missing" : "wrong");

    // One of a few sentences.
    private static string Said(HttpContext context, string kind, Refusal why) =>
        why switch
        {
            Refusal.Over => "it has ended",
            Refusal.NoTenant => "there is no such tenant, or it has no credential yet",
            _ when CredentialShape.Wrong(context.Request.Headers.Authorization, kind == AdminKey ? "sga_" : "sgt_")
                    is { } wrong => $"it is not known, and {wrong}",
            _ => "it is not known",
        };
}
