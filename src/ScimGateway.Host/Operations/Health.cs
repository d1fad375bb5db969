using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Whether the process lives, and whether it can do its work. Both say no more than that, as anybody may ask; the log
/// says why.
/// </summary>
internal sealed class Health(Store store, Homes homes, TimeProvider clock)
{
    private const string Well = "ok";
    private const string Failed = "failed";

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);

    /// <summary>Where it is asked.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], () => Results.Json(new { status = Well }));
        app.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync);
    }

    private async Task<IResult> ReadyAsync()
    {
        var connected = await ConnectedAsync();
        var (isStoreWell, areSecretsWell) = (connected is not null, connected?.TrueForAll(IsAtHome) ?? true);
        var isWell = isStoreWell && areSecretsWell;
        return Results.Json(
            new
            {
                status = isWell ? Well : Failed,
                checks = new { store = isStoreWell ? Well : Failed, keys = areSecretsWell ? Well : Failed },
            },
            statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    // What was connected has a home, unless its token could not be read.
    private bool IsAtHome(TenantId tenant) => homes.OfId(tenant) is not null;

    // Null where the store does not say.
    private async Task<List<TenantId>?> ConnectedAsync()
    {
        try
        {
            return await store.AskAsync(Tenants.Connected).AsTask().WaitAsync(_longest, clock);
        }
#pragma warning disable CA1031 // whatever it is, the store is not well
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
