using ScimGateway.Protocol.Errors;

namespace ScimGateway.Protocol.Deviations;

/// <summary>
/// What the SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01) has otherwise than the RFCs, a
/// method for each rule. In every other dialect none of them holds.
/// </summary>
internal static class InteropRules
{
    private const string ByProfile = "by the interoperability profile, which this tenant keeps";

    /// <summary>
    /// Meets a name whose value is not kept: it is ignored and noted, or refused (§5.3: undefined attributes and
    /// schemas).
    /// </summary>
    public static void Undefined(this Reading reading, string path, string why, bool hasValue = true)
    {
        reading.RequireDefined(path);
        if (hasValue)
            reading.Ignore(path, why);
    }

    /// <summary>Meets a name that is in no schema: what comes next says what the RFCs make of it (§5.3).</summary>
    public static void RequireDefined(this Reading reading, string path)
    {
        if (reading.IsInterop)
            throw ScimException.InvalidSyntax($"'{path}' is in no schema of /Schemas, and refused {ByProfile}.");
    }

    /// <summary>Meets a filter on what no schema has (§6.3).</summary>
    public static void RequireFilterable(this Reading reading, string path)
    {
        if (reading.IsInterop)
            throw ScimException.InvalidFilter($"'{path}' is in no schema of /Schemas, and refused {ByProfile}.");
    }

    /// <summary>Meets an operation of a PATCH that has no path (§6.5.1.1).</summary>
    public static void RequirePath(this Reading reading, int operation)
    {
        if (reading.IsInterop)
            throw ScimException.InvalidSyntax($"Operation {operation} has no 'path', and is refused {ByProfile}.");
    }

    /// <summary>
    /// Whether a replace of a complex value takes away what it does not name (§6.5.2.1); by RFC 7644 §3.5.2.3 that stays.
    /// </summary>
    public static bool ReplacesWhole(this Reading reading) => reading.IsInterop;
}
