using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>
/// What is changed by the admin API: each change has its line in the audit trail before it is made, which says what came of
/// it before that is answered. Reads of people have theirs.
/// </summary>
internal sealed class AdminAudit(Store store, CountedReads reads, ILogger<AdminGate> log)
{
    // A tenant that was never connected.
    private const string None = "none";

    // The store is away then, so that hardly any can begin.
    private const int MostIncomplete = 1_000;

    private readonly ConcurrentDictionary<AuditEntryId, AuditEntry> _incomplete = new();

    // What one thing is called in a path, and in the audit trail.
    private static readonly (string Value, string Things)[] _things =
    [
        ("link", "links"),
        ("operation", "operations"),
        ("job", "jobs"),
        ("hold", "holds"),
        ("source", "sources"),
        ("key", "keys"),
    ];

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
        entry.About = people is null ? NamedIn(context) ?? "" : ReadOf(context);
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

    private static string? NamedIn(HttpContext context)
    {
        foreach (var (value, things) in _things)
            if (context.GetRouteValue(value) is { } id)
                return $"{things}/{id}";
        return null;
    }

    // Of filters the names alone: what is searched for is somebody's name.
    private static string ReadOf(HttpContext context)
    {
        if (NamedIn(context) is { } named)
            return named;
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
        // No tenant's write: its home may be at another instance, or be moved by this, and takes a write of another one for a
        // database that has lost its own.
        entry.Id = await store.WriteAsync(session => AuditEntries.Insert(session, entry), CancellationToken.None);
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
                await TellAsync(
                    before,
                    entry.Action,
                    entry.KeyId!.Value,
                    entry.Status < StatusCodes.Status400BadRequest
                );
        }
    }

    // Whatever has changed it: the log of the process has a line for each, as it may be all that somebody looks at.
    private async Task TellAsync(Tenant before, string action, AdminKeyId key, bool isDone)
    {
        try
        {
            var id = before.Id;
            var now = await store.ReadAsync(session =>
                Tenants.SlugOf(session, id) is null ? null : Tenants.Find(session, id)
            );
            if (now is not { } after)
            {
                log.TenantDeleted(before.Slug, before.OrganizationId ?? None, action, key);
                return;
            }
            var (was, state) = (before.Connection, after.Connection);
            if (
                (isDone && action == ConnectionEndpoints.Connect) // by another token, which does not show
                || (before.Slug, before.OrganizationId, before.Standing, was)
                    != (after.Slug, after.OrganizationId, after.Standing, state)
            )
                log.ConnectionChanged(after.Slug, after.OrganizationId ?? None, state, after.Standing, action, key);
        }
#pragma warning disable CA1031 // what was done is answered, whether it can be told or not
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.TenantChangeNotLogged(before.Slug, e.GetType().Name);
        }
    }

    // What was done is done, whether that can be written or not: a line without a status says that it may have been. The
    // next one that can be completed takes along those that could not.
    private async Task CompleteAsync(AuditEntry entry)
    {
        AuditEntry[] lines = [.. _incomplete.Values, entry];
        try
        {
            await store.WriteAsync(
                session => lines.Sum(line => AuditEntries.Complete(session, line.Id, line)),
                CancellationToken.None
            );
            foreach (var line in lines)
                _incomplete.TryRemove(line.Id, out _);
        }
#pragma warning disable CA1031 // whatever it is, such as a full disk
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (_incomplete.Count < MostIncomplete)
                _incomplete[entry.Id] = entry;
            log.AuditIncomplete(entry.Id, e.GetType().Name);
        }
    }
}
