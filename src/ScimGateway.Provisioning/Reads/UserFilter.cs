using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What SQL can tell of users beside what it can of all resources.</summary>
internal sealed class UserFilter(Caller caller, SqlDialect sql) : ResourceFilter(Kind.User, caller, sql)
{
    protected override Condition? Condition(AttributeTarget target, Filter.Compare f) =>
        (target.Extension?.Id, target.Attribute!.Name, target.Sub?.Name) switch
        {
            (null, "userName", null) => Key("r.user_name_key", f, isUnique: true),
            (null, "emails", null or "value") => Emails(f),
            (null, "groups", null or "value") => InGroup(f),
            (null, "groups", "display") => InGroupOfName(f),
            (null, "active", null) => f is { Op: CompareOp.Equal, Value: Literal.Flag flag }
                ? Sql($"r.active = {Value(flag.Value)}")
                : null,
            (Urn.EnterpriseUser, "manager", "value") => Equal(f, text => LedToMany($"r.manager = {Value(text)}")),
            _ => null,
        };

    protected override Condition? Element(string attribute, Filter.Compare f) =>
        (attribute, f.Path.Name.ToLowerInvariant()) switch
        {
            ("emails", "value") => Emails(f),
            ("groups", "value") => InGroup(f),
            ("groups", "display") => InGroupOfName(f),
            _ => null,
        };

    private Condition? Emails(Filter.Compare f)
    {
        if (f.Value is not Literal.Text { Value: var text })
            return null;
        var key = Fold.Key(text);
        if (f.Op == CompareOp.Equal)
            return IsStorable(text)
                ? Led(
                    $"r.id in (select e.resource_id from emails e where e.tenant_id = @tenant and e.key = {Value(key)})"
                )
                : Led(Nobody);
        if (!EmailKeys.CanHold(key))
            return null;
        return f.Op switch
        {
            CompareOp.Contains => Has("r.email_keys", key),
            CompareOp.StartsWith => Has("r.email_keys", EmailKeys.Starting(key)),
            CompareOp.EndsWith => Has("r.email_keys", EmailKeys.Ending(key)),
            _ => null,
        };
    }

    private Condition? InGroup(Filter.Compare f) => Other(f, id => LedToMany(Members($"g.id = {id}")));

    private Condition? InGroupOfName(Filter.Compare f) =>
        Equal(f, text => LedToMany(Members($"g.kind = 1 and g.display_name_key = {Value(Fold.Key(text))}")));

    private static string Members(string group) =>
        "r.id in (select m.member_id from resources g join members m on m.group_id = g.id "
        + $"where g.tenant_id = @tenant and {group} and {ShownMembers.OfGroup})";
}
