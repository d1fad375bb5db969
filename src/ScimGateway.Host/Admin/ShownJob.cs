using System.Text.Json.Serialization;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Operating;

namespace ScimGateway.Host.Admin;

/// <summary>A job as administrators see it.</summary>
internal sealed record ShownJob(
    long Id,
    JobKind Kind,
    JobState State,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Counts,
    DateTimeOffset Started,
    DateTimeOffset? ConfirmBy,
    DateTimeOffset? EstimatedEnd,
    DateTimeOffset? Finished,
    string? Error
)
{
    private static readonly Remark[] _drift =
    [
        Remark.DriftSuspected,
        Remark.DriftReported,
        Remark.DriftRestored,
        Remark.DriftHeld,
        Remark.DriftKnown,
    ];

    /// <summary>Whom it is about; of one job alone, not in lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ShownReport? Report { get; init; }

    /// <summary>As it is now.</summary>
    public static ShownJob Of(SeenJob job, bool withReport = false) =>
        new(
            job.Id.Value,
            job.Kind,
            job.State,
            job switch
            {
                { Found: { } found } => CountsOf(found),
                { Planned: { } planned } => new() { ["links"] = new Dictionary<string, int> { ["planned"] = planned } },
                _ => CountsOf(job.Preview),
            },
            job.Started,
            job.ConfirmBy,
            job.EstimatedEnd,
            job.Finished,
            job.Error
        )
        {
            Report =
                withReport && job.Found is { Drifted.Count: > 0 } drift
                    ? new ShownReport(
                        Enum.GetValues<Provisioning.Model.Kind>()
                            .Sum(kind => _drift.Sum(remark => drift.Of(kind, remark))),
                        [
                            .. drift.Drifted.Select(link => new ReportedLink(
                                link.Link.Value,
                                link.Resource?.ToString(),
                                [.. link.Fields.Prepend(link.Remark.ToString()).Select(AdminJson.Named)]
                            )),
                        ]
                    )
                : withReport && job.Preview is { } preview
                    ? new ShownReport(
                        preview.All,
                        [
                            .. preview.Links.Select(link => new ReportedLink(
                                link.Link.Value,
                                link.Resource?.ToString(),
                                [.. link.What.Select(AdminJson.Named)]
                            )),
                        ]
                    )
                    {
                        Differences = ShownReport.DifferencesOf(preview.Change),
                    }
                : null,
        };

    // Commands, or turns of rules; where the tenant goes on, what becomes of whom in their place.
    private static Dictionary<string, IReadOnlyDictionary<string, int>> CountsOf(Preview? preview) =>
        preview is null ? []
        : preview is { Change: TenantChange.GoOn, Outlooks.Count: > 0 }
            ? preview.Outlooks.ToDictionary(
                counts => AdminJson.Named(counts.Key),
                counts => (IReadOnlyDictionary<string, int>)Named(counts.Value)
            )
        : new() { ["changes"] = Named(preview.Counts) };

    private static Dictionary<string, int> Named(IReadOnlyDictionary<string, int> counts) =>
        counts.ToDictionary(count => AdminJson.Named(count.Key), count => count.Value);

    private static Dictionary<string, IReadOnlyDictionary<string, int>> CountsOf(ImportProgress progress) =>
        Enum.GetValues<Provisioning.Model.Kind>()
            .ToDictionary(
                kind => AdminJson.Named($"{kind}s"),
                kind =>
                    (IReadOnlyDictionary<string, int>)
                        Enum.GetValues<Found>()
                            .Select(found => (Word: found.ToString(), Many: progress.Of(kind, found)))
                            .Concat(
                                Enum.GetValues<Remark>()
                                    .Select(remark => (Word: remark.ToString(), Many: progress.Of(kind, remark)))
                            )
                            .Where(count => count.Many > 0)
                            .ToDictionary(count => AdminJson.Named(count.Word), count => count.Many)
            );
}

/// <summary>Whom a job is about.</summary>
/// <param name="All">How many.</param>
/// <param name="Links">A thousand of them at most.</param>
internal sealed record ShownReport(int All, IReadOnlyList<ReportedLink> Links)
{
    /// <summary>Of other preferences or rules which are others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Differences { get; init; }

    /// <summary>Of other preferences or rules which are others; null of other changes.</summary>
    public static IReadOnlyList<string>? DifferencesOf(TenantChange change) =>
        change switch
        {
            TenantChange.OtherPreferences { Former: { } former } other => other.Differences(former),
            TenantChange.OtherRules { Former: { } former } other => other.Differences(former),
            _ => null,
        };
}

/// <summary>One of them.</summary>
/// <param name="Link">The link.</param>
/// <param name="Resource">The SCIM id.</param>
/// <param name="What">What would become of it, or did.</param>
internal sealed record ReportedLink(long Link, string? Resource, IReadOnlyList<string> What)
{
    /// <summary>What it is called; looked up as it is shown, since what is kept of a job names nobody.</summary>
    public string? Name { get; init; }
}
