using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What Slack would be told if an operator confirmed what is previewed: going live, or other preferences. Members who have no account yet are in no group's plan: they follow once they have.</summary>
/// <param name="At">When it was made: what came later is none of it.</param>
/// <param name="Commands">How many commands of each kind.</param>
/// <param name="Links">The links with something to tell, as many as were asked for.</param>
/// <param name="All">How many links there are.</param>
public sealed record Preview(
    DateTimeOffset At,
    IReadOnlyDictionary<string, int> Commands,
    IReadOnlyList<PlannedLink> Links,
    int All
);

/// <summary>A link with what Slack would be told of it.</summary>
/// <param name="Link">The link's number.</param>
/// <param name="Resource">The user or group.</param>
/// <param name="Commands">The kinds of commands, in their order.</param>
public sealed record PlannedLink(long Link, Guid? Resource, IReadOnlyList<string> Commands)
{
    internal static PlannedLink Of(Wanted wanted) => new(wanted.Link.Id, wanted.Claimant?.Id, [.. wanted.Commands.Select(Kind)]);

    private static string Kind(SlackCommand command) =>
        command is SlackCommand.PatchUser { Change.Set.Active: true } ? "ReactivateUser" : command.GetType().Name;
}

/// <summary>What was planned so far for a preview.</summary>
internal sealed class Planned(int most)
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<PlannedLink> _links = [];
    private int _all;

    public void Add(IEnumerable<PlannedLink> links)
    {
        foreach (var link in links)
        {
            foreach (var kind in link.Commands)
                _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            if (_all++ < most)
                _links.Add(link);
        }
    }

    public Preview ToPreview(DateTimeOffset at) => new(at, _counts, _links, _all);
}

/// <summary>The tenant is not ready for what an operator wants; the message says what is missing.</summary>
public sealed class NotReadyException(string message) : Exception(message);
