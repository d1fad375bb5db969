using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What an endpoint wants of the key that asks.</summary>
/// <param name="Role">The least role.</param>
/// <param name="OfAll">Whether a key of one tenant never does.</param>
internal sealed record Needs(Role Role, bool OfAll);

/// <summary>An endpoint that reads people of a tenant.</summary>
/// <param name="IsFile">Whether a request reads all there are as a file or a stream: each of these has its line.</param>
internal sealed record ReadsPeople(Func<HttpRequest, bool> IsFile);

/// <summary>An endpoint takes no body.</summary>
internal sealed record TakesNoBody;

/// <summary>
/// Who comes in to the admin API: a key, the role that the endpoint wants, and the tenant that the key is for. And what
/// is changed there: each change has its line in the audit trail before it is made, which says what came of it before
/// that is answered.
/// </summary>
internal sealed partial class AdminGate(
    Store store,
    Homes homes,
    RefusedCredentials refused,
    WrongTries tries,
    Traffic traffic,
    CountedReads reads,
    TimeProvider clock,
    ILogger<AdminGate> log
)
{
    private static readonly TimeSpan _usedAgain = TimeSpan.FromMinutes(1);

    // What one thing is called in a path, and in the audit trail.
    private static readonly (string Value, string Things)[] _read =
    [
        ("link", "links"),
        ("operation", "operations"),
        ("job", "jobs"),
    ];

    /// <summary>The way in.</summary>
    public async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers[AdminPaths.Mark] = AdminPaths.Version;
        var now = clock.Now();
        var (key, why) = await KeyAsync(context, now);
        if (key is null)
            throw TurnedAway(context, why);
        var lane = traffic.Of(key);
        ConnectionEnd.Withdraw(context, lane);
        if (lane.Enter(out var place) is { } pause)
            throw Problem.TooMany(Traffic.Words, pause);
        using var underWay = place;
        try
        {
            await LetInAsync(context, key, now, next);
        }
        catch (Problem forbidden) when (forbidden.Status == StatusCodes.Status403Forbidden)
        {
            var slug = context.GetRouteValue("slug") as string;
            refused.CountForbidden(context, homes.Find(slug) is null ? "" : slug, $"admin key {key.Id}");
            throw;
        }
    }

    private async Task LetInAsync(HttpContext context, AdminKey key, Instant now, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Needs>() is not { } needs)
        {
            await next(context); // nothing is there
            return;
        }
        if (key.Role < needs.Role)
            throw Problem.Forbidden(
                $"This needs the role {AdminJson.Named(needs.Role.ToString())}, and the key has {AdminJson.Named(key.Role.ToString())}. Ask an owner, or use a key of one."
            );
        if (needs.OfAll && key.TenantId is not null)
            throw Problem.OfAll("This");
        var body = Array.Empty<byte>();
        if (!ReadMethods.Has(context.Request.Method) && AdminCall.HasBody(context))
        {
            body = await AdminCall.ReadBodyAsync(context);
            // A body may take half a minute: whose key has ended meanwhile changes nothing.
            now = clock.Now();
            (var still, var why) = await KeyAsync(context, now);
            key = still ?? throw TurnedAway(context, why);
        }
        context.Features.Set(new AdminCall(context, store, key, await TenantAsync(context, key), now, body));
        await next(context);
    }

    /// <summary>Keeps the line of the audit trail around what changes something, or reads people.</summary>
    public async ValueTask<object?> AuditAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var isRead = ReadMethods.Has(context.Request.Method);
        var people = isRead ? context.GetEndpoint()!.Metadata.GetMetadata<ReadsPeople>() : null;
        if (isRead && people is null)
            return await next(invocation);
        var call = context.Features.GetRequiredFeature<AdminCall>();
        var entry = call.Audit;
        entry.Action = context.GetEndpoint()!.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName;
        if (people is not null)
            entry.About = ReadOf(context);
        if (people?.IsFile(context.Request) is false)
            return await CountedAsync(entry, () => next(invocation));
        return await AuditedAsync(
            entry,
            isRead || context.GetRouteValue("slug") is null ? null : call.Tenant.Row,
            async () =>
            {
                if (context.GetEndpoint()!.Metadata.GetMetadata<TakesNoBody>() is not null)
                    call.RequireNoFields();
                return await next(invocation);
            },
            StatusOf
        );
    }

    // The answer is sent after this: where the line comes last, nobody has read anything before it.
    private async Task<object?> CountedAsync(AuditEntry entry, Func<ValueTask<object?>> read)
    {
        var same = new CountedReads.Read(entry.KeyId, entry.Client, entry.TenantId, entry.Action, entry.About);
        switch (reads.Told(same))
        {
            case true:
                return await read();
            case false:
                var answer = await read();
                if (StatusOf(answer) >= StatusCodes.Status400BadRequest)
                    return answer; // one more that failed
                await AuditedAsync(entry, null, () => Task.FromResult(answer), StatusOf);
                reads.Tell(same, succeeded: true);
                return answer;
            default:
                try
                {
                    return await AuditedAsync(entry, null, async () => await read(), StatusOf);
                }
                finally
                {
                    reads.Tell(same, entry.Status < StatusCodes.Status400BadRequest);
                }
        }
    }

    private static int StatusOf(object? answer) =>
        (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;

    // Of filters the names alone: what is searched for is somebody's name.
    private static string ReadOf(HttpContext context)
    {
        foreach (var (value, things) in _read)
            if (context.GetRouteValue(value) is { } id)
                return $"{things}/{id}";
        var known = context.GetEndpoint()!.Metadata.GetMetadata<Asks>()?.Names ?? [];
        return string.Join(
            ", ",
            known.Except(AskedParameters.OfPages).Where(name => !string.IsNullOrEmpty(context.Request.Query[name]))
        );
    }

    /// <summary>Does something between the two halves of its line of the audit trail.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="before">The tenant that it is about, as it is before; null where it is about none that there is.</param>
    /// <param name="change">What is done.</param>
    /// <param name="status">What is answered then.</param>
    public async Task<T> AuditedAsync<T>(AuditEntry entry, Tenant? before, Func<Task<T>> change, Func<T, int> status)
    {
        entry.Id = await store.WriteAsync(
            session => AuditEntries.Insert(session, entry),
            CancellationToken.None,
            entry.TenantId ?? default
        );
        try
        {
            var answer = await change();
            entry.Status = status(answer);
            return answer;
        }
        catch (Exception e)
        {
            entry.Status = Problem.Of(e)?.Status ?? StatusCodes.Status500InternalServerError;
            throw;
        }
        finally
        {
            await CompleteAsync(entry);
            if (before is not null)
                await TellAsync(before, entry.Action, entry.KeyId!.Value);
        }
    }

    // Whatever has changed it: the log of the process has a line for each, as it may be all that somebody looks at.
    private async Task TellAsync(Tenant before, string action, AdminKeyId key)
    {
        try
        {
            var id = before.Id;
            var now = await store.ReadAsync(session =>
                Tenants.SlugOf(session, id) is null ? null : Tenants.Find(session, id)
            );
            if (now is not { } after)
            {
                LogEnded(log, before.Slug, before.OrganizationId, action, key);
                return;
            }
            var (was, state) = (ShownTenant.StateOf(before), ShownTenant.StateOf(after));
            if (
                action == ConnectionEndpoints.Connect // by another token, which does not show
                || (before.Slug, before.OrganizationId, before.Standing, was)
                    != (after.Slug, after.OrganizationId, after.Standing, state)
            )
                LogConnection(log, after.Slug, after.OrganizationId, state, after.Standing, action, key);
        }
#pragma warning disable CA1031 // what was done is answered, whether it can be told or not
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUntold(log, before.Slug, e.GetType().Name);
        }
    }

    // What was done is done, whether that can be written or not: a line without a status says that it may have been.
    private async Task CompleteAsync(AuditEntry entry)
    {
        try
        {
            await store.WriteAsync(
                session => AuditEntries.Complete(session, entry.Id, entry),
                CancellationToken.None,
                entry.TenantId ?? default
            );
        }
#pragma warning disable CA1031 // whatever it is, such as a full disk
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogIncomplete(log, entry.Id, e.GetType().Name);
        }
    }

    // Counted and logged as providers' are; who shows many wrong ones is told to wait.
    private Problem TurnedAway(HttpContext context, Refusal why)
    {
        ConnectionEnd.Announce(context);
        refused.CountKey(context, why);
        return tries.Count(context) is { } wait ? Problem.TooMany(wait) : Problem.Unauthenticated();
    }

    private async Task<(AdminKey? Key, Refusal Why)> KeyAsync(HttpContext context, Instant now)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var hash = new byte[SecretHash.Bytes];
        if (
            !header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || !SecretHash.TryTake(header.AsSpan(7).Trim(), hash)
        )
            return default;
        // Looked up by the hash of 256 bits of chance: how long that takes tells nothing of the key.
        if (
            await store.AskAsync(session => AdminKeys.Of(session, hash)) is not { } key
            || !CryptographicOperations.FixedTimeEquals(key.Hash, hash)
        )
            return default;
        if (key.Expires <= now)
            return (null, Refusal.Over);
        if (key.LastUsed is not { } last || now - last >= _usedAgain)
            await UsedAsync(key, now);
        return (key, default);
    }

    private async Task UsedAsync(AdminKey key, Instant now)
    {
        try
        {
            await store.WriteAsync(session => AdminKeys.SetUsed(session, key.Id, now), CancellationToken.None);
        }
#pragma warning disable CA1031 // such as a full disk: who is let in does not depend on it
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUnwritten(log, e.GetType().Name);
        }
    }

    [LoggerMessage(
        EventName = "audit.incomplete",
        Level = LogLevel.Error,
        Message = "Line {Id} of the audit trail could not be completed: {Kind}"
    )]
    private static partial void LogIncomplete(ILogger log, AuditEntryId id, string kind);

    [LoggerMessage(
        EventName = "connection.changed",
        Level = LogLevel.Information,
        Message = "The connection of tenant {Tenant} with organization {Organization} is {State} and {Standing} by {Action} of admin key {Key}"
    )]
    private static partial void LogConnection(
        ILogger log,
        string tenant,
        string? organization,
        ConnectionState state,
        Standing standing,
        string action,
        AdminKeyId key
    );

    [LoggerMessage(
        EventName = "tenant.deleted",
        Level = LogLevel.Information,
        Message = "Tenant {Tenant} with organization {Organization} is gone by {Action} of admin key {Key}"
    )]
    private static partial void LogEnded(
        ILogger log,
        string tenant,
        string? organization,
        string action,
        AdminKeyId key
    );

    [LoggerMessage(
        EventName = "tenant.change-not-logged",
        Level = LogLevel.Warning,
        Message = "What became of tenant {Tenant} could not be told: {Kind}"
    )]
    private static partial void LogUntold(ILogger log, string tenant, string kind);

    [LoggerMessage(
        EventName = "admin-key.use-not-stored",
        Level = LogLevel.Warning,
        Message = "When an admin key was last used could not be written: {Kind}"
    )]
    private static partial void LogUnwritten(ILogger log, string kind);

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

/// <summary>How keys of administrators are made and known again.</summary>
internal static class AdminSecret
{
    private const string Mark = "sga_";
    private const int PrefixLetters = 8;

    /// <summary>A new secret, 256 bits of chance, which is shown once.</summary>
    public static string New() => Minted.Random(Mark, Minted.SecretBytes);

    /// <summary>A key with a secret.</summary>
    public static AdminKey Key(string label, Role role, string secret, Instant now) =>
        new()
        {
            Label = label,
            Role = role,
            Prefix = PrefixOf(secret),
            Hash = SecretHash.Of(secret),
            Created = now,
        };

    /// <summary>By what people tell it from others.</summary>
    public static string PrefixOf(string secret) => secret[..Math.Min(secret.Length, PrefixLetters)];
}
