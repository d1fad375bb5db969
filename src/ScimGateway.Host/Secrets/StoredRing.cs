using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Secrets;

/// <summary>ASP.NET's key ring, which is kept in the store.</summary>
internal sealed class StoredRing(Store store) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Now(store.AskAsync(KeyRing.All).AsTask()).Select(Wrappings.Read)];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var entry = new KeyRingEntry { Name = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) };
        Wrappings.Read(entry); // before it is on a disk
        Now(store.WriteAsync(session => KeyRing.Add(session, entry), CancellationToken.None));
    }

    /// <summary>
    /// Has each key be wrapped by the first. ASP.NET would take one that it cannot unwrap for none, and begin with a
    /// new key: so whoever comes with a wrong master key is told so here.
    /// </summary>
    /// <exception cref="MasterKeyException">What a key was wrapped by is not there.</exception>
    public async Task WrapAnewAsync(Wrappings wrappings, CancellationToken cancel)
    {
        var entries = await store.AskAsync(KeyRing.All);
        var others = entries.Select(wrappings.WrapAnew).OfType<KeyRingEntry>().ToList();
        if (others.Count > 0)
            await store.WriteAsync(session => others.Sum(entry => KeyRing.Save(session, entry)), cancel);
    }

    // ASP.NET's interface does not await. It asks at the start, once a day and for a key that is new, on a thread of the
    // pool; not within a work of the store, which would wait for itself.
#pragma warning disable RS0030
    private static T Now<T>(Task<T> task) => task.GetAwaiter().GetResult();
#pragma warning restore RS0030
}
