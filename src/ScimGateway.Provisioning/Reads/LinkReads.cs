using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What operators read of links: who has claimed what, and what nobody has.</summary>
internal sealed class LinkReads(Store store)
{
    // What was seen of a group may be its members alone. A user's document may be large, and is not asked where Slack has him.
    internal const string Called = "l.seen, case when l.seen is null or r.kind = @group then r.document end";

    private static readonly byte[] _active = "\"active\":\"true\""u8.ToArray();

    // Whom the provider has deleted, and whose account is active all the same, or again.
    private static string LeftIn(SqlDialect sql) =>
        $"(r.deleted is not null and (l.reachable or (l.drifted_at is not null and {sql.HasBytes("l.seen", "@active")})))";

    private static string Query(SqlDialect sql, bool isSearch) =>
        $"select l.id, l.kind, r.id, s.name, {Called}, r.external_id, r.deleted is null and r.hidden = @no, l.drifted_at is not null, {LinkLists.HasMembersByHand}, {ShownLink.Columns} "
        + "from links l left join resources r on r.id = l.claimant_id left join sources s on s.id = r.source_id "
        + $"where l.id > @after and l.tenant_id = @tenant and (cast(@kind as integer) is null or l.kind = @kind) and (cast(@only as bigint) is null or l.id = @only) and (cast(@claimed as boolean) is null or (r.source_id is not null and not {LeftIn(sql)}) = @claimed) "
        + $"and (cast(@changed as boolean) is null or {LinkLists.IsChangedByHand} = @changed) "
        + $"and (cast(@source as integer) is null or r.source_id = @source) and (cast(@not_source as integer) is null or (l.slack_id is not null and (r.source_id is null or r.source_id <> @not_source or {LeftIn(sql)}))) and (@any_resource or l.claimant_id = @resource) "
        + $"and (cast(@state as integer) is null or l.state = @state) and (@why = '' or l.reason = @why or substr(l.reason, 1, length(@why) + 1) = @why || ' ') {(isSearch ? $"and l.id in ({Found(sql)}) " : "")}"
        + "order by l.id limit @most";

    // Whatever has a part of its name, address or Slack id: each is looked for where little else has to be read.
    private static string Found(SqlDialect sql) =>
        $"select k.link_id from keys k where k.tenant_id = @tenant and ({sql.Has("k.value", "@contains")} or substr(k.value, 1, @letters) in (@address, @name)) "
        + $"union select f.id from links f where f.tenant_id = @tenant and ({sql.Has("coalesce(f.slack_id, '')", "@contains")} or f.slack_id = @said) "
        + $"union select f.id from resources r join links f on f.claimant_id = r.id where r.tenant_id = @tenant and ({sql.Has("coalesce(r.user_name_key, '')", "@contains")} "
        + $"or {sql.Has("coalesce(r.display_name_key, '')", "@contains")} or {sql.Has("coalesce(r.display_name, '')", "@contains")} or {sql.Has("coalesce(r.email_keys, '')", "@contains")} "
        + "or r.external_id = @said or r.id = @id)";

    /// <summary>A page of links, oldest first.</summary>
    public async Task<IReadOnlyList<ListedLink>> ListAsync(
        TenantId tenantId,
        LinkQuery query,
        CancellationToken gone = default
    ) =>
        await store.ReadAsync(
            session =>
            {
                var contains = Fold.Key(query.Contains ?? "");
                // Who was erased is found by a whole address or name alone.
                var erasedBy = contains.Length > 0 ? Tenants.CursorKey(session, tenantId) : [];
                return session.All(
                    Query(session.Sql, contains.Length > 0),
                    ToLink,
                    ("@no", false),
                    ("@active", _active),
                    ("@group", Kind.Group),
                    ("@after", query.After),
                    ("@tenant", tenantId),
                    ("@kind", query.Kind),
                    ("@only", query.Only),
                    ("@claimed", query.Claimed),
                    ("@changed", query.Changed),
                    ("@source", query.Source),
                    ("@not_source", query.NotSource),
                    ("@any_resource", query.Resource is null),
                    ("@resource", query.Resource ?? default),
                    ("@state", query.State),
                    ("@why", query.Reason?.ToString() ?? ""),
                    ("@contains", contains),
                    ("@said", query.Contains ?? ""),
                    ("@id", ResourceId.Parse(query.Contains?.ToLowerInvariant())),
                    ("@letters", ForgottenKey.Letters),
                    ("@address", ForgottenKey.Of(erasedBy, KeyKind.Address, contains)),
                    ("@name", ForgottenKey.Of(erasedBy, KeyKind.SlackUserName, contains)),
                    ("@most", query.Most)
                );
            },
            gone
        );

