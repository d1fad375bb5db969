using ScimGateway.Conformance.Rfc7643;
using ScimGateway.Conformance.Rfc7644;
using ScimGateway.Conformance.Rfc9865;

namespace ScimGateway.Conformance;

/// <summary>All that the RFCs ask of a server, in the order of their sections.</summary>
internal static class Inventory
{
    public static IReadOnlyList<Requirement> All { get; } =
    [
        .. Values.All,
        .. Resources.All,
        .. Users.All,
        .. Groups.All,
        .. Configuration.All,
        .. ResourceTypes.All,
        .. Schemas.All,
        .. Authentication.All,
        .. Endpoints.All,
        .. Creating.All,
        .. Retrieving.All,
        .. Filtering.All,
        .. Listing.All,
        .. Searching.All,
        .. Replacing.All,
        .. Patching.All,
        .. Deleting.All,
        .. Bulk.All,
        .. Formats.All,
        .. Projecting.All,
        .. Errors.All,
        .. Versions.All,
        .. Discovery.All,
        .. Security.All,
        .. Cursors.All,
    ];

    /// <summary>Those that options ask for.</summary>
    public static IReadOnlyList<Requirement> Of(Options options) =>
        [
            .. All.Where(requirement =>
                requirement.Level <= options.Least
                && (
                    options.Only.Count == 0
                    || options.Only.Any(only => requirement.Id.StartsWith(only, StringComparison.OrdinalIgnoreCase))
                )
            ),
        ];
}
