using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>A tenant's users and groups as an export has them, with their members, links and holds.</summary>
internal static class ExportedPeople
{
    private const int MostRows = TenantExport.MostRows;

    public static ResourceId? Resources(StoreSession session, TenantId tenant, ResourceId? after, ExportLines lines)
    {
        var (read, last) = (0, default(ResourceId));
        session.Each(
            // By their ids, in one walk over all of them, however many pieces there are.
            "select id, kind, source_id, link_id, version, created, modified, deleted, hidden, asserted, document, previous from resources "
                + "where +tenant_id = @tenant and id > @after order by id limit @most",
            row =>
            {
                read++;
                last = Resource(row, lines);
                return !lines.IsFull;
            },
            ("@tenant", tenant),
            ("@after", after ?? default),
            ("@most", MostRows)
        );
        return read == MostRows || lines.IsFull ? last : null;
    }

    private static ResourceId Resource(Row row, ExportLines lines)
    {
        var (id, kind) = (row.Id<ResourceId>(), row.Word<Kind>());
        var (source, link, version) = (row.IntOrNull(), row.LongOrNull(), row.Long());
        var (created, modified) = (row.Number<Instant>(), row.Number<Instant>());
        var (deleted, hidden) = (row.NumberOrNull<Instant>(), row.Flag());
        var (asserted, document, previous) = (row.Text(), row.Bytes(), row.BytesOrNull());
        lines.Add(
            ExportJson.Word(kind),
            json =>
            {
                json.WriteString("id", id.Value);
                json.Write("source", source);
                json.Write("link", link);
                json.WriteNumber("version", version);
                json.Write("created", created);
                json.Write("modified", modified);
                json.Write("deleted", deleted);
                json.WriteBoolean("hidden", hidden);
                json.Write("asserted", asserted);
                json.Write("document", document);
                json.Write("previous", previous);
            }
        );
        return id;
    }

    public static (GroupId Group, ResourceId Member, int Source)? Members(
        StoreSession session,
        TenantId tenant,
        (GroupId Group, ResourceId Member, int Source)? after,
        ExportLines lines
    )
    {
        var (read, last) = (0, default((GroupId Group, ResourceId Member, int Source)));
        session.Each(
            "select m.group_id, m.member_id, m.source_id, m.wanted, m.in_slack, m.blocked from members m "
                + "where (m.group_id, m.member_id, m.source_id) > (@group, @member, @source) "
                + "and exists (select 1 from resources r where r.id = m.group_id and r.tenant_id = @tenant) "
                + "order by m.group_id, m.member_id, m.source_id limit @most",
            row =>
            {
                read++;
                last = (row.Id<GroupId>(), row.Id<ResourceId>(), row.Int());
                var (member, wanted, inSlack) = (last, row.Word<Tri>(), row.Word<Tri>());
                var blocked = row.TextOrNull();
                lines.Add(
                    "member",
                    json =>
                    {
                        json.WriteString("group", member.Group.Value);
                        json.WriteString("member", member.Member.Value);
                        json.WriteNumber("source", member.Source);
                        json.WriteString("wanted", ExportJson.Word(wanted));
                        json.WriteString("inSlack", ExportJson.Word(inSlack));
                        json.WriteString("blocked", blocked);
                    }
                );
                return true;
            },
            ("@group", after?.Group ?? default),
            ("@member", after?.Member ?? default),
            ("@source", after?.Source ?? int.MinValue),
            ("@tenant", tenant),
            ("@most", MostRows)
        );
        return read == MostRows ? last : null;
    }

    public static void WriteLink(ExportLines lines, Link row) =>
        lines.Add(
            "link",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteString("of", ExportJson.Word(row.Kind));
                json.WriteString("resource", row.ClaimantId?.ToString());
                json.WriteString("slackId", row.SlackId);
                json.WriteString("slackUserName", row.UserName);
                json.WriteString("state", ExportJson.Word(row.State));
                json.WriteString("reason", row.Reason?.ToString());
                json.WriteString("protection", row.Protection?.ToString());
                json.Write("since", row.Since);
                json.Write("delivered", row.Delivered);
                json.Write("seen", row.Seen);
                json.Write("seenAt", row.SeenAt);
                json.WriteString("operation", row.OperationId?.ToString());
            }
        );

    public static void WriteHold(ExportLines lines, Hold row) =>
        lines.Add(
            "hold",
            json =>
            {
                json.WriteNumber("id", row.Id.Value);
                json.WriteNumber("link", row.LinkId.Value);
                json.WriteString("member", row.MemberId?.ToString());
                json.Write("other", row.OtherId?.Value);
                json.Write("meant", row.MeantId?.Value);
                json.WriteString("reason", row.Reason.ToString());
                json.Write("since", row.Since);
            }
        );
}
