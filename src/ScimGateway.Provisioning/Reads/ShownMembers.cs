using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// Who is shown in a group: whom some source wants there, or in one that nobody has claimed those whom Slack has.
/// </summary>
internal static class ShownMembers
{
    /// <summary>Of member rows called m, where the group is one that somebody has claimed.</summary>
    public const string Wanted = "m.wanted = 1 and not m.gone";

    /// <summary>Of member rows called m, where nobody has claimed the group.</summary>
    public const string InSlack = "m.wanted = 0 and m.in_slack = 1";

    /// <summary>Of member rows called m and a group called g that is shown itself.</summary>
    public const string OfGroup =
        $"g.deleted is null and g.hidden = @no and (({Wanted} and g.source_id is not null) or ({InSlack} and g.source_id is null))";

    /// <summary>All of them as one value, of a group called r: what each is, and its id.</summary>
    public static string OfRow(SqlDialect sql) =>
        $"(select {sql.Joined("cast(m.kind as text) || cast(m.member_id as text)")} from members m where m.group_id = r.id and "
        + $"(({Wanted} and r.source_id is not null) or ({InSlack} and r.source_id is null)))";

    private const int EntryBytes = 1 + 36;

    /// <summary>The members that <see cref="OfRow"/> brought, as a filter looks at them.</summary>
    public static JsonArray ToJson(ReadOnlySpan<byte> row, string baseUrl)
    {
        var members = new JsonArray();
        for (; !row.IsEmpty; row = row[EntryBytes..])
        {
            var (type, id) = (GatewayTypes.Of((Kind)(row[0] - '0')), new ResourceId(Guid.Parse(row[1..EntryBytes])));
            var json = ScimJson.NewObject();
            json["value"] = id.ToString();
            json["$ref"] = $"{baseUrl}{type.Endpoint}/{id}";
            json["type"] = type.Name;
            members.Add(json);
        }
        return members;
    }
}
