using System.Text.Json;

namespace ScimGateway.Slack.Wire;

/// <summary>
/// A page of a list. Slack once left <c>itemsPerPage</c> out (docs/slack.md 2.3): the next page starts behind what
/// came, and an empty page is the end.
/// </summary>
/// <param name="Total">How many there are in all.</param>
/// <param name="StartIndex">Where the page starts, from 1.</param>
/// <param name="Received">How many came, unreadable ones too.</param>
/// <param name="Resources">Those that could be read.</param>
public sealed record SlackPage<T>(int Total, int StartIndex, int Received, IReadOnlyList<T> Resources)
{
    /// <summary>Where the next page starts; null if this one was empty.</summary>
    public int? Next => Received == 0 ? null : StartIndex + Received;
}

/// <summary>Reads pages.</summary>
internal static class SlackPage
{
    public static SlackPage<T>? Read<T>(JsonElement json, int askedFor, Func<JsonElement, T?> read)
        where T : class
    {
        if (json.Member("Resources") is not { ValueKind: JsonValueKind.Array } list)
            return null;
        var resources = list.EnumerateArray().Select(read).OfType<T>().ToList();
        return new SlackPage<T>(
            json.Whole("totalResults") ?? list.GetArrayLength(),
            askedFor, // not what Slack says: a wrong one would make a walk over the pages endless
            list.GetArrayLength(),
            resources
        );
    }
}
