using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Consequences;

/// <summary>A user's row: the document, and what of it is a column to be found by.</summary>
internal static class UserRow
{
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

        Emails.Set(store, r, isNew, r.Deleted is null ? UserAddresses.Keys(document ?? UserDocument.Of(r)) : []);
    }
}
