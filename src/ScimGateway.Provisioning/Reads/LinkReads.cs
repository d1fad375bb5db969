using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Reads;

/// <summary>Which links an operator wants to see.</summary>
public sealed record LinkQuery
{
    /// <summary>Only accounts, or only groups; null for both.</summary>
    public Kind? Kind { get; init; }

    /// <summary>Only this one.</summary>
    public LinkId? Only { get; init; }

    /// <summary>Only those that a provider has claimed, or only those that none has; null for both.</summary>
    public bool? Claimed { get; init; }

    /// <summary>Only those in this state.</summary>
    public LinkState? State { get; init; }

    /// <summary>Only those whose name, address or Slack id has this in it.</summary>
    public string? Contains { get; init; }

    /// <summary>The link after which the page begins.</summary>
    public LinkId After { get; init; }

    /// <summary>How many the page has at most.</summary>
    public int Most { get; init; } = 100;
}

/// <summary>A link as operators see it: also what providers do not, as bots and accounts in conflict.</summary>
/// <param name="Id">The link.</param>
/// <param name="Kind">An account or a group.</param>
/// <param name="Resource">The SCIM id of what shows it; null if nothing does.</param>
/// <param name="Source">Who has claimed it; null for nobody.</param>
/// <param name="Name">What Slack calls it.</param>
/// <param name="Address">The account's address at Slack.</param>
/// <param name="IsShown">Whether providers see it.</param>
/// <param name="Link">How it stands with Slack.</param>
public sealed record ListedLink(
    LinkId Id,
    Kind Kind,
    ResourceId? Resource,
    string? Source,
    string? Name,
    string? Address,
    bool IsShown,
    ShownLink Link
);

/// <summary>What operators read of links: who has claimed what, and what nobody has.</summary>
public sealed class LinkReads(Store store)
{
    private const string Query =
        $"select l.id, l.kind, r.id, s.name, l.seen, r.deleted is null and r.hidden = @no, {ShownLink.Columns} "
        + "from links l left join resources r on r.id = l.claimant_id left join sources s on s.id = r.source_id "
        + "where l.id > @after and l.tenant_id = @tenant and (cast(@kind as integer) is null or l.kind = @kind) and (cast(@only as bigint) is null or l.id = @only) and (cast(@claimed as boolean) is null or (r.source_id is not null) = @claimed) "
        + "and (cast(@state as integer) is null or l.state = @state) and (@contains = '' or instr(coalesce(r.user_name_key, ''), @contains) > 0 "
        + "or instr(coalesce(r.display_name_key, ''), @contains) > 0 or instr(coalesce(r.email_keys, ''), @contains) > 0 "
        + "or instr(coalesce(l.slack_id, ''), @contains) > 0 or exists (select 1 from keys k where k.link_id = l.id and (instr(k.value, @contains) > 0 or k.value in (@address, @name)))) "
        + "order by l.id limit @most";

    /// <summary>A page of links, oldest first.</summary>
    public async Task<IReadOnlyList<ListedLink>> ListAsync(
        TenantId tenantId,
        LinkQuery query,
        CancellationToken gone = default
    ) =>
        await store
            .ReadAsync(
                session =>
                {
                    var contains = Fold.Key(query.Contains ?? "");
                    // Who was erased is found by a whole address or name alone.
                    var erasedBy = contains.Length > 0 ? Tenants.CursorKey(session, tenantId) : [];
                    return session.All(
                        Query,
                        ToLink,
                        ("@no", false),
                        ("@after", query.After),
                        ("@tenant", tenantId),
                        ("@kind", query.Kind),
                        ("@only", query.Only),
                        ("@claimed", query.Claimed),
                        ("@state", query.State),
                        ("@contains", contains),
                        ("@address", ForgottenKey.Of(erasedBy, KeyKind.Address, contains)),
                        ("@name", ForgottenKey.Of(erasedBy, KeyKind.SlackUserName, contains)),
                        ("@most", query.Most)
                    );
                },
                gone
            )
            .ConfigureAwait(false);

    private static ListedLink ToLink(Row row)
    {
        var (id, kind) = (row.Number<LinkId>(), row.Word<Kind>());
        var (resource, source) = (row.IdOrNull<ResourceId>(), row.TextOrNull());
        var seen = row.BytesOrNull() is { } shown ? SlackProfile.Read(shown) : SlackProfile.Nothing;
        return new ListedLink(
            id,
            kind,
            resource,
            source,
            seen[SlackField.DisplayName] ?? seen[SlackField.UserName],
            seen[SlackField.PrimaryEmail],
            row.FlagOrNull() ?? false,
            ShownLink.Read(ref row)!
        );
    }
}
