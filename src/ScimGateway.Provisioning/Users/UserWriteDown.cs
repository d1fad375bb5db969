using System.Globalization;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Users;

/// <summary>What a write-down left: the resource as it is now, and the wish to wait for; without one there is nothing to tell Slack.</summary>
public sealed record WrittenDown(Resource Resource, Guid OperationId, long? Link, long Version);

/// <summary>The first transaction (ENGINE): document, keys, link and operation, all or nothing. Runs inside the store's writer.</summary>
internal sealed class UserWriteDown(StoreSession store, Asked asked)
{
    private const int MostNames = 1_000;

    private readonly Caller _caller = asked.Caller;
    private readonly long _now = asked.At.ToUnixTimeMilliseconds();

    public WrittenDown Create(ScimResource user, Guid? id = null)
    {
        var key = Fold.Key(user.Text("userName")!);
        var namesake = store.First(
            $"select {Rows.Resource} from resources where tenant_id = @tenant and user_name_key = @key",
            Rows.ToResource,
            ("@tenant", _caller.TenantId),
            ("@key", key)
        );
        if (namesake?.SourceId is not null)
            throw ScimException.Uniqueness($"Another user has the userName '{user.Text("userName")}'; its id is {namesake.Id}.");

        var addresses = UserAddresses.OfSlack(user);
        if (addresses.Count == 0 && _caller.Preferences.UserSlackCannotHold == Unholdable.Refuse)
            throw ScimException.InvalidValue("Slack needs an e-mail address; give the user one in 'emails'.");

        var link = Account(user, addresses) ?? NewLink();
        var resource = link.ClaimantId is { } shown ? Rows.ReadResource(store, shown)! : New(link.Id, id);
        Fill(resource, user, Asserted.Of(user));
        link.ClaimantId = resource.Id;
        link.Absent = false;
        Reserve(link, resource, addresses);
        if (link.SlackId is null)
            ReserveUserName(link, user.Text("userName")!);
        UserRow.Save(store, resource);
        return Wish(link, resource, SlackPriority.Joiner);
    }

    public WrittenDown Change(Resource before, ScimResource after, Asserted asserted)
    {
        var resource = Rows.ReadResource(store, before.Id)!;
        var (wasActive, link) = (resource.Active, Rows.ReadLink(store, resource.LinkId)!);
        Fill(resource, after, asserted);
        Reserve(link, resource, UserAddresses.OfSlack(after));
        UserRow.Save(store, resource);
        return Wish(link, resource, wasActive && !resource.Active ? SlackPriority.Leaver : SlackPriority.Update);
    }

    public WrittenDown Delete(Resource before)
    {
        var resource = Rows.ReadResource(store, before.Id)!;
        var link = Rows.ReadLink(store, resource.LinkId)!;
        resource.Deleted = resource.Modified = _now;
        resource.Version++;
        resource.UserNameKey = null;
        link.Absent = true;
        UserRow.Save(store, resource);
        return Wish(link, resource, SlackPriority.Leaver);
    }

    /// <summary>Nothing changed: only the journal says that it was asked for.</summary>
    public WrittenDown Nothing(Resource resource)
    {
        Journal(resource, "skip", "nothing to do");
        return new WrittenDown(resource, asked.OperationId, null, 0);
    }

    // The account that is taken: the one with the address (or, by preference, with the user name), if nobody has claimed it.
    private Link? Account(ScimResource user, IReadOnlyList<string> addresses)
    {
        var byAddress = addresses.Count > 0 ? Holder(KeyKind.Address, addresses[0]) : null;
        var holder =
            _caller.Preferences.UniqueUserIdentifier == Identifier.PrimaryEmail
                ? byAddress
                : Holder(KeyKind.SlackUserName, SlackNames.UserNames(user.Text("userName")!).First());
        if (byAddress is not null && holder is not null && byAddress.Id != holder.Id)
            throw ScimException.Uniqueness(
                $"Slack has one account with the user name and another with the address: {holder.SlackId} and {byAddress.SlackId}."
            );
        if ((holder ?? byAddress) is not { } link)
            return null;

        var claimant = link.ClaimantId is { } id ? Rows.ReadResource(store, id) : null;
        if (claimant is { SourceId: not null, Deleted: null })
            throw ScimException.Uniqueness($"Another user has the e-mail address; its id is {claimant.Id}.");
        if (link.SlackId is not null && !link.Absent && _caller.Preferences.WhenAccountExists == Existing.Refuse)
            throw ScimException.Uniqueness($"Slack has an account with this e-mail address already: {link.SlackId}.");

        // A claim takes what Slack shows as what it has; the account of a deleted user comes back under a new id.
        if (link.Imported && claimant?.SourceId is null)
            link.Delivered = link.Seen;
        if (claimant?.Deleted is not null)
            link.ClaimantId = null;
        return link;
    }

