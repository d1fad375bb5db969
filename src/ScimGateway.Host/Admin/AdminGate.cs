using System.Security.Cryptography;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Who comes in to the admin API: a key, the role that the endpoint wants, and the tenant that the key is for.
/// </summary>
internal sealed class AdminGate(
    Store store,
    Homes homes,
    RefusedCredentials refused,
    WrongTries tries,
    Traffic traffic,
    TimeProvider clock,
    ILogger<AdminGate> log
)
{
    private static readonly TimeSpan _usedAgain = TimeSpan.FromMinutes(1);

    /// <summary>The way in.</summary>
    public async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers[AdminPaths.Mark] = AdminPaths.Version;
        var now = clock.Now();
        var (key, signedIn, why) = await KeyAsync(context, now);
        if (key is null)
            throw TurnedAway(context, why);
        var lane = traffic.Of(key);
        ConnectionEnd.Withdraw(context, lane);
        if (lane.Enter(out var place) is { } pause)
            throw Problem.TooMany(Traffic.Words, pause);
        using var underWay = place;
        try
        {
            await LetInAsync(context, key, signedIn, now, next);
        }
        catch (Problem forbidden) when (forbidden.Status == StatusCodes.Status403Forbidden)
        {
            var slug = context.GetRouteValue("slug") as string;
            refused.CountForbidden(context, homes.Find(slug) is null ? "" : slug, $"admin key {key.Id}");
            throw;
        }
    }

    private async Task LetInAsync(
        HttpContext context,
        AdminKey key,
        AdminSession? signedIn,
        Instant now,
        RequestDelegate next
    )
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is not { } needs)
        {
            // Nothing is there: "admin" is no tenant's word, whatever tenants have behind theirs.
            if (context.GetEndpoint() is RouteEndpoint)
                context.SetEndpoint(null);
            await next(context);
            return;
        }
        if (key.Role < needs.Role)
            throw Problem.Forbidden(
                $"This needs the role {AdminJson.Named(needs.Role.ToString())}, and the key has {AdminJson.Named(key.Role.ToString())}. Ask an owner, or use a key of one."
            );
        if (needs.OfAll && key.TenantId is not null)
            throw Problem.OfAll("This");
        var body = Array.Empty<byte>();
        if (!ReadMethods.Has(context.Request.Method) && AdminBody.IsThere(context))
        {
            body = await AdminBody.ReadAsync(context);
            // A body may take half a minute: whose key has ended meanwhile changes nothing.
            now = clock.Now();
            (var still, _, var why) = await KeyAsync(context, now);
            key = still ?? throw TurnedAway(context, why);
        }
        var tenant = await TenantAsync(context, key);
        using var lines = tenant?.Home is { } home ? log.BeginScope(home) : null;
        context.Features.Set(new AdminCall(context, store, key, signedIn, tenant, now, body));
        await next(context);
    }

    // Counted and logged as providers' are; who shows many wrong ones is told to wait.
    private Problem TurnedAway(HttpContext context, Refusal why)
    {
        ConnectionEnd.Announce(context);
        refused.CountKey(context, why);
        // A session that has ended is shown again by each page that a browser restores.
        var isSession = AdminSecret.ShownBy(context.Request) is (_, IsOfSession: true);
        return !isSession && tries.Count(context) is { } wait ? Problem.TooMany(wait) : Problem.Unauthenticated();
    }

    private async Task<(AdminKey? Key, AdminSession? SignedIn, Refusal Why)> KeyAsync(HttpContext context, Instant now)
    {
        if (AdminSecret.ShownBy(context.Request) is not var (hash, isOfSession))
            return default;
        // Looked up by the hash of 256 bits of chance: how long that takes tells nothing of the key.
        var (key, signedIn) = await store.AskAsync(session => Found(session, hash, isOfSession, now));
        if (key is null)
            return default;
        if (key.Expires <= now)
            return (null, null, Refusal.Over);
        if (key.LastUsed is not { } last || now - last >= _usedAgain)
            await UsedAsync(session => AdminKeys.SetUsed(session, key.Id, now));
        if (signedIn is not null && now - signedIn.LastUsed >= _usedAgain)
            await UsedAsync(session => AdminSessions.SetUsed(session, hash, now));
        return (key, signedIn, default);
    }

    // By a key, or by the browser in which somebody has signed in by one.
    private static (AdminKey? Key, AdminSession? SignedIn) Found(
        StoreSession session,
        byte[] hash,
        bool isOfSession,
        Instant now
    )
    {
        var signedIn = isOfSession ? AdminSessions.Of(session, hash, now) : null;
        var key =
            !isOfSession ? AdminKeys.Of(session, hash)
            : signedIn is null ? null
            : AdminKeys.Find(session, signedIn.KeyId);
        return
            key is not null
            && (isOfSession || !key.IsPerson)
            && CryptographicOperations.FixedTimeEquals(signedIn?.Hash ?? key.Hash, hash)
            ? (key, signedIn)
            : default;
    }

    private async Task UsedAsync(Func<StoreSession, int> set)
    {
        try
        {
            await store.WriteAsync(set, CancellationToken.None);
        }
#pragma warning disable CA1031 // such as a full disk: who is let in does not depend on it
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.AdminKeyUseNotStored(e.GetType().Name);
        }
    }

    // A tenant that is not the key's is none.
    private async Task<AdminTenant?> TenantAsync(HttpContext context, AdminKey key)
    {
        if (context.GetRouteValue("slug") is not string slug)
            return null;
        var found = await store.AskAsync(session => Tenants.Of(session, slug));
        if (found is { } row && (key.TenantId is null || key.TenantId == row.Id))
            return new AdminTenant(row, homes.OfId(row.Id));
        if (found is not null)
            refused.CountForbidden(context, slug, $"admin key {key.Id}");
        throw Problem.NotFound(
            $"There is no tenant {slug}, or the key may not see it. GET {AdminPaths.Base}/tenants lists those there are."
        );
    }
}
