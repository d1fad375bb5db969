namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The keys that secrets are closed by, each wrapped by a key that is not in the store. They are of no tenant.
/// </summary>
internal static class KeyRing
{
    /// <summary>All of them.</summary>
    public static List<KeyRingEntry> All(StoreSession store)
    {
        return store.All(
            "select name, xml from key_ring order by name",
            row => new KeyRingEntry { Name = row.Text(), Xml = row.Text() }
        );
    }

    /// <summary>Adds one; what is there under its name stays.</summary>
    public static int Add(StoreSession store, KeyRingEntry entry)
    {
        return store.Execute(
            "insert into key_ring (name, xml) values (@name, @xml) on conflict (name) do nothing",
            ("@name", entry.Name),
            ("@xml", entry.Xml)
        );
    }

    /// <summary>Forgets all of them, and so whatever was closed by one.</summary>
    public static int Clear(StoreSession store) => store.Execute("delete from key_ring");

    /// <summary>Keeps one as it is wrapped now.</summary>
    public static int Save(StoreSession store, KeyRingEntry entry)
    {
        return store.Execute(
            "update key_ring set xml = @xml where name = @name",
            ("@xml", entry.Xml),
            ("@name", entry.Name)
        );
    }
}

/// <summary>One entry of the key ring.</summary>
internal sealed class KeyRingEntry
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The key, wrapped.</summary>
    public required string Xml { get; init; }
}
