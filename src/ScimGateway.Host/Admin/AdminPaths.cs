using ScimGateway.Provisioning.Model;

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

    /// <summary>A sentence that names requests of any tenant and link, said of these.</summary>
    public static string Said(string sentence, string? slug, LinkId? link = null)
    {
        if (slug is not null)
            sentence = sentence.Replace("/tenants/TENANT/", $"/tenants/{slug}/", StringComparison.Ordinal);
        return link is { } its
            ? sentence.Replace("/links/LINK/", $"/links/{its.Value}/", StringComparison.Ordinal)
            : sentence;
    }
}
