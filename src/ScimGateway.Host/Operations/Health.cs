using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Whether the process lives, and whether it can do its work. Both say no more than that, as anybody may ask; the log
/// says why. What is wrong with one tenant is shown with that tenant: it takes no instance from the others.
/// </summary>
internal sealed class Health(Store store, Leaving leaving, TimeProvider clock)
{
    private const string Well = "ok";
    private const string Failed = "failed";
    private const string Restored = "restored";
    private const string Leaves = "leaving";

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(2);

    /// <summary>Where it is asked.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().AddEndpointFilter(OneSpelling.OnlyAsync);
        health.MapMethods("/live", ReadMethods.All, () => Results.Json(new { status = Well }));
        health.MapMethods("/ready", ReadMethods.All, ReadyAsync);
    }

    private async Task<IResult> ReadyAsync()
    {
        var store = await StoreAsync();
        var status =
            leaving.IsSo ? Leaves
            : store == Failed ? Failed
            : Well;
        return Results.Json(
            new { status, checks = new { store } },
            statusCode: status == Well ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
    }

    // One that was restored serves all requests; that Slack is told nothing is for whoever watches to know. One that can be
    // read is away all the same where nothing can be written, unless that is because another process does.
    private async Task<string> StoreAsync()
    {
        if (store.WhyAway is { } why && why != Store.AnothersNow)
            return Failed;
        try
        {
            var isRestored = await store.AskAsync(TenantStandings.IsAnyRestored).AsTask().WaitAsync(_longest, clock);
            return isRestored ? Restored : Well;
        }
#pragma warning disable CA1031 // whatever it is, the store is not well
        catch (Exception)
#pragma warning restore CA1031
        {
            return Failed;
        }
    }
}
