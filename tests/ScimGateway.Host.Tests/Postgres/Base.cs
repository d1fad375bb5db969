using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>A store that is a new database, and the way to it.</summary>
internal sealed class Base : IAsyncDisposable
{
    private readonly string _folder;

    private Base(StoreProxy proxy, Store store, string folder) => (Proxy, Store, _folder) = (proxy, store, folder);

    public StoreProxy Proxy { get; }

    public Store Store { get; }

    /// <summary>Where the database is without the proxy.</summary>
    public string Connection => TestStore.Of(_folder);

    /// <summary>The name of the database.</summary>
    public string Name => Path.GetFileName(_folder);

    public static async Task<Base> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        var proxy = new StoreProxy();
        return new Base(
            proxy,
            await Store.OpenAsync(proxy.To(TestStore.AsDatabase(folder)), CancellationToken.None),
            folder
        );
    }

    public async ValueTask DisposeAsync()
    {
        Proxy.GoOn();
        Proxy.IsShut = false;
        await Store.DisposeAsync();
        await Proxy.DisposeAsync();
        TestStore.Drop(_folder);
    }
}
