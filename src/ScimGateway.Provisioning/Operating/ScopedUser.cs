using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Operating;

/// <summary>A claimed user as a change of rules looks at it.</summary>
internal sealed record ScopedUser(
    Guid Id,
    long LinkId,
    int? RuleId,
    Waived Waived,
    bool HasLeft,
    bool HasAccount,
    byte[] Document
)
{
    /// <summary>Whether no rule admitted it until now.</summary>
    public bool IsOut => HasLeft || Waived.Scope;

    /// <summary>The users of a tenant in the order of their ids.</summary>
    public static void Each(StoreSession store, int tenantId, Guid after, int most, Action<ScopedUser> user) =>
        store.Each(
            "select r.id, r.link_id, r.rule_id, r.waived, l.absent, l.slack_id is not null, r.document from resources r join links l on l.id = r.link_id "
                + "where r.tenant_id = @tenant and r.kind = 0 and r.deleted is null and r.source_id is not null and r.id > @after order by r.id limit @most",
            row =>
            {
                user(
                    new ScopedUser(
                        row.Id(),
                        row.Long(),
                        row.IntOrNull(),
                        Waived.Parse(row.Text()),
                        row.Flag(),
                        row.Flag(),
                        row.Bytes()
                    )
                );
                return true;
            },
            ("@tenant", tenantId),
            ("@after", after),
            ("@most", most)
        );

    /// <summary>The document as it is read.</summary>
    public ScimResource Read() => new(GatewayTypes.User, ScimJson.ReadObject(Document, ReadLimits.User));

    /// <summary>Takes a turn; true if Slack is to hear of it.</summary>
    public bool Take(StoreSession store, ScopeTurn turn, int? rule, long now)
    {
        if (turn == ScopeTurn.Stays && rule == RuleId)
            return false;
        var waived = turn switch
        {
            ScopeTurn.Enters or ScopeTurn.Leaves => Waived with { Scope = false },
            ScopeTurn.Freezes => Waived with { Scope = true },
            _ => Waived,
        };
        store.Execute(
            "update resources set rule_id = @rule, waived = @waived where id = @id",
            ("@rule", rule),
            ("@waived", waived.ToString()),
            ("@id", Id)
        );
        if (turn == ScopeTurn.Stays)
            return false;
        var link = Links.Get(store, LinkId).Want(absent: turn == ScopeTurn.Leaves);
        Holds.Close(store, link.TenantId, LinkId); // the operator has decided by the rule
        Wishes.Renew(
            store,
            link,
            turn == ScopeTurn.Enters ? "a rule admits the user" : new Reason(ReasonCode.OutOfScope).Sentence,
            now,
            turn == ScopeTurn.Leaves ? SlackPriority.Leaver : SlackPriority.Joiner
        );
        return true;
    }
}
