namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>All tenants with the names under which figures of them are told: so many by themselves, the others together.</summary>
internal static class ToldTenants
{
    /// <summary>What is selected from: the oldest ones have the first places.</summary>
    public const string All =
        "(select id, slug, row_number() over (order by id) as place from tenants where deleted is null) t";

    /// <summary>The name, with the parameters <c>@most</c> and <c>@others</c>.</summary>
    public const string Name = "case when t.place <= @most then t.slug else @others end as tenant";
}
