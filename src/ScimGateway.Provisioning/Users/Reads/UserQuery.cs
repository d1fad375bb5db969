using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Users.Reads;

/// <summary>What is asked of the list of users.</summary>
/// <param name="BaseUrl">The SCIM base without a slash at its end, which <c>meta.location</c> begins with.</param>
/// <param name="Count">The most users wanted. Large ones may be fewer on a page: <see cref="UserList.MostBytesShown"/>.</param>
public sealed record UserQuery(string BaseUrl, int Count)
{
    /// <summary>Who is wanted; null for everybody.</summary>
    public Filter? Filter { get; init; }

    /// <summary>The order; null for that of arrival.</summary>
    public SortOrder? Sort { get; init; }

    /// <summary>The place of the page's first user, from 1.</summary>
    public int StartIndex { get; init; } = 1;

    /// <summary>Where the page begins, empty for the first one; null if pages go by index.</summary>
    public string? Cursor { get; init; }

    /// <summary>Whether it is shown how the users stand with Slack.</summary>
    public bool WithLinks { get; init; }
}

/// <summary>How many users there are in all and on the page, and the cursor of the next page, if there is one.</summary>
public sealed record UserPage(int Total, int Count, string? Next = null);
