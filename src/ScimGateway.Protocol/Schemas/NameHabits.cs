using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Paths;

namespace ScimGateway.Protocol.Schemas;

/// <summary>
/// How providers name attributes beyond RFC 7644 §3.10: in filters, PATCH paths, keys of values and projections alike.
/// </summary>
internal static class NameHabits
{
    private const string EnterpriseOfScim11 = "urn:scim:schemas:extension:enterprise:1.0";

    /// <summary>The name as the RFC spells it, before it is taken apart.</summary>
    public static string Spelling(string text, ResourceTypeDefinition type, Reading reading) =>
        Dotted(Legacy(text, type, reading), type, reading);

    /// <summary>The path that is meant by a name which no schema of the type has.</summary>
    public static AttributePath Meant(AttributePath path, ResourceTypeDefinition type, Reading reading) =>
        path.Schema is not null || type.CoreAttribute(path.Name) is not null
            ? path
            : Bare(path, type, reading) ?? Emails(path, type, reading) ?? path;

    // "urn:scim:schemas:extension:enterprise:1.0.department": target attribute of Entra's gallery app, copied to other
    // apps.
    private static string Legacy(string text, ResourceTypeDefinition type, Reading reading)
    {
        if (
            !text.StartsWith(EnterpriseOfScim11, StringComparison.OrdinalIgnoreCase)
            || type.Extension(Urn.EnterpriseUser) is null
        )
            return text;
        var rest = text[EnterpriseOfScim11.Length..];
        return (rest.Length == 0 || rest[0] is '.' or ':') && reading.Takes(Deviation.LegacyEnterpriseUrn, text)
            ? Urn.EnterpriseUser + (rest.Length == 0 ? "" : ":" + rest[1..])
            : text;
    }

    // "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager": Entra's customappsso jobs, Microsoft's
    // inbound collection.
    private static string Dotted(string text, ResourceTypeDefinition type, Reading reading)
    {
        foreach (var schema in type.Extensions.Prepend(type.Schema))
            if (
                text.Length > schema.Id.Length
                && text[schema.Id.Length] == '.'
                && text.StartsWith(schema.Id, StringComparison.OrdinalIgnoreCase)
                && reading.Takes(Deviation.DottedUrn, text)
            )
                return $"{schema.Id}:{text[(schema.Id.Length + 1)..]}";
        return text;
    }

    // {"op":"Add","path":"manager",…}, filter=manager eq "…", attributes=manager: Entra ID.
    private static AttributePath? Bare(AttributePath path, ResourceTypeDefinition type, Reading reading)
    {
        foreach (var extension in type.Extensions)
            if (extension.Attribute(path.Name) is not null && reading.Takes(Deviation.BareExtensionName, path.Name))
                return path with { Schema = extension.Id };
        return null;
    }

    // filter=email co "…": the example that PingOne and PingFederate print for a custom filter expression.
    private static AttributePath? Emails(AttributePath path, ResourceTypeDefinition type, Reading reading) =>
        path.Name.Equals("email", StringComparison.OrdinalIgnoreCase)
        && type.CoreAttribute("emails") is not null
        && reading.Takes(Deviation.EmailForEmails, path.Name)
            ? path with
            {
                Name = "emails",
            }
            : null;
}
