using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Reads;

/// <summary>What is asked of a list.</summary>
/// <param name="BaseUrl">The SCIM base without a slash at its end, which <c>meta.location</c> begins with.</param>
/// <param name="Count">
/// The most resources wanted. Large ones may be fewer on a page: <see cref="ResourceList.MostBytesShown"/>.
/// </param>
/// <param name="Sought">What is wanted of each kind: one, or both in a list at the root.</param>
internal sealed record ResourceQuery(string BaseUrl, int Count, params IReadOnlyList<Sought> Sought)
{
    /// <summary>The place of the page's first resource, from 1.</summary>
    public int StartIndex { get; init; } = 1;

    /// <summary>Where the page begins, empty for the first one; null if pages go by index.</summary>
    public string? Cursor { get; init; }

    /// <summary>What is shown of each resource beside its row.</summary>
    public Related Related { get; init; }
}

/// <summary>Which resources of a kind are wanted.</summary>
internal sealed record Sought(Kind Kind)
{
    /// <summary>Which of them; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>The order; null for that of arrival, and for a kind that has no such attribute.</summary>
    public SortOrder? Sort { get; init; }
}

/// <summary>
/// How many resources there are in all and on the page, and the cursor of the next page, if there is one.
/// </summary>
internal sealed record ResourcePage(int Total, int Count, string? Next = null);
