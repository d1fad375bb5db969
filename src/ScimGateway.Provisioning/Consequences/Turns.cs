using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>What the guard has counted of one kind within the hour, and counts of one request.</summary>
/// <param name="store">The transaction.</param>
/// <param name="caller">Whose, and what is allowed.</param>
/// <param name="what">What changes.</param>
/// <param name="group">The group, of members; else empty.</param>
/// <param name="now">When it is, in Unix milliseconds.</param>
internal sealed class Turns(StoreSession store, Caller caller, Turned what, Guid group, long now)
{
    private readonly int? _least = Guard.AtLeast(caller.Preferences, what);
    private readonly long _since = now - (long)Guard.Window.TotalMilliseconds;
    private int? _counted;
    private int? _among;

    /// <summary>Counts the change of a subject, or says why it is held.</summary>
    public Reason? Count(string subject)
    {
        if (_least is null || TenantRows.IsToBeConfirmed(store, caller.TenantId, now))
            return null;
        _counted ??= All();
        var isNew = !IsCounted(subject);
        var others = isNew ? _counted.Value : _counted.Value - 1;
        // Up to the least limit it does not matter among how many.
        if (Guard.Holds(caller.Preferences, what, others, others < _least ? 0 : _among ??= Among(others + 1)) is { } why)
            return why;
        store.Execute("delete from turns where at <= @since", ("@since", _since));
        store.Execute(
            "insert into turns (tenant_id, what, group_id, subject, at) values (@tenant, @what, @group, @subject, @now) "
                + "on conflict (tenant_id, what, group_id, subject) do update set at = @now",
            ("@tenant", caller.TenantId),
            ("@what", what),
            ("@group", group),
            ("@subject", subject),
            ("@now", now)
        );
        if (isNew)
            _counted++;
        return null;
    }

    private int All() =>
        store.First(
            "select count(*) from turns where tenant_id = @tenant and what = @what and group_id = @group and at > @since",
            row => row.Int(),
            ("@tenant", caller.TenantId),
            ("@what", what),
            ("@group", group),
            ("@since", _since)
        );

    private bool IsCounted(string subject) =>
        store.First(
            "select 1 from turns where tenant_id = @tenant and what = @what and group_id = @group and subject = @subject and at > @since",
            row => row.Int(),
            ("@tenant", caller.TenantId),
            ("@what", what),
            ("@group", group),
            ("@subject", subject),
            ("@since", _since)
        ) == 1;

    private int Among(int left) =>
        what switch
        {
            Turned.Account => ShownTotals.Claimed(store, caller.TenantId, Kind.User),
            // Who stays, and who has left within the hour.
            Turned.Member => left
                + store.First(
                    "select count(distinct member_id) from members where group_id = @group and wanted <> @no",
                    row => row.Int(),
                    ("@group", group),
                    ("@no", Tri.No)
                ),
            _ => 0,
        };
}
