using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Secrets;

/// <summary>ASP.NET's key ring, which is kept in the store.</summary>
internal sealed class StoredRing(Store store) : IXmlRepository
{
    // While the gateway starts: what was read and what was added since, so that no thread waits for the store.
    private List<KeyRingEntry>? _starting;

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. (_starting ?? Now(store.AskAsync(KeyRing.All).AsTask())).Select(Wrappings.Read)];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var entry = new KeyRingEntry { Name = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) };
        Wrappings.Read(entry); // before it is on a disk
        if (_starting is { } starting)
            starting.Add(entry);
        else
            Now(store.WriteAsync(session => KeyRing.Add(session, entry), CancellationToken.None));
    }

    /// <summary>
    /// Reads the ring and has each key be wrapped by the first. ASP.NET would take one that it cannot unwrap for none, and
    /// begin with a new key: so whoever comes with a wrong master key is told so here.
    /// </summary>
    /// <returns>Whether one was wrapped by another.</returns>
    /// <exception cref="MasterKeyException">What a key was wrapped by is not there.</exception>
    public async Task<bool> BeginAsync(Wrappings wrappings, CancellationToken cancel)
    {
        var entries = await store.AskAsync(KeyRing.All, cancel);
        var others = entries.Select(wrappings.WrapAnew).OfType<KeyRingEntry>().ToList();
        if (others.Count > 0)
            await store.WriteAsync(session => others.Sum(entry => KeyRing.Save(session, entry)), cancel);
        _starting = [.. entries.ExceptBy(others.Select(other => other.Name), entry => entry.Name), .. others];
        return others.Count > 0;
    }

    /// <summary>Keeps what was added meanwhile. Nothing is closed by it before that.</summary>
    public async Task KeepAsync(CancellationToken cancel)
    {
        var all = _starting!;
        await store.WriteAsync(session => all.Sum(entry => KeyRing.Add(session, entry)), cancel);
        _starting = null;
    }

    // ASP.NET's interface does not await. It asks in the background once a day and for a key that is new, on a thread of
    // the pool; not within a work of the store, which would wait for itself.
#pragma warning disable RS0030
    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();
#pragma warning restore RS0030
}
