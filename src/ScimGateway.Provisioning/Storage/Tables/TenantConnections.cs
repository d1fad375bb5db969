using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>How tenants are connected to Slack: by which token, whose it is, and what is the matter.</summary>
internal static class TenantConnections
{
    /// <summary>Those that were ever connected.</summary>
    public static List<TenantId> Connected(StoreSession store)
    {
        return store.All(
            "select id from tenants where deleted is null and token is not null order by id" + OneTenants.NotAlone,
            row => row.Number<TenantId>()
        );
    }

    /// <summary>Whether an organization is another tenant's.</summary>
    internal static bool IsAnothers(StoreSession store, TenantId id, string organization) =>
        store.Any(
            "select 1 from tenants where organization_id = @organization and id <> @id",
            ("@organization", organization),
            ("@id", id)
        );

    /// <summary>The tenant's Slack token as it is kept; null if the tenant was never connected.</summary>
    public static KeptToken? Token(StoreSession store, TenantId id)
    {
        return store.First(
            "select token, connected, token_given, token_expires from tenants where id = @id and token is not null",
            row => new KeptToken(
                row.Bytes(),
                row.NumberOrNull<Instant>(),
                row.NumberOrNull<Instant>(),
                row.NumberOrNull<Instant>()
            ),
            ("@id", id)
        );
    }

    /// <summary>Keeps the token of the home that the tenant has; whatever was said of the one before is over.</summary>
    internal static int SetToken(StoreSession store, TenantId id, KeptToken token) =>
        store.Execute(
            "update tenants set token = @token, connected = @connected, token_given = @given, token_expires = @expires, token_warning = null "
                + "where id = @id",
            ("@token", token.Closed),
            ("@connected", token.Connected),
            ("@given", token.Given),
            ("@expires", token.Expires),
            ("@id", id)
        );

    /// <summary>Keeps why a token that works is not renewed.</summary>
    internal static int SetTokenWarning(StoreSession store, TenantId id, string? warning) =>
        store.Execute("update tenants set token_warning = @warning where id = @id", ("@warning", warning), ("@id", id));

    /// <summary>Keeps whose a token is that Slack has taken.</summary>
    /// <exception cref="UniqueViolationException">The organization is another tenant's.</exception>
    internal static int SetOwner(
        StoreSession store,
        TenantId id,
        string organization,
        string owner,
        string? scopes,
        Instant now
    ) =>
        store.Execute(
            "update tenants set organization_id = @organization, token_owner = @owner, scopes = @scopes, tested_at = @now where id = @id",
            ("@organization", organization),
            ("@owner", owner),
            ("@scopes", scopes),
            ("@now", now),
            ("@id", id)
        );

    /// <summary>Keeps when the connection was last tested, whatever came of it.</summary>
    internal static int SetTested(StoreSession store, TenantId id, Instant now) =>
        store.Execute("update tenants set tested_at = @now where id = @id", ("@now", now), ("@id", id));

    /// <summary>Keeps why Slack cannot be written, in Slack's words; null once it can.</summary>
    internal static int SetProblem(StoreSession store, TenantId id, string? problem) =>
        store.Execute("update tenants set problem = @problem where id = @id", ("@problem", problem), ("@id", id));

    /// <summary>Has each account be looked at before it is updated, for a time.</summary>
    internal static int SetCareful(StoreSession store, TenantId id, Instant until) =>
        store.Execute("update tenants set careful_until = @until where id = @id", ("@until", until), ("@id", id));

    /// <summary>Keeps until when Slack wants to see no call, by bucket.</summary>
    internal static int SetSlackFrozen(StoreSession store, TenantId id, string frozen) =>
        store.Execute("update tenants set slack_frozen = @frozen where id = @id", ("@frozen", frozen), ("@id", id));
}
