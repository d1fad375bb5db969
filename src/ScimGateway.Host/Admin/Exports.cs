using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Admin;

/// <summary>
/// Answers that have all there is, which go out in pieces while they are read: two of a tenant's at a time.
/// </summary>
internal sealed class Exports
{
    private const int MostOfTenant = 2;

    private readonly ConcurrentDictionary<TenantId, int> _open = new();

    /// <summary>Answers all pieces, the first of which has to be there before the answer begins.</summary>
    /// <exception cref="Problem">Too many are under way, or its key or tenant has ended.</exception>
    public async Task<IResult> AnswerAsync(
        HttpContext context,
        AdminCall call,
        string contentType,
        string file,
        IAsyncEnumerable<ReadOnlyMemory<byte>> pieces
    )
    {
        var tenant = call.Tenant.Row.Id;
        if (_open.AddOrUpdate(tenant, 1, (_, open) => open + 1) > MostOfTenant)
        {
            Leave(tenant);
            throw Problem.TooMany(
                $"{MostOfTenant} exports of the tenant are under way already. Wait until one has ended.",
                TimeSpan.FromSeconds(10)
            );
        }
        try
        {
            var response = context.Response;
            await foreach (var piece in pieces.WithCancellation(call.Gone))
            {
                // Before it goes out, and so also before the last one, which says that it is whole: what is read of a tenant
                // that is deleted meanwhile has gaps.
                if (await call.EndedAsync() is { } ended)
                    throw ended;
                if (!response.HasStarted)
                {
                    response.ContentType = contentType;
                    response.Headers.ContentDisposition = $"attachment; filename=\"{call.Tenant.Row.Slug}-{file}\"";
                    await response.StartAsync(call.Gone);
                }
                if (HttpMethods.IsHead(context.Request.Method))
                    break;
                await response.Body.WriteAsync(piece, call.Gone);
            }
        }
        finally
        {
            Leave(tenant);
        }
        return Results.Empty;
    }

    // Who has none any more is forgotten.
    private void Leave(TenantId tenant)
    {
        if (_open.AddOrUpdate(tenant, 0, (_, open) => open - 1) == 0)
            _open.TryRemove(new KeyValuePair<TenantId, int>(tenant, 0));
    }
}
