using System.Text.RegularExpressions;

namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// No statement goes over what many tenants have: it names the tenant, or rows by their ids, which come from statements
/// that named it; or it says that it means all. What does not is a fault of ours, found by whatever runs it first.
/// </summary>
internal static partial class OneTenants
{
    /// <summary>Ends a statement that means the rows of all tenants.</summary>
    public const string NotAlone = " /* of all tenants */";

    /// <summary>Requires that a statement is about one tenant's rows.</summary>
    /// <exception cref="InvalidOperationException">It is not, and does not say so.</exception>
    public static void Require(string sql)
    {
        if (
            Work().IsMatch(sql)
            && Owned().IsMatch(sql)
            && !Named().IsMatch(sql)
            && !sql.EndsWith(NotAlone, StringComparison.Ordinal)
        )
            throw new InvalidOperationException(
                $"The statement names no tenant and no row: name it, or end with '{NotAlone.Trim()}' if all tenants' are meant: {sql}"
            );
    }

    // What makes tables and triggers has rows of nobody, and a row that is written with its values says whose it is.
    [GeneratedRegex(@"^(select|update|delete|with)\b|^insert\b(?!.*\bvalues\b)", RegexOptions.Singleline)]
    private static partial Regex Work();

    [GeneratedRegex(
        @"\b(from|join|update|into)\s+(tenants|sources|credentials|access_tokens|rules|resources|emails|shown_totals|members|former_members|links|keys|holds|guarded_changes|operations|jobs|outbox|former_tenants|former_links)\b"
    )]
    private static partial Regex Owned();

    [GeneratedRegex(
        @"@(tenant|tenant_id|id|link|link_id|group|member|members|user|former|resource|resource_id|source|slug|organization)\b"
    )]
    private static partial Regex Named();
}
