using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// A look at what Slack shows of a claimed account or group of which nothing is under way, or that is held. What is other
/// counts when it was seen twice, at least a minute apart, since reads of Slack lag behind its writes (docs/slack.md 9).
/// </summary>
/// <param name="Store">The transaction.</param>
/// <param name="Link">The link.</param>
/// <param name="Seen">What Slack shows.</param>
/// <param name="Members">What may have been done to its members by hand.</param>
/// <param name="Preferences">What becomes of it, and how much of that is counted.</param>
/// <param name="Now">When it is.</param>
/// <param name="IsFirstHand">
/// Whether Slack showed it in its answer to the very write that made it other: that lags behind nothing.
/// </param>
internal sealed record DriftLook(
    StoreSession Store,
    Link Link,
    SlackProfile Seen,
    MemberDrift? Members,
    Preferences Preferences,
    Instant Now,
    bool IsFirstHand = false
)
{
    private static readonly FieldSet _active = FieldSet.Of(SlackField.Active);
    private static readonly TimeSpan _apart = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Reports what has drifted for certain, or has it set back. What is other; null if nothing is.
    /// </summary>
    public DriftedLink? Find()
    {
        var fields = Drift.Minding(Link, Seen);
        var hasEnded = Seen.ShowsEnd(Now.ToTime());
        if (Link.State == LinkState.Held && hasEnded)
            fields = fields.Without(_active); // which is told when the hold has ended
        else if (Link.Echo is not null && IsGuestsTime(fields, hasEnded))
        {
            FollowGuest(Link.Echo, hasEnded);
            return null;
        }
        if (fields.IsEmpty && Members is null)
        {
            if (Link.DriftedAt is not null)
                Links.Save(Store, Link.Drift(null, false, ""));
            return null;
        }
        return new DriftedLink(
            Link.Id,
            Link.ClaimantId,
            Weigh(fields),
            [
                .. $"{fields}".Split([',', ' '], StringSplitOptions.RemoveEmptyEntries),
                .. Members is null ? Array.Empty<string>() : ["Members"],
            ]
        );
    }

    // Whether a guest is out because the time is over, or in again since it was made longer: nobody has to say so.
    private bool IsGuestsTime(FieldSet fields, bool hasEnded)
    {
        var wasEnded = Link.Reason is { Code: ReasonCode.GuestEnded };
        return hasEnded != wasEnded && (wasEnded || fields.Has(SlackField.Active));
    }

    private void FollowGuest(byte[] last, bool hasEnded)
    {
        var said = hasEnded ? "Slack has ended the account of a guest at its time" : "Slack has let a guest in again";
        var echo = SlackProfile.Read(last).With(active: !hasEnded);
        Wishes.Renew(Store, Link.TakeDrift(echo, _active).Drift(null, false, ""), said, Now);
    }

    private Remark Weigh(FieldSet fields)
    {
        var names = fields.ToString();
        var isKnown = !Link.IsDriftSuspected && names == Link.Drifted && Members is null;
        if (isKnown && !IsToBeSetBack(fields))
            return Remark.DriftKnown;
        if (!isKnown && !IsFirstHand && !IsCertain($"{names} {Members?.Fingerprint}"))
            return Remark.DriftSuspected;
        var what = string.Join(", ", new[] { names, Members?.ToString() }.Where(said => !string.IsNullOrEmpty(said)));
        return IsToBeSetBack(fields) ? SetBack(fields, what) : LetBe(fields, what);
    }

    // Only what is different in the same way at both looks is for certain; the first look is remembered.
    private bool IsCertain(string suspected)
    {
        if (Link is { DriftedAt: { } since, IsDriftSuspected: true } && Link.Drifted == suspected)
            return Now - since >= _apart;
        Members?.Suspect(Store, Link);
        Links.Save(Store, Link.Drift(Now, true, suspected));
        return false;
    }

    private bool IsToBeSetBack(FieldSet fields) =>
        Drift.IsSetBack(Link, Seen, fields, Preferences)
        && (Members is not null || !Drift.IsLeftAsItIs(Store, Link, Seen, fields, Preferences));

    private Remark SetBack(FieldSet fields, string what)
    {
        var why = $"restoring what was changed in Slack: {what}";
        var caller = Caller.Itself(Link.TenantId, Preferences);
        var (back, beyond) = Drift.SetBack(Store, Link, Seen, fields, caller, Now);
        Members?.SetBack(Store, Link, caller, Now);
        if (beyond is null)
            Wishes.Renew(Store, back, why, Now);
        else
            Wishes.Hold(Store, back, why, beyond, Now);
        return beyond is null ? Remark.DriftRestored : Remark.DriftHeld;
    }

    private Remark LetBe(FieldSet fields, string what)
    {
        Members?.LetBe(Store, Link);
        var since = fields.IsEmpty ? (Instant?)null : Link.DriftedAt ?? Now;
        var link = Links.Save(Store, Link.Drift(since, false, fields.ToString()));
        Drift.Report(Store, link, $"changed in Slack: {what}", Now);
        return Remark.DriftReported;
    }
}
