namespace ScimGateway.Host.Admin;

/// <summary>Where things are.</summary>
internal static class AdminPaths
{
    /// <summary>Its version.</summary>
    public const string Version = "v1";

    /// <summary>Where the admin API is.</summary>
    public const string Base = $"/admin/api/{Version}";

    /// <summary>The header that each answer below /admin has, and no proxy's page: it names the version.</summary>
    public const string Mark = "ScimGateway-Admin";

    /// <summary>Where a tenant is.</summary>
    public static string Of(string slug) => $"{Base}/tenants/{slug}";
}
