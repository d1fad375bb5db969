using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The browsers in which somebody has signed in. They are found by what nobody finds by trying.</summary>
internal static class AdminSessions
{
    /// <summary>So many a key has at once; with one more the one that was used longest ago ends.</summary>
    public const int MostOfKey = 20;

    // How many of those that are over go with one that comes.
    private const int MostForgotten = 100;

    /// <summary>Keeps one; some that are over go, and those that its key has too many.</summary>
    public static int Insert(StoreSession store, AdminSession session, Instant now)
    {
        var row = store.Sql.RowId;
        store.Put(
            $"delete from admin_sessions where {row} in (select {row} from admin_sessions where expires <= @now or last_used <= @idle limit @most)",
            ("@now", now),
            ("@idle", now - AdminSession.LongestIdle),
            ("@most", MostForgotten)
        );
        store.Put(
            $"delete from admin_sessions where {row} in (select {row} from admin_sessions where key_id = @key order by last_used desc, hash limit @all offset @most)",
            ("@key", session.KeyId),
            ("@all", MostForgotten),
            ("@most", MostOfKey - 1)
        );
        return store.Execute(
            "insert into admin_sessions (hash, key_id, expires, last_used) values (@hash, @key, @expires, @used)",
            ("@hash", session.Hash),
            ("@key", session.KeyId),
            ("@expires", session.Expires),
            ("@used", session.LastUsed)
        );
    }

    /// <summary>The one of a hash; null if there is none, or it is over.</summary>
    public static AdminSession? Of(StoreSession store, byte[] hash, Instant now)
    {
        return store.First(
            "select hash, key_id, expires, last_used from admin_sessions where hash = @hash and expires > @now and last_used > @idle",
            row => new AdminSession
            {
                Hash = row.Bytes(),
                KeyId = row.Number<AdminKeyId>(),
                Expires = row.Number<Instant>(),
                LastUsed = row.Number<Instant>(),
            },
            ("@hash", hash),
            ("@now", now),
            ("@idle", now - AdminSession.LongestIdle)
        );
    }

    /// <summary>Notes when one was last used.</summary>
    public static int SetUsed(StoreSession store, byte[] hash, Instant now)
    {
        return store.Execute(
            "update admin_sessions set last_used = @now where hash = @hash and last_used < @now",
            ("@now", now),
            ("@hash", hash)
        );
    }

    /// <summary>Ends one.</summary>
    public static int Delete(StoreSession store, byte[] hash)
    {
        return store.Execute("delete from admin_sessions where hash = @hash", ("@hash", hash));
    }

    /// <summary>Ends all that a key has; how many those were.</summary>
    public static int DeleteOf(StoreSession store, AdminKeyId key)
    {
        return store.Execute("delete from admin_sessions where key_id = @key", ("@key", key));
    }
}
