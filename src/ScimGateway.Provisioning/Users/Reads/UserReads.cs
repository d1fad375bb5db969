using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Mirror;
using ScimGateway.Provisioning.Tenants;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>What providers read of users: one, or a page of a list. Slack is never asked.</summary>
public sealed class UserReads(Store store)
{
    private const string ById = $"select {StoredUser.Columns} from resources r where r.id = @id and {UserList.Shown}";
    private const string ByIdWithLink =
        $"select {StoredUser.Columns}, {ShownLink.Columns} from resources r left join links l on l.id = r.link_id where r.id = @id and {UserList.Shown}";

    /// <summary>The user of an id; null if there is none.</summary>
    public ShownUser? Find(Caller caller, Guid id, bool withLink = false) =>
        store.First(
            Text(withLink),
            row => StoredUser.Read(row, caller, withLink).Keep(),
            ("@id", id),
            ("@tenant", caller.TenantId),
            ("@kind", Kind.User),
            ("@no", false)
        );

    /// <summary>Shows the users of the page that a query asks for, one after the other; what is done with one must not read here.</summary>
    public UserPage List(Caller caller, UserQuery query, Action<StoredUser> show) =>
        store.Read(session => new UserList(session, caller, query).Page(show));

    internal static string Text(bool withLink) => withLink ? ByIdWithLink : ById;
}
