using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>Copies of the store.</summary>
internal static class BackupEndpoints
{
    private const string Keep =
        "Keep the master key (Secrets:MasterKeyFile, or the certificate in its place), too, and elsewhere: without it nobody can read the secrets in this copy, and whoever has both has all of them.";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/backup", CreateAsync).Called("createBackup", Role.Owner, ofAll: true).WithoutBody();

    // It is made to its end, whether or not anybody waits for it.
    private static async Task<IResult> CreateAsync(AdminCall call)
    {
        var copy = await call.Store.CopyAsync(call.Now.ToTime());
        call.Changed("backup", null, copy);
        return call.Answer(
            new
            {
                copy.Path,
                copy.Bytes,
                At = call.Now.ToTime(),
                Keep,
            }
        );
    }
}
