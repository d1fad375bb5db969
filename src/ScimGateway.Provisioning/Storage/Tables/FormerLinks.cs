using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// What is left of tenants that were deleted: which accounts and groups their providers had, by Slack id and by keyed
/// hashes of their addresses and names.
/// </summary>
internal static class FormerLinks
{
    private const string Batch = "select id from links where tenant_id = @id order by id limit @most";

    // Whatever a provider had, or the gateway has made; what Slack alone had was never the tenant's.
    private const string Provisioned =
        "l.slack_id is not null and (l.imported = @no or exists (select 1 from resources r where r.link_id = l.id and r.source_id is not null))";

    /// <summary>Notes which organization was whose, and what the hashes are keyed by, before the tenant loses both.</summary>
    public static void Begin(StoreSession store, TenantId tenant, Instant now) =>
        store.Put(
            "insert into former_tenants (tenant_id, organization_id, deleted, key) "
                + "select id, organization_id, @now, cursor_key from tenants where id = @id and organization_id is not null",
            ("@now", now),
            ("@id", tenant)
        );

    /// <summary>Keeps what stays of so many links of a deleted tenant, and forgets them; how many there were.</summary>
    public static int Take(StoreSession store, TenantId tenant, int most)
    {
        var key = store.First(
            "select key from former_tenants where tenant_id = @id",
            row => row.Bytes(),
            ("@id", tenant)
        );
        if (key is not null)
        {
            var hashes = store
                .All(
                    $"select link_id, kind, value from keys where link_id in ({Batch})",
                    row => (Link: row.Number<LinkId>(), Kind: row.Word<KeyKind>(), Value: row.Text()),
                    ("@id", tenant),
                    ("@most", most)
                )
                .ToLookup(
                    one => one.Link,
                    one =>
                        ForgottenKey.IsOne(one.Value)
                            ? ForgottenKey.In(one.Value)
                            : ForgottenKey.Of(key, one.Kind, one.Value)
                );
            foreach (
                var (link, kind, slackId) in store.All(
                    $"select l.id, l.kind, l.slack_id from links l where l.id in ({Batch}) and {Provisioned}",
                    row => (row.Number<LinkId>(), row.Word<Kind>(), row.Text()),
                    ("@id", tenant),
                    ("@most", most),
                    ("@no", false)
                )
            )
                store.Put(
                    "insert into former_links (tenant_id, kind, slack_id, hashes) values (@tenant, @kind, @slack, @hashes) "
                        + "on conflict (tenant_id, kind, slack_id) do nothing",
                    ("@tenant", tenant),
                    ("@kind", kind),
                    ("@slack", slackId),
                    ("@hashes", string.Join(' ', hashes[link].Order(StringComparer.Ordinal)))
                );
        }
        store.Put($"delete from keys where link_id in ({Batch})", ("@id", tenant), ("@most", most));
        return store.Execute($"delete from links where id in ({Batch})", ("@id", tenant), ("@most", most));
    }
}
