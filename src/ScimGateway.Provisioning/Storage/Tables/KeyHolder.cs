using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Who has a key that Slack shows of something the store does not know.</summary>
/// <param name="Link">The link.</param>
/// <param name="IsBeingMade">
/// Whether it is still without an account or group: what Slack shows may be just that.
/// </param>
internal sealed record KeyHolder(LinkId Link, bool IsBeingMade)
{
    public static KeyHolder? Of(StoreSession store, TenantId tenantId, KeyKind kind, string value) =>
        store.First(
            "select l.id, l.slack_id is null from keys k join links l on l.id = k.link_id "
                + "where k.tenant_id = @tenant and k.kind = @kind and k.value = @value",
            row => new KeyHolder(row.Number<LinkId>(), row.Flag()),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@value", Fold.Key(value))
        );
}
