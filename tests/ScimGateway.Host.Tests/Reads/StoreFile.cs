using ScimGateway.Provisioning.Storage;
using ScimGateway.Tests;

namespace ScimGateway.Host.Tests.Reads;

/// <summary>A store in a folder of its own, which goes with it.</summary>
internal sealed class StoreFile(Store store, string folder) : IAsyncDisposable
{
    public Store Store { get; } = store;

    public static async Task<StoreFile> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        return new StoreFile(await TestStore.OpenAsync(folder), folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        TestStore.Drop(folder);
    }
}