    /// <summary>
    /// What links are called, and members of groups: looked up whenever somebody is to see it, so that nothing that is kept
    /// of a decision has a person's name, and whoever was erased has none.
    /// </summary>
    public async Task<LinkNames> NamesAsync(
        TenantId tenantId,
        IEnumerable<LinkId> links,
        IEnumerable<ResourceId> members,
        CancellationToken gone = default
    )
    {
        return await store.ReadAsync(
            session =>
            {
                var names = new LinkNames([], []);
                foreach (var link in links.Distinct())
                    if (
                        session.First(
                            $"select {Called} from links l left join resources r on r.id = l.claimant_id where l.id = @id and l.tenant_id = @tenant",
                            ToName,
                            ("@id", link),
                            ("@tenant", tenantId),
                            ("@group", Kind.Group)
                        ) is
                        { } name
                    )
                        names.OfLinks[link] = name;
                foreach (var member in members.Distinct())
                    if (
                        session.First(
                            $"select {Called} from resources r left join links l on l.id = r.link_id where r.id = @id and r.tenant_id = @tenant",
                            ToName,
                            ("@id", member),
                            ("@tenant", tenantId),
                            ("@group", Kind.Group)
                        ) is
                        { } name
                    )
                        names.OfMembers[member] = name;
                return names;
            },
            gone
        );
    }

    internal static string? ToName(Row row)
    {
        var seen = Seen(ref row);
        return NameOf(seen, Wanted(Kind.User, row.BytesOrNull()));
    }

    private static ListedLink ToLink(Row row)
    {
        var (id, kind) = (row.Number<LinkId>(), row.Word<Kind>());
        var (resource, source) = (row.IdOrNull<ResourceId>(), row.TextOrNull());
        var seen = Seen(ref row);
        var wanted = Wanted(kind, row.BytesOrNull());
        return new ListedLink(
            id,
            kind,
            resource,
            source,
            NameOf(seen, wanted),
            FullNameOf(seen, wanted),
            seen[SlackField.PrimaryEmail] ?? (kind == Kind.User && wanted is not null ? AddressOf(wanted) : null),
            row.TextOrNull(),
            row.FlagOrNull() ?? false,
            row.Flag(),
            row.Flag(),
            ShownLink.Read(ref row)!
        );
    }

    private static SlackProfile Seen(ref Row row) =>
        row.BytesOrNull() is { } shown ? SlackProfile.Read(shown) : SlackProfile.Nothing;

    private static ScimResource? Wanted(Kind kind, byte[]? document) =>
        document is null
            ? null
            : new ScimResource(kind == Kind.User ? GatewayTypes.User : GatewayTypes.Group, ScimJson.ReadKept(document));

    private static string? NameOf(SlackProfile seen, ScimResource? wanted) =>
        seen[SlackField.DisplayName]
        ?? seen[SlackField.UserName]
        ?? wanted?.Text("displayName")
        ?? wanted?.Text("userName");

    private static string? FullNameOf(SlackProfile seen, ScimResource? wanted) =>
        $"{seen[SlackField.GivenName]} {seen[SlackField.FamilyName]}".Trim() is { Length: > 0 } name ? name
        : wanted is null ? null
        : UserDocument.NameOf(wanted.Json);

    private static string? AddressOf(ScimResource wanted) =>
        UserAddresses.OfSlack(wanted) is [var primary, ..] ? primary : null;
}