    private Link NewLink()
    {
        var id = store.First(
            "insert into links (tenant_id, kind, imported, absent, wanted_version, settled_version, state, since, priority, attempts, ask_first) "
                + "values (@tenant, @kind, @no, @no, 0, 0, @state, @now, 0, 0, @no) returning id",
            row => row.GetInt64(0),
            ("@tenant", _caller.TenantId),
            ("@kind", Kind.User),
            ("@no", false),
            ("@state", LinkState.Pending),
            ("@now", _now)
        );
        return new Link
        {
            Id = id,
            TenantId = _caller.TenantId,
            Kind = Kind.User,
        };
    }

    private Resource New(long link, Guid? id) =>
        new()
        {
            Id = id ?? Guid.CreateVersion7(asked.At),
            TenantId = _caller.TenantId,
            Kind = Kind.User,
            LinkId = link,
            Document = [],
            Created = _now,
        };

    private void Fill(Resource resource, ScimResource user, Asserted asserted)
    {
        if (resource.Version > 0)
            (resource.Previous, resource.PreviousAsserted) = (resource.Document, resource.Asserted);
        resource.SourceId = _caller.SourceId;
        resource.Version++;
        resource.Document = ScimJson.ToUtf8(user.Json);
        resource.Asserted = asserted.ToString();
        resource.Modified = _now;
        UserRow.Describe(resource, user);
    }

    // The wanted keys from now on, the former ones until Slack has let go of them.
    private void Reserve(Link link, Resource resource, IReadOnlyList<string> addresses)
    {
        foreach (var address in addresses)
            if (
                store.Execute(
                    "insert into keys (tenant_id, kind, value, link_id) values (@tenant, @kind, @value, @link) "
                        + "on conflict (tenant_id, kind, value) do update set link_id = excluded.link_id where keys.link_id = excluded.link_id",
                    ("@tenant", _caller.TenantId),
                    ("@kind", KeyKind.Address),
                    ("@value", Fold.Key(address)),
                    ("@link", link.Id)
                ) == 0
            )
                throw ScimException.Uniqueness(
                    $"Another user has the e-mail address that {resource.Id.ToString()} asks for; its account is {Holder(KeyKind.Address, address)?.SlackId ?? "being made"}."
                );
    }

    private void ReserveUserName(Link link, string userName)
    {
        foreach (var name in SlackNames.UserNames(userName).Take(MostNames))
            if (
                store.Execute(
                    "insert into keys (tenant_id, kind, value, link_id) values (@tenant, @kind, @value, @link) on conflict do nothing",
                    ("@tenant", _caller.TenantId),
                    ("@kind", KeyKind.SlackUserName),
                    ("@value", Fold.Key(name)),
                    ("@link", link.Id)
                ) == 1
            )
                return;
        throw ScimException.Uniqueness($"No Slack user name like '{userName}' is free; choose another userName.");
    }

    private WrittenDown Wish(Link link, Resource resource, SlackPriority priority)
    {
        // An unsettled wish may have been sent: what this one turns back is unknown, and unknown is always planned (ENGINE).
        if (link.WantedVersion > link.SettledVersion)
            link.Delivered = null;
        var version = store.First(
            "update links set claimant_id = @claimant, delivered = @delivered, absent = @absent, wanted_version = wanted_version + 1, state = @state, "
                + "reason = null, since = @now, priority = @priority, answer_by = @answer_by, operation_id = @operation "
                + "where id = @id returning wanted_version",
            row => row.GetInt64(0),
            ("@claimant", link.ClaimantId),
            ("@delivered", link.Delivered),
            ("@absent", link.Absent),
            ("@state", LinkState.Pending),
            ("@now", _now),
            ("@priority", priority),
            ("@answer_by", asked.AnswerBy.ToUnixTimeMilliseconds()),
            ("@operation", asked.OperationId),
            ("@id", link.Id)
        );
        Journal(resource, "allow", "pending");
        return new WrittenDown(resource, asked.OperationId, link.Id, version);
    }

    private void Journal(Resource resource, string verdict, string outcome) =>
        OperationJournal.Write(
            store,
            asked,
            resource.Id,
            resource.LinkId,
            verdict,
            outcome,
            null,
            outcome == "pending" ? null : asked.At
        );

    private Link? Holder(KeyKind kind, string value) =>
        store.First(
            $"select {string.Join(", ", Rows.Link.Split(", ").Select(column => "l." + column))} from links l join keys k on k.link_id = l.id "
                + "where k.tenant_id = @tenant and k.kind = @kind and k.value = @value",
            Rows.ToLink,
            ("@tenant", _caller.TenantId),
            ("@kind", kind),
            ("@value", Fold.Key(value))
        );
}
