using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What SQL can tell of groups beside what it can of all resources: who is in them.</summary>
internal sealed class GroupFilter(Caller caller, SqlDialect sql) : ResourceFilter(Kind.Group, caller, sql)
{
    protected override Condition? Condition(AttributeTarget target, Filter.Compare f) =>
        (target.Extension, target.Attribute!.Name, target.Sub?.Name) is (null, "members", null or "value")
            ? HasMember(f)
            : null;

    protected override Condition? Element(string attribute, Filter.Compare f) =>
        attribute == "members" && f.Path.Name.Equals("value", StringComparison.OrdinalIgnoreCase) ? HasMember(f) : null;

    private Condition? HasMember(Filter.Compare f) =>
        Other(
            f,
            id =>
                LedToMany(
                    "r.id in (select m.group_id from members m join resources g on g.id = m.group_id "
                        + $"where m.member_id = {id} and {ShownMembers.OfGroup})"
                )
        );
}
