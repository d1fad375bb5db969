using ScimGateway.Conformance.Profiles2026;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Rfc7643;
using ScimGateway.Conformance.Rfc7644;
using ScimGateway.Conformance.Rfc9865;

namespace ScimGateway.Conformance;

/// <summary>All that the RFCs, providers and drafts ask of a server.</summary>
internal static class Inventory
{
    /// <summary>What the RFCs ask, in the order of their sections.</summary>
    public static IReadOnlyList<Requirement> Rfc { get; } =
    [
        .. Values.All,
        .. Resources.All,
        .. Users.All,
        .. Groups.All,
        .. Configuration.All,
        .. ResourceTypes.All,
        .. Schemas.All,
        .. RoundTrips.All,
        .. OfEachAttribute.All,
        .. Authentication.All,
        .. Endpoints.All,
        .. Routes.All,
        .. Creating.All,
        .. Retrieving.All,
        .. Filtering.All,
        .. Comparing.All,
        .. Listing.All,
        .. Sorting.All,
        .. Paging.All,
        .. Searching.All,
        .. Replacing.All,
        .. Patching.All,
        .. PatchPaths.All,
        .. PatchSteps.All,
        .. PatchGroups.All,
        .. Deleting.All,
        .. Bulk.All,
        .. BulkOutcomes.All,
        .. Formats.All,
        .. Projecting.All,
        .. Errors.All,
        .. Versions.All,
        .. Discovery.All,
        .. Security.All,
        .. AfterChanges.All,
        .. OfGroupsToo.All,
        .. SeveralAtOnce.All,
        .. PatchOfEachType.All,
        .. OfEachType.All,
        .. ListsOfEachType.All,
        .. OfOwnTypes.All,
        .. Cursors.All,
    ];

    /// <summary>What providers ask, by provider.</summary>
    public static IReadOnlyList<Requirement> Providers { get; } =
    [
        .. Scenarios
            .Own.OrderBy(scenario => Array.IndexOf(Profile.Providers, scenario.Provider))
            .Select(scenario => Scenarios.Requirement(scenario)),
    ];

    /// <summary>What two drafts of 2026 ask, which is asked for by name alone: they contradict the RFCs in places.</summary>
    public static IReadOnlyList<Requirement> Drafts { get; } =
    [.. Interop.All, .. InteropLists.All, .. InteropChanges.All, .. Ipsie.All, .. IpsieAl2.All];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Requirement> All { get; } = [.. Rfc, .. Providers, .. Drafts];

    /// <summary>Those that options ask for.</summary>
    /// <exception cref="FormatException">A file of traces is none.</exception>
    public static IReadOnlyList<Requirement> Of(Options options) =>
        [
            .. Asked(options)
                .Where(requirement =>
                    requirement.Level <= options.Least
                    && !(options.RfcsOnly && requirement.Beyond is not null)
                    && (options.Only.Count == 0 || options.Only.Any(requirement.Is))
                ),
        ];

    // Where nothing is said, it is the RFCs; who names requirements, lists them or gives traces of his own means those.
    private static IEnumerable<Requirement> Asked(Options options)
    {
        var traces = options.Traces is { } folder
            ? Scenarios.In(folder).Select(scenario => Scenarios.Requirement(scenario, "trace-"))
            : [];
        IEnumerable<Requirement> profiles =
            options.Profiles.Count > 0 ? All.Where(one => options.Profiles.Any(profile => IsOf(one, profile)))
            : options.List || options.Only.Count > 0 ? All
            : options.Traces is null ? Rfc
            : [];
        return profiles.Concat(traces);
    }

    private static bool IsOf(Requirement requirement, string profile) =>
        profile switch
        {
            Profile.All => requirement.IsOfRfc || requirement.Provider is not null,
            Profile.Rfc => requirement.IsOfRfc,
            _ when Profile.Drafts.TryGetValue(profile, out var documents) => documents.Contains(requirement.Document),
            _ => requirement.Provider == profile,
        };
}
