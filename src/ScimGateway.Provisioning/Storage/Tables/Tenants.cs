using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Tenants.</summary>
internal static class Tenants
{
    private const string Columns =
        "id, slug, name, enabled, organization_id, token_owner, problem, preferences, shadow, previewed, still";

    /// <summary>The tenant of an id.</summary>
    public static Tenant Find(StoreSession store, int id) =>
        store.First($"select {Columns} from tenants where id = @id", ToTenant, ("@id", id))!;

    /// <summary>All of them.</summary>
    public static List<int> Ids(StoreSession store) => store.All("select id from tenants", row => row.Int());

    /// <summary>The tenant of a slug, which is made if it is not there yet, and else stays as it is.</summary>
    public static Tenant Open(StoreSession store, string slug, string name, Preferences preferences)
    {
        store.Execute(
            "insert into tenants (slug, name, enabled, shadow, preferences, epoch, stopped_cleanly, still) "
                + "values (@slug, @name, @yes, @no, @preferences, 0, @no, @no) on conflict (slug) do nothing",
            ("@slug", slug),
            ("@name", name),
            ("@yes", true),
            ("@no", false),
            ("@preferences", preferences.ToJson())
        );
        return store.First($"select {Columns} from tenants where slug = @slug", ToTenant, ("@slug", slug))!;
    }

    /// <summary>Notes that all calls have had their outcome since the tenant was disabled.</summary>
    public static int SetStill(StoreSession store, int id) =>
        store.Execute(
            "update tenants set still = @yes where id = @id and enabled = @no",
            ("@yes", true),
            ("@no", false),
            ("@id", id)
        );

    /// <summary>Keeps why Slack cannot be written, in Slack's words; null once it can.</summary>
    public static int SetProblem(StoreSession store, int id, string? problem) =>
        store.Execute("update tenants set problem = @problem where id = @id", ("@problem", problem), ("@id", id));

    /// <summary>Has Slack hear nothing of a tenant any more, and no preview of it count.</summary>
    public static int Disable(StoreSession store, int id) =>
        store.Execute("update tenants set enabled = @no, previewed = null where id = @id", ("@no", false), ("@id", id));

    private static Tenant ToTenant(Row row) =>
        new()
        {
            Id = row.Int(),
            Slug = row.Text(),
            Name = row.Text(),
            Enabled = row.Flag(),
            OrganizationId = row.TextOrNull(),
            TokenOwner = row.TextOrNull(),
            Problem = row.TextOrNull(),
            Preferences = row.Text(),
            Shadow = row.Flag(),
            Previewed = row.LongOrNull(),
            Still = row.Flag(),
        };
}
