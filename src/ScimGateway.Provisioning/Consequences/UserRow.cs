using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>A user's row: the document, and what of it is a column to be found by.</summary>
internal static class UserRow
{
    /// <summary>Sets the columns from the document.</summary>
    public static void Describe(Resource resource, ScimResource user)
    {
        resource.UserNameKey = Fold.Key(user.Text("userName")!);
        resource.DisplayNameKey = user.Text("displayName") is { } shown ? Fold.Key(shown) : null;
        resource.EmailKeys = EmailKeys.Of(UserAddresses.Keys(user));
        resource.ExternalId = user.Text("externalId");
        resource.Manager = UserManager.Of(user);
        resource.Active = IsActive(user);
    }

    /// <summary>Whether the document wants the account active, as one that does not say so does.</summary>
    public static bool IsActive(ScimResource user) => ScimJson.AsFlag(user.Json["active"]) ?? true;

    /// <summary>The document as it is read.</summary>
    public static ScimResource Document(Resource resource) =>
        new(GatewayTypes.User, ScimJson.ReadObject(resource.Document, ReadLimits.User));

    /// <summary>Whether another resource is shown under its userName.</summary>
    public static bool IsNameTaken(StoreSession store, Resource resource) =>
        Resources.IsUserNameTaken(store, resource.TenantId, resource.UserNameKey, resource.Id);

    /// <summary>Writes the row and its addresses.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="r">The row.</param>
    /// <param name="document">Its document, where that is at hand.</param>
    public static void Save(StoreSession store, Resource r, ScimResource? document = null)
    {
        bool isNew;
        try
        {
            isNew = Resources.Save(store, r);
        }
        catch (UniqueViolationException e) when (e.Index == UniqueIndex.UserName)
        {
            throw ScimException.Uniqueness("Another user has this userName.");
        }

        Emails.Set(store, r, isNew, r.Deleted is null ? UserAddresses.Keys(document ?? Document(r)) : []);
    }
}
