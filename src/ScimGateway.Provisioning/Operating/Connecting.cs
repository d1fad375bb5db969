using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Asks Slack whose the tenant's token is. The organization is pinned at the first valid token: another one's is
/// refused from then on, since its accounts would be taken for those that the links know.
/// </summary>
internal static class Connecting
{
    private const string Scope = "admin";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(30);

    /// <summary>Returns once the tenant's row says whose the token is.</summary>
    /// <exception cref="SlackUnreadableException">
    /// Slack does not take the token or does not answer, or the token is another organization's.
    /// </exception>
    public static async Task TestAsync(
        HomeStore store,
        Func<Task<SlackTokenTest>> ask,
        DueLinks due,
        Patience patience,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        while (true)
        {
            switch (await ask())
            {
                case SlackTokenTest.Refused refused:
                    throw new SlackUnreadableException(NotTaken(refused));
                case SlackTokenTest.NoAnswer late:
                    await patience.WaitAsync(late.Why, late.RetryAfter, cancel);
                    break;
                case SlackTokenTest.Valid token:
                    patience.Restore();
                    await PinAsync(store, token, due, clock, cancel);
                    return;
            }
        }
    }

    /// <summary>Asks once; null if the tenant's row says whose the token is, else what the trouble is.</summary>
    /// <exception cref="SlackUnreadableException">The token is another organization's.</exception>
    public static async Task<string?> TryAsync(
        HomeStore store,
        Func<Task<SlackTokenTest>> ask,
        DueLinks due,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        switch (await ask())
        {
            case SlackTokenTest.Refused refused:
                return NotTaken(refused);
            case SlackTokenTest.NoAnswer late:
                return $"Slack does not answer ({late.Why}); it is asked again.";
            case SlackTokenTest.Valid token:
                await PinAsync(store, token, due, clock, cancel);
                return Lacking(token);
            case var other:
                throw new InvalidOperationException(other.ToString());
        }
    }

    /// <summary>Keeps the problem that a test of the connection found, and notifies operators.</summary>
    public static Task NoteAsync(HomeStore store, string problem, TimeProvider clock)
    {
        return store.WriteAsync(
            session =>
            {
                TenantProblems.Note(session, store.Tenant, problem, clock.Now());
                return TenantConnections.SetTested(session, store.Tenant, clock.Now());
            },
            CancellationToken.None
        );
    }

    /// <summary>Requires that a token is of the organization that the tenant has, before anything is changed.</summary>
    /// <exception cref="SlackUnreadableException">It is not, or Slack does not say.</exception>
    internal static void Require(SlackTokenTest said, Tenant tenant)
    {
        switch (said)
        {
            case SlackTokenTest.Refused refused:
                throw new SlackUnreadableException(NotTaken(refused));
            case SlackTokenTest.NoAnswer late:
                throw new SlackUnreadableException($"Slack does not answer ({late.Why}), so that nothing was changed.")
                {
                    Silence = late.RetryAfter ?? _soon,
                };
            case SlackTokenTest.Valid token when tenant.OrganizationId is { } pinned && pinned != token.OrganizationId:
                throw Another(token, pinned);
        }
    }

    /// <summary>Requires that a token that Slack takes may do what is wanted of it.</summary>
    /// <exception cref="SlackUnreadableException">It may not.</exception>
    internal static void RequireAble(SlackTokenTest said)
    {
        if (said is SlackTokenTest.Valid token && Lacking(token) is { } lacking)
            throw new SlackUnreadableException(lacking);
    }

    /// <summary>What a token that Slack takes lacks; null if it does what is wanted, or Slack does not say.</summary>
    internal static string? Lacking(SlackTokenTest.Valid token) =>
        token.Scopes is { } scopes
        && !scopes
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Contains(Scope, StringComparer.Ordinal)
            ? $"The token has not the scope '{Scope}', without which Slack lets nobody provision: install the app again with it, and connect with the new token."
            : null;

    /// <summary>Requires that an organization is no other tenant's, before anything is changed.</summary>
    /// <exception cref="SlackUnreadableException">It is.</exception>
    internal static bool RequireFree(StoreSession store, TenantId tenant, string organization) =>
        TenantConnections.IsAnothers(store, tenant, organization) ? throw Others(organization) : true;

    // Which one is not this tenant's to know.
    private static SlackUnreadableException Others(string organization) =>
        new($"The Slack organization {organization} is another tenant's already; no two tenants share one.");

    private static SlackUnreadableException Another(SlackTokenTest.Valid token, string pinned) =>
        new(
            $"The token belongs to the Slack organization {token.OrganizationId}, and this tenant to {pinned}: connect with a token of that one, or make another tenant."
        );

    private static string NotTaken(SlackTokenTest.Refused refused) =>
        $"Slack does not take the token ({refused.Error}); connect with another.";

    private static async Task PinAsync(
        HomeStore store,
        SlackTokenTest.Valid token,
        DueLinks due,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        if (await store.WriteAsync(session => Pin(session, store.Tenant, token, clock), cancel) is { } freed)
            due.Consider(freed);
    }

    /// <summary>Keeps whose the token is; gives back a link that has something to tell Slack by it.</summary>
    /// <exception cref="SlackUnreadableException">The token is another organization's.</exception>
    internal static LinkId? Pin(StoreSession store, TenantId tenantId, SlackTokenTest.Valid token, TimeProvider clock)
    {
        var tenant = Tenants.Find(store, tenantId);
        var pinned = tenant.OrganizationId;
        if (pinned is not null && pinned != token.OrganizationId)
            throw Another(token, pinned);
        if (Links.BySlackId(store, tenantId, Kind.User, token.OwnerId) is { } owner)
            Links.Save(store, owner.SeeProtected(ReasonCode.TokenOwner));
        var now = clock.Now();
        var freed =
            tenant.TokenOwner is { } former && former != token.OwnerId ? Free(store, tenantId, former, now) : null;
        TenantProblems.Note(store, tenantId, Lacking(token), now);
        try
        {
            TenantConnections.SetOwner(store, tenantId, token.OrganizationId, token.OwnerId, token.Scopes, now);
            return freed;
        }
        catch (UniqueViolationException e) when (e.Index == UniqueIndex.TenantOrganization)
        {
            throw Others(token.OrganizationId);
        }
    }

    // The account of a former token is like any other: its user may leave at once, and what waited for that is told.
    private static LinkId? Free(StoreSession store, TenantId tenantId, string owner, Instant now)
    {
        if (Links.BySlackId(store, tenantId, Kind.User, owner) is not { Protection.Code: ReasonCode.TokenOwner } link)
            return null;
        Links.Save(store, link.SeeFree());
        if (!link.Absent && Resources.Find(store, link.ClaimantId) is null or { SourceId: null })
            return null;
        Wishes.Join(store, link.Id, "the gateway's token is another account's now", now);
        return link.Id;
    }
}
