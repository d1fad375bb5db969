namespace ScimGateway.Conformance.Providers;

/// <summary>What is asked for together: the RFCs, what a provider does, or a draft.</summary>
internal static class Profile
{
    /// <summary>The RFCs, and nothing of any provider.</summary>
    public const string Rfc = "rfc";

    /// <summary>The RFCs and every provider, and no draft.</summary>
    public const string All = "all";

    /// <summary>The first synchronisation of a provider.</summary>
    public const string Load = "load";

    /// <summary>The providers, the most asked for first; "others" are those of which little is known.</summary>
    public static readonly string[] Providers =
    [
        "entra",
        "okta",
        "pingone",
        "pingfederate",
        "onelogin",
        "jumpcloud",
        "others",
    ];

    /// <summary>
    /// The drafts of 2026, each with the documents whose requirements it has: IPSIE's want the interoperability profile as
    /// well, and each level the one before.
    /// </summary>
    public static IReadOnlyDictionary<string, string[]> Drafts { get; } =
        new Dictionary<string, string[]>
        {
            ["interop"] = ["INTEROP"],
            ["ipsie-al1"] = ["INTEROP", "IPSIE-ALL", "IPSIE-AL1"],
            ["ipsie-al2"] = ["INTEROP", "IPSIE-ALL", "IPSIE-AL1", "IPSIE-AL2"],
        };

    /// <summary>All that there is to say.</summary>
    public static IReadOnlyList<string> Names { get; } = [Rfc, .. Providers, All, .. Drafts.Keys, Load];
}
