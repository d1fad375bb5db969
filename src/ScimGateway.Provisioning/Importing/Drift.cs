using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// What was changed in Slack by hand: it shows an account or a group other than right after our last delivery. Seen
/// twice, at least a minute apart, since reads of Slack lag behind its writes (docs/slack.md 9).
/// </summary>
internal static class Drift
{
    private static readonly TimeSpan _apart = TimeSpan.FromSeconds(60);

    /// <summary>The fields that Slack shows other than it did.</summary>
    public static IReadOnlyList<SlackField> Of(byte[]? echo, SlackProfile seen)
    {
        if (echo is null)
            return [];
        var before = SlackProfile.Read(echo);
        return [.. before.Fields.Where(field => seen.Says(field) && seen[field] != before[field])];
    }

    /// <summary>
    /// Looks at what Slack shows of a claimed account or group of which nothing is under way; reports what has drifted
    /// for certain, or has it set back. What is other; null if nothing is.
    /// </summary>
    /// <param name="store">The transaction.</param>
    /// <param name="link">The link.</param>
    /// <param name="seen">What Slack shows.</param>
    /// <param name="members">What may have been done to its members by hand.</param>
    /// <param name="handling">What becomes of it.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isFirstHand">
    /// Whether Slack showed it in its answer to the very write that made it other: that lags behind nothing.
    /// </param>
    public static DriftedLink? Look(
        StoreSession store,
        Link link,
        SlackProfile seen,
        MemberDrift? members,
        DriftHandling handling,
        Instant now,
        bool isFirstHand = false
    )
    {
        // Of who is to be gone it matters alone that he is.
        var fields = FieldSet.Of(Of(link.Echo, seen).Where(field => !link.Absent || field == SlackField.Active));
        var hasEnded = seen.ShowsEnd(now.ToTime());
        var wasEnded = link.Reason is { Code: ReasonCode.GuestEnded };
        if (link.Echo is not null && hasEnded != wasEnded && (wasEnded || fields.Has(SlackField.Active)))
        {
            var said = hasEnded
                ? "Slack has ended the account of a guest at its time"
                : "Slack has let a guest in again";
            var echo = SlackProfile.Read(link.Echo).With(active: !hasEnded);
            Wishes.Renew(store, link.TakeDrift(echo, FieldSet.Of(SlackField.Active)).Drift(null, false, ""), said, now);
            return null;
        }
        var names = fields.ToString();
        if (fields.IsEmpty && members is null)
        {
            if (link.DriftedAt is not null)
                Links.Save(store, link.Drift(null, false, ""));
            return null;
        }
        if (!link.IsDriftSuspected && names == link.Drifted && members is null)
            return Drifted(Remark.DriftKnown);
        // Only what is different in the same way at both looks is for certain.
        var suspected = $"{names} {members?.Fingerprint}";
        var since = link.DriftedAt ?? now;
        var isSeenAgain = link is { DriftedAt: not null, IsDriftSuspected: true } && link.Drifted == suspected;
        if (!isSeenAgain && !isFirstHand)
        {
            members?.Suspect(store, link);
            Links.Save(store, link.Drift(now, true, suspected));
            return Drifted(Remark.DriftSuspected);
        }
        if (!isFirstHand && now - since < _apart)
            return Drifted(Remark.DriftSuspected);
        var what = string.Join(", ", new[] { names, members?.ToString() }.Where(said => !string.IsNullOrEmpty(said)));
        if (handling == DriftHandling.Restore)
        {
            members?.SetBack(store, link);
            Wishes.Renew(
                store,
                link.TakeDrift(seen, fields).Drift(null, false, ""),
                $"restoring what was changed in Slack: {what}",
                now
            );
            return Drifted(Remark.DriftRestored);
        }
        else
        {
            members?.LetBe(store, link);
            link = Links.Save(store, link.Drift(fields.IsEmpty ? null : since, false, names));
            Report(store, link, $"changed in Slack: {what}", now);
            return Drifted(Remark.DriftReported);
        }

        DriftedLink Drifted(Remark remark) =>
            new(
                link.Id,
                link.ClaimantId,
                remark,
                [
                    .. names.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
                    .. members is null ? Array.Empty<string>() : ["Members"],
                ]
            );
    }

    /// <summary>
    /// Looks at an account of which a provider's change waits, and that a script has just written: Slack's answer to that
    /// change will show what was changed beside it as if it had been so. What the provider speaks of is told anyway.
    /// </summary>
    public static void LookBeside(StoreSession store, Link link, SlackProfile seen, DriftHandling handling, Instant now)
    {
        if (link.Absent) // who is to be gone is let out
            return;
        var fields = FieldSet.Of(Of(link.Echo, seen).Where(field => !link.Spoken.Has(field)));
        if (fields.IsEmpty)
            return;
        if (handling == DriftHandling.Restore)
        {
            Links.Save(store, link.Unlearn(fields));
            Wishes.Join(store, link.Id, $"restoring what was changed in Slack: {fields}", now);
            return;
        }
        Report(store, link, $"changed in Slack: {fields}", now);
    }

    /// <summary>Notes what somebody has done in Slack, and tells operators.</summary>
    public static void Report(StoreSession store, Link link, string what, Instant now)
    {
        var operation = Wishes.Tell(store, link, what, "reported", now);
        Alerts.Raise(store, link.TenantId, Cause.Drift, now, link.Id, operation);
    }
}
