using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Whether the process lives, and whether it can do its work. Both say no more than that, as anybody may ask; the log
/// says why.
/// </summary>
internal sealed class Health(Store store, TimeProvider clock)
{
    private const string Well = "ok";
    private const string Failed = "failed";

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);

    /// <summary>How many homes could not be started, as where a tenant's secret cannot be read.</summary>
    public int NotStarted { get; set; }

    /// <summary>Where it is asked.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/health/live", [HttpMethods.Get, HttpMethods.Head], () => Results.Json(new { status = Well }));
        app.MapMethods("/health/ready", [HttpMethods.Get, HttpMethods.Head], ReadyAsync);
    }

    private async Task<IResult> ReadyAsync()
    {
        var (isStoreWell, areSecretsWell) = (await IsStoreWellAsync(), NotStarted == 0);
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

    private async Task<bool> IsStoreWellAsync()
    {
        try
        {
            return await store.AskAsync(KeyRing.All).AsTask().WaitAsync(_longest, clock) is not null;
        }
#pragma warning disable CA1031 // whatever it is, the store is not well
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
