using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What clients were given to be let in by for a while.</summary>
internal static class AccessTokens
{
    private const string Columns = "a.credential_id, a.hash, a.assertion, a.expires";

    /// <summary>Keeps one.</summary>
    public static int Insert(StoreSession store, AccessToken token)
    {
        return store.Execute(
            "insert into access_tokens (credential_id, hash, assertion, expires) values (@id, @hash, @assertion, @expires)",
            ("@id", token.CredentialId),
            ("@hash", token.Hash),
            ("@assertion", token.Assertion),
            ("@expires", token.Expires)
        );
    }

    /// <summary>All of a tenant's that are good still, in the order in which they were given out.</summary>
    public static List<AccessToken> Of(StoreSession store, TenantId tenant, Instant now)
    {
        return store.All(
            $"select {Columns} from access_tokens a join credentials c on c.id = a.credential_id "
                + "join sources s on s.id = c.source_id where s.tenant_id = @tenant and a.expires > @now order by a.id",
            ToToken,
            ("@tenant", tenant),
            ("@now", now)
        );
    }

    /// <summary>The oldest of a credential's; null if it has none.</summary>
    public static AccessToken? Oldest(StoreSession store, CredentialId credential)
    {
        return store.First(
            $"select {Columns} from access_tokens a where a.credential_id = @id order by a.id limit 1",
            ToToken,
            ("@id", credential)
        );
    }

    /// <summary>How many a credential has.</summary>
    public static long Count(StoreSession store, CredentialId credential)
    {
        return store.First(
            "select count(*) from access_tokens where credential_id = @id",
            row => row.Long(),
            ("@id", credential)
        );
    }

    /// <summary>Whether a token was given for an assertion.</summary>
    public static bool WasGivenFor(StoreSession store, CredentialId credential, byte[] assertion)
    {
        return store.Any(
            "select 1 from access_tokens where credential_id = @id and assertion = @assertion",
            ("@id", credential),
            ("@assertion", assertion)
        );
    }

    /// <summary>Ends one.</summary>
    public static int Delete(StoreSession store, AccessToken token)
    {
        return store.Execute(
            "delete from access_tokens where credential_id = @id and hash = @hash",
            ("@id", token.CredentialId),
            ("@hash", token.Hash)
        );
    }

    /// <summary>Forgets those of a credential that are over.</summary>
    public static int DeleteExpired(StoreSession store, CredentialId credential, Instant now)
    {
        return store.Execute(
            "delete from access_tokens where credential_id = @id and expires <= @now",
            ("@id", credential),
            ("@now", now)
        );
    }

    private static AccessToken ToToken(Row row) =>
        new()
        {
            CredentialId = row.Number<CredentialId>(),
            Hash = row.Bytes(),
            Assertion = row.BytesOrNull(),
            Expires = row.Number<Instant>(),
        };
}
