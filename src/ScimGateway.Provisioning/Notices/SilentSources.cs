using System.Globalization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Notices;

/// <summary>
/// Has people told of a provider that has not asked for anything for a day, once for each silence: a provider whose
/// provisioning has stopped says nothing of it here.
/// </summary>
internal sealed class SilentSources(Store store, TimeProvider clock)
{
    /// <summary>What people do about it.</summary>
    public const string Remedy =
        "If something changed there since, check provisioning at the provider, and its credential.";

    private static readonly TimeSpan _long = TimeSpan.FromDays(1);

    /// <summary>Whether a provider that was let in has not been for a day.</summary>
    public static bool IsSilent(Instant? lastContact, Instant now) => lastContact < now - _long;

    /// <summary>Looks at all tenants that are not disabled.</summary>
    public async Task TellAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var silent = await store.ReadAsync(session => Sources.SilentSince(session, now - _long), cancel);
        foreach (var of in silent.GroupBy(source => source.Tenant))
            await store.WriteAsync(session => Tell(session, of.Key, [.. of], now), cancel);
    }

    // Its time is the last contact of the one that was heard of last: of the same silence there is one.
    private static bool Tell(
        StoreSession store,
        TenantId tenant,
        List<(TenantId Tenant, string Name, Instant LastContact)> silent,
        Instant now
    )
    {
        var since = silent.Max(source => source.LastContact);
        if (!Tenants.IsThere(store, tenant) || OutboxRows.Has(store, tenant, Cause.Silent, since))
            return false;
        var who = string.Join(
            ", ",
            silent.Select(source =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Name} (since {source.LastContact.ToTime():yyyy-MM-dd HH:mm} UTC)"
                )
            )
        );
        Alerts.Add(store, tenant, Cause.Silent, $"No request came for a day from: {who}. {Remedy}", since, now, "");
        return true;
    }
}
