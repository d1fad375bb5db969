using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>What waits for an operator's decision.</summary>
internal static class Holds
{
    /// <summary>Lists a link, or a member of its group; one that is listed for the same reason stays as it is.</summary>
    public static void Open(
        StoreSession store,
        int tenantId,
        long link,
        Reason why,
        long now,
        Guid? member = null,
        long? other = null
    )
    {
        var opened = store.Execute(
            "insert into holds (tenant_id, link_id, member_id, reason, since, other_id) select @tenant, @link, @member, @why, @now, @other "
                + "where not exists (select 1 from holds where tenant_id = @tenant and link_id = @link and reason = @why and (member_id = @member or (member_id is null and @member is null)))",
            ("@tenant", tenantId),
            ("@link", link),
            ("@member", member),
            ("@why", why.ToString()),
            ("@now", now),
            ("@other", other)
        );
        if (opened > 0)
            Alerts.Raise(store, tenantId, Cause.Held, now, link);
    }

    /// <summary>What is listed of a link is no more to be decided.</summary>
    public static void Close(StoreSession store, int tenantId, long link) =>
        store.Execute(
            "delete from holds where tenant_id = @tenant and (link_id = @link or meant_id = @link) and member_id is null",
            ("@tenant", tenantId),
            ("@link", link)
        );

    /// <summary>A hold of a tenant; null if it is decided already.</summary>
    public static Hold? Find(StoreSession store, int tenantId, long id) =>
        store.First(
            "select id, tenant_id, link_id, member_id, reason, since, other_id, meant_id from holds where tenant_id = @tenant and id = @id",
            ToHold,
            ("@tenant", tenantId),
            ("@id", id)
        );

    /// <summary>All that waits, oldest first.</summary>
    public static List<Hold> All(StoreSession store, int tenantId, int most) =>
        store.All(
            "select id, tenant_id, link_id, member_id, reason, since, other_id, meant_id from holds where tenant_id = @tenant and meant_id is null order by id limit @most",
            ToHold,
            ("@tenant", tenantId),
            ("@most", most)
        );

    /// <summary>Has what was held go to Slack.</summary>
    public static void Release(StoreSession store, Hold hold, long now)
    {
        Forget(store, hold);
        if (hold.MemberId is { } member)
        {
            MemberRows.Release(store, Group(store, hold), member);
            Wishes.Join(store, hold.LinkId, "an operator released a member", now);
        }
        else if (Links.Find(store, hold.LinkId) is not { } link)
            return;
        else if (link.State == LinkState.Held)
            Go(store, link, "an operator released it", now);
        else if (link is { State: LinkState.Protected, Protection: not { IsForEver: true } })
            // A provider asked for it and was refused: its next try finds the account free to be claimed, and what Slack says to it counts.
            Links.Save(store, link.Release());
    }

    /// <summary>An operator says which of two accounts was meant.</summary>
    public static void Mean(StoreSession store, Hold hold, long meant) =>
        store.Execute("update holds set meant_id = @meant where id = @id", ("@meant", meant), ("@id", hold.Id));

    /// <summary>What an operator said is meant where a provider asks for a link or another one; null if nobody has.</summary>
    public static long? Meant(StoreSession store, int tenantId, long link) =>
        store.First(
            "select meant_id from holds where tenant_id = @tenant and link_id = @link and meant_id is not null order by id desc limit 1",
            row => (long?)row.Long(),
            ("@tenant", tenantId),
            ("@link", link)
        );

    /// <summary>Slack does not hear of it, until the provider wants something else.</summary>
    public static void Dismiss(StoreSession store, Hold hold, long now)
    {
        Forget(store, hold);
        if (hold.MemberId is { } member)
            MemberRows.Dismiss(store, Group(store, hold), member);
        else if (
            Links.Find(store, hold.LinkId) is { State: LinkState.Held } link
            && Rows.ReadResource(store, link.ClaimantId) is { } resource
        )
        {
            resource.Waived = resource.Deleted is null
                ? resource.Waived.With(PathSet.Of("active")) with
                {
                    Dismissed = true,
                }
                : resource.Waived with
                {
                    Account = true,
                };
            Resources.Save(store, resource);
            Go(store, resource.Deleted is null ? link : link.Want(absent: false), "an operator dismissed it", now);
        }
    }

    // The operations that were held have their outcome with the wish that is made of them now.
    private static void Go(StoreSession store, Link link, string why, long now) =>
        OperationJournal.GoOn(store, Wishes.Renew(store, link, why, now));

    private static Guid Group(StoreSession store, Hold hold) => Links.Find(store, hold.LinkId)!.ClaimantId!.Value;

    private static void Forget(StoreSession store, Hold hold) =>
        store.Execute("delete from holds where id = @id", ("@id", hold.Id));

    private static Hold ToHold(Row row) =>
        new()
        {
            Id = row.Long(),
            TenantId = row.Int(),
            LinkId = row.Long(),
            MemberId = row.IdOrNull(),
            Reason = Reason.Parse(row.Text())!,
            Since = row.Long(),
            OtherId = row.LongOrNull(),
            MeantId = row.LongOrNull(),
        };
}
