using System.Text.Json;
using System.Text.Json.Serialization;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What a change would mean if an operator confirmed it. Members who have no account yet are in no group's plan: such a
/// group is named as one that follows.
/// </summary>
/// <param name="At">When it was made: what came later is none of it.</param>
/// <param name="Change">The change.</param>
/// <param name="Counts">
/// How many of what: commands to Slack by their kinds; of rules the turns that users take; what is handed over, and who
/// goes.
/// </param>
/// <param name="Links">Whom it is about, as many as were asked for.</param>
/// <param name="All">How many there are.</param>
internal sealed record Preview(
    DateTimeOffset At,
    TenantChange Change,
    IReadOnlyDictionary<string, int> Counts,
    IReadOnlyList<PlannedLink> Links,
    int All
)
{
    private static readonly JsonSerializerOptions _json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>
    /// Of a tenant that goes on: of users and of groups how many become what, why how many are left alone, and of all who
    /// are claimed how many were there before, by what they were found.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Outlooks { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, int>>();

    /// <summary>Of a tenant that goes on: the links that change because others do.</summary>
    public ISet<LinkId> Following { get; init; } = new HashSet<LinkId>();

    /// <summary>What it is confirmed by.</summary>
    [JsonIgnore]
    public JobId Id { get; init; }

    internal static Preview Parse(string json) => JsonSerializer.Deserialize<Preview>(json, _json)!;

    internal string ToJson() => JsonSerializer.Serialize(this, _json);
}

/// <summary>A link with what would become of it.</summary>
/// <param name="Link">The link's number.</param>
/// <param name="Resource">The user or group.</param>
/// <param name="What">
/// The kinds of commands that Slack would be told, in their order, or of the lookup before them; of rules the user's turn;
/// where the tenant goes on, what becomes of it.
/// </param>
internal sealed record PlannedLink(LinkId Link, ResourceId? Resource, IReadOnlyList<string> What)
{
    /// <summary>Whether it only has something to tell Slack because another one has.</summary>
    internal bool Follows => What is [nameof(Prospect.FollowsOn)];

    /// <summary>One that has something to tell Slack because another one has.</summary>
    internal static PlannedLink Following(StoreSession session, LinkId link) =>
        new(link, Links.Get(session, link).ClaimantId, [nameof(Prospect.FollowsOn)]);

    internal static PlannedLink Of(Wanted wanted) =>
        new(
            wanted.Link.Id,
            wanted.Claimant?.Id,
            // An account that may have been made unseen is looked for first; what follows depends on what is found.
            wanted is { Commands: [], Next: { } look }
                ? [Kind(look)]
                : [.. wanted.Commands.Select(Kind)]
        );

    private static string Kind(SlackCommand command) =>
        command is SlackCommand.PatchUser { Change.Set.Active: true } ? "ReactivateUser" : command.GetType().Name;
}

/// <summary>
/// What a preview finds that makes a change and undoes it: each link once, those that only follow behind all others.
/// </summary>
internal sealed class PlannedOnce(Planned planned)
{
    private readonly HashSet<LinkId> _added = [];
    private readonly Dictionary<LinkId, PlannedLink> _following = [];

    /// <summary>Adds a link; one that follows when it is known that nothing else becomes of it.</summary>
    public void Add(PlannedLink link)
    {
        if (link.Follows)
            _following[link.Link] = link;
        else
        {
            planned.Add(link);
            _added.Add(link.Link);
        }
    }

    /// <summary>Adds those that only follow.</summary>
    public void AddFollowing()
    {
        foreach (var link in _following.Values.Where(link => !_added.Contains(link.Link)))
            planned.Add(link);
    }
}

/// <summary>What was planned so far for a preview.</summary>
internal sealed class Planned(int most = Planned.Usual, CancellationToken gone = default)
{
    /// <summary>How many are named.</summary>
    public const int Usual = 1_000;

    private static readonly Kind[] _kinds = Enum.GetValues<Kind>();

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<PlannedLink> _links = [];
    private readonly SortedDictionary<Prospect, int>[] _outlooks =
    [
        .. _kinds.Select(_ => new SortedDictionary<Prospect, int>()),
    ];
    private readonly SortedDictionary<string, int> _alone = new(StringComparer.Ordinal);
    private Dictionary<string, int> _matched = [];
    private readonly HashSet<LinkId> _following = [];
    private int _all;

    /// <summary>How many are named.</summary>
    public int Most => most;

    /// <summary>Whether nobody waits for it any more.</summary>
    public CancellationToken Gone => gone;

    public void Add(PlannedLink link)
    {
        foreach (var what in link.What)
            Count(what, 1);
        Name(link);
    }

    /// <summary>Names a link, as long as there is room.</summary>
    public void Name(PlannedLink link)
    {
        if (_all++ < most)
            _links.Add(link);
    }

    /// <summary>Counts those whom nobody wants to see by name.</summary>
    public void AddUnnamed(int more) => _all += more;

    /// <summary>What becomes of a link when its tenant goes on; it is named where Slack is told of it.</summary>
    public void Add(Link link, Outlook outlook)
    {
        Count(link.Kind, outlook, 1);
        if (!outlook.IsNothing)
            Name(new PlannedLink(link.Id, link.ClaimantId, [outlook.Prospect.ToString()]));
    }

    /// <summary>A link of which nothing is other by itself is so once another one is.</summary>
    public void Follow(Link link, Outlook alone)
    {
        Count(link.Kind, alone, -1);
        _following.Add(link.Id);
        Add(link, new Outlook(Prospect.FollowsOn));
    }

    public void Count(string what, int more) => _counts[what] = _counts.GetValueOrDefault(what) + more;

    public void Count(Kind kind, Outlook outlook, int more)
    {
        var counts = _outlooks[Array.IndexOf(_kinds, kind)];
        Add(counts, outlook.Prospect, more);
        if (outlook.Word is { } why)
            Add(_alone, why, more);
    }

    private static void Add<T>(SortedDictionary<T, int> counts, T what, int more)
        where T : notnull
    {
        var all = counts.GetValueOrDefault(what) + more;
        if (all == 0)
            counts.Remove(what);
        else
            counts[what] = all;
    }

    /// <summary>By what accounts and groups that were there before were found to be whose they are.</summary>
    public void CountMatched(IReadOnlyDictionary<MatchedBy, int> matched) =>
        _matched = matched.ToDictionary(one => one.Key.ToString(), one => one.Value);

    public Preview ToPreview(DateTimeOffset at, TenantChange change) =>
        new(at, change, _counts, _links, _all)
        {
            Following = _following,
            Outlooks = _kinds
                .Zip(
                    _outlooks,
                    (kind, counts) =>
                        (
                            $"{kind}s",
                            (IReadOnlyDictionary<string, int>)
                                counts.ToDictionary(count => count.Key.ToString(), count => count.Value)
                        )
                )
                .Append(("LeftAlone", _alone))
                .Append(("Matched", _matched))
                .Where(counts => counts.Item2.Count > 0)
                .ToDictionary(),
        };
}

/// <summary>The tenant is not ready for what an operator wants; the message says what is missing.</summary>
internal sealed class NotReadyException(string message) : Exception(message);

/// <summary>What is to be changed is not any more what whoever changes it has seen.</summary>
internal sealed class EditedMeanwhileException()
    : Exception("Somebody else has changed it meanwhile: read it again, look at what is different and change that.");
