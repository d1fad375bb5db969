using System.Data.Common;
using ScimGateway.Basics.Files;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Demo;

/// <summary>Where the demo keeps its store and its master key.</summary>
internal static class DemoFolder
{
    private const string KeyFile = "master.key";

    // Its own master key, beside its data. One that is lost is not made again: the store's secrets want that one.
    internal static async Task<KeptSecrets> SecretsAsync(Store store, string folder)
    {
        var file = Path.Combine(folder, KeyFile);
        if (await KeptSecrets.AreNewAsync(store))
            MasterKeyFile.TryMake(file);
        var keys = MasterKeyFile.Read(file, "the demo's master key");
        return await KeptSecrets.OpenAsync(store, new Wrappings(keys), CancellationToken.None);
    }

    // Beside a store that has no folder of its own: the user's, also if it is not there yet, so that the next start
    // finds it.
    internal static string DataOfAll() =>
        Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "scimgateway-demo"
        );

    internal static string FileIn(string folder)
    {
        OwnerOnly.MakeFolder(folder);
        return new DbConnectionStringBuilder { ["Data Source"] = Path.Combine(folder, "gateway.db") }.ConnectionString;
    }
}
