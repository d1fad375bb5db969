using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The columns of the hot tables, and how a row becomes what it is.</summary>
internal static class Rows
{
    public const string Resource = Resources.Columns;

    /// <summary>The resource of an id; null if there is none.</summary>
    public static Resource? ReadResource(StoreSession store, Guid? id) => Resources.Find(store, id);

    public static Resource ToResource(Row row) => Resources.ToResource(row);
}
