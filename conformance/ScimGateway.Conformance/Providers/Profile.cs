namespace ScimGateway.Conformance.Providers;

/// <summary>What is asked for together: the RFCs, or what a provider does.</summary>
internal static class Profile
{
    /// <summary>The RFCs, and nothing of any provider.</summary>
    public const string Rfc = "rfc";

    /// <summary>The RFCs and every provider.</summary>
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

    /// <summary>All that there is to say.</summary>
    public static IReadOnlyList<string> Names { get; } = [Rfc, .. Providers, All, Load];
}
