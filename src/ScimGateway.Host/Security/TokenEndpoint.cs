using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ScimGateway.Basics.Spelling;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Security;

/// <summary>
/// /{tenant}/oauth/token: a client gets access tokens for 60 minutes each (RFC 6749 §4.4). A token is random, and its
/// hash is a row: so it outlives a restart, it ends at once with its credential, and nothing in the store could make one.
/// </summary>
internal sealed class TokenEndpoint(
    Homes homes,
    SourceCredentials credentials,
    SignatureChecks checks,
    RefusedCredentials refused,
    WrongTries tries,
    Traffic traffic,
    LastUses uses,
    TimeProvider clock
)
{
    /// <summary>As many has a client at once; with one more the oldest ends.</summary>
    public const int MostOfClient = 1_000;

    private const int TokenBytes = 32;
    private const string NotNow = "temporarily_unavailable";

    private static readonly TimeSpan _life = TimeSpan.FromMinutes(60);

    // RFC 7523 §3: one that a client has made for this request, and that cannot be shown again.
    private static readonly TimeSpan _mostAhead = TimeSpan.FromMinutes(10);

    // Entra ID's for what runs in it live about 65, and are shown as often as a token is asked for
    // (learn.microsoft.com/entra/workload-id/workload-identity-federation).
    private static readonly TimeSpan _mostAheadOfAnothers = TimeSpan.FromMinutes(75);

    // Until then an assertion could be shown again: its life, and what clocks may differ.
    private static readonly TimeSpan _mayComeAgain = _mostAhead + TimeSpan.FromMinutes(5);

    /// <summary>Where it is; it looks at who asks by itself.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/{tenant}/oauth/token", GiveAsync).AllowAnonymous();

    private async Task GiveAsync(HttpContext context)
    {
        context.Response.Headers.Pragma = "no-cache"; // RFC 6749 §5.1
        try
        {
            if (Browsers.SendForAnotherSite(context.Request))
                throw TokenRefusedException.Request(Browsers.Words);
            var request = await TokenRequest.ReadAsync(context);
            var now = clock.GetUtcNow();
            var home = homes.Find(TenantPath.Tenant(context));
            var known = home is null
                ? credentials.KnownWithoutHome(TenantPath.Tenant(context))
                : await credentials.OfAsync(home);
            var (client, assertion) = await ClientAsync(request, known, context, now);
            if (client is null)
                throw TokenRefusedException.Client();
            if (home is null)
                throw new TokenRefusedException(
                    StatusCodes.Status503ServiceUnavailable,
                    NotNow,
                    known.NotReady!,
                    TenantCredentials.UntilReady
                );
            var lane = traffic.Tenants.Of(home.Id);
            if (lane.Enter(out var place) is { } pause)
                throw new TokenRefusedException(429, "invalid_request", Traffic.Words, pause);
            using var underWay = place;
            ConnectionEnd.Withdraw(context, lane);

            var secret = Minted.Random("sgo_", TokenBytes);
            var token = new AccessToken
            {
                CredentialId = client.Id,
                Hash = SecretHash.Of(secret),
                Assertion = assertion,
                Expires = Instant.Earlier(Instant.Of(now + _life), client.Expires),
            };
            await KeepAsync(home, token, Instant.Of(now));
            if (client.IsFirstUse(Instant.Of(now)))
                uses.Note(client, Instant.Of(now));
            await AnswerAsync(
                context,
                StatusCodes.Status200OK,
                json =>
                {
                    json.WriteString("access_token", secret);
                    json.WriteString("token_type", "Bearer");
                    json.WriteNumber("expires_in", (int)(token.Expires - Instant.Of(now)).TotalSeconds);
                    json.WriteString("scope", ClosedWords.Of(client.Scope));
                }
            );
        }
        catch (TokenRefusedException refusal)
        {
            await RefuseAsync(context, refusal);
        }
    }

    // Who asks, and the hash of the assertion that must not come again; nobody where what is shown is not right.
    private async Task<(SourceCredential? Client, byte[]? Assertion)> ClientAsync(
        TokenRequest request,
        TenantCredentials known,
        HttpContext context,
        DateTimeOffset now
    )
    {
        if (request.Assertion is null)
            return (
                known.Find(
                    CredentialKind.OauthClient,
                    Hash($"{request.Client}:{request.Secret}"),
                    Instant.Of(now),
                    out _
                ),
                null
            );
        if (SignedToken.Read(request.Assertion) is not { } token)
            return default;
        var client = await checks.WhoseAsync(
            token,
            CredentialKind.OauthClient,
            known,
            context,
            one => (request.Client is null || request.Client == one.Prefix) && IsMeant(token, one, now)
        );
        return client is null ? default : (client, client.Issuer!.IsAnothers ? null : Hash(token.TextOf("jti")));
    }

    // RFC 7523 §3: what a client signs by itself is about itself, and good once. What another signs is about whom the
    // credential names.
    private static bool IsMeant(SignedToken token, SourceCredential client, DateTimeOffset now)
    {
        var isAnothers = client.Issuer!.IsAnothers;
        var most = now + (isAnothers ? _mostAheadOfAnothers : _mostAhead);
        return token.TimeOf("exp") <= most.ToUnixTimeSeconds()
            && (isAnothers || (token.TextOf("sub") == client.Prefix && token.TextOf("jti") is { Length: > 0 }));
    }

    private async Task KeepAsync(TenantHome home, AccessToken token, Instant now)
    {
        await credentials.ChangeAsync(
            home,
            session => Keep(session, home.Id, token, now),
            (known, ended) =>
            {
                known.TakeExpired(now);
                if (ended is not null)
                    known.Take(ended);
                known.Give(token);
            },
            CancellationToken.None
        );
    }

    // Gives back the one that it is in place of.
    private static AccessToken? Keep(StoreSession session, TenantId tenant, AccessToken token, Instant now)
    {
        var client = token.CredentialId;
        if (!Credentials.IsThere(session, tenant, client))
            throw TokenRefusedException.Client(); // it has just been ended
        AccessTokens.DeleteExpired(session, client, now);
        if (token.Assertion is { } assertion && AccessTokens.WasGivenFor(session, client, assertion))
            throw TokenRefusedException.Client();
        AccessToken? ended = null;
        if (AccessTokens.Count(session, client) >= MostOfClient && AccessTokens.Oldest(session, client) is { } oldest)
        {
            // The row of a token says that its assertion was shown. When a token was made that ends with its client is not
            // known.
            var mayComeAgain = oldest.Expires == token.Expires || oldest.Expires - _life + _mayComeAgain > now;
            if (oldest.Assertion is not null && mayComeAgain)
                throw new TokenRefusedException(
                    429,
                    "invalid_request",
                    "The client has asked for a thousand tokens within minutes; each is good for 60 of them, so use one again.",
                    TimeSpan.FromMinutes(1)
                );
            AccessTokens.Delete(session, ended = oldest);
        }
        AccessTokens.Insert(session, token);
        return ended;
    }

    /// <summary>Writes whatever else goes wrong as clients of OAuth read it.</summary>
    public static Task WriteAsync(HttpContext context, ScimException error)
    {
        RetryAfter.Write(context, (int)error.Status, error.RetryAfter);
        return WriteErrorAsync(
            context,
            (int)error.Status,
            error.Status switch
            {
                < HttpStatusCode.InternalServerError => "invalid_request",
                HttpStatusCode.ServiceUnavailable => NotNow,
                _ => "server_error", // of RFC 6749 §4.1.2.1, as that
            },
            error.Message
        );
    }

    private async Task RefuseAsync(HttpContext context, TokenRefusedException refusal)
    {
        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            refused.CountClient(
                context,
                homes.Find(TenantPath.Tenant(context)) is null
                && credentials.KnownWithoutHome(TenantPath.Tenant(context)).IsNobodys
                    ? Refusal.NoTenant
                    : Refusal.Unknown
            );
            if (tries.Count(context.Connection.RemoteIpAddress, TenantPath.Tenant(context)) is { } wait)
                refusal = new TokenRefusedException(429, refusal.Error, WrongTries.Words, wait);
            else
                Challenges.WriteForClient(context);
        }
        RetryAfter.Write(context, refusal.Status, refusal.Wait);
        await WriteErrorAsync(context, refusal.Status, refusal.Error, refusal.Message);
    }

    private static Task WriteErrorAsync(HttpContext context, int status, string error, string message) =>
        AnswerAsync(
            context,
            status,
            json =>
            {
                json.WriteString("error", error);
                json.WriteString("error_description", message);
            }
        );

    private static async Task AnswerAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        if (!ReadMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }

    private static byte[] Hash(string? text) => SHA256.HashData(Encoding.UTF8.GetBytes(text ?? ""));
}
