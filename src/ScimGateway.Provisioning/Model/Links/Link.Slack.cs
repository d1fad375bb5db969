using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Model.Links;

/// <content>What Slack has of it, what Slack is asked, and what the v1 lane changes.</content>
internal sealed partial record Link
{
    // Slack may change each of these by itself when it is told another one.
    private static readonly FieldSet _names = FieldSet.Of(
        SlackField.UserName,
        SlackField.DisplayName,
        SlackField.GivenName,
        SlackField.FamilyName,
        SlackField.HonorificPrefix
    );
    private static readonly FieldSet _languages = FieldSet.Of(
        SlackField.Timezone,
        SlackField.Locale,
        SlackField.PreferredLanguage
    );

    // Whether somebody is active is looked at elsewhere; a second address that somebody gave in Slack stays, whatever
    // addresses the provider says.
    private static readonly FieldSet _leftToSlack = FieldSet.Of(
        SlackField.Active,
        SlackField.GuestType,
        SlackField.GuestExpiration,
        SlackField.SecondaryEmail
    );

    // What Slack has

    /// <summary>Slack has what a command carried.</summary>
    /// <param name="slackId">The id, if it was shown.</param>
    /// <param name="carried">What the command carried.</param>
    /// <param name="seen">What Slack showed.</param>
    /// <param name="now">When it is.</param>
    public Link Deliver(string? slackId, SlackProfile carried, SlackProfile? seen, Instant now)
    {
        var delivered = Told.With(carried);
        var known = DriftedAt is null ? FieldSet.Nothing : ChangedSinceEcho;
        // Whether somebody is active Slack does not put in words of its own, so what it was told is what it has to show
        // from now on.
        var isUnseenTurn = seen is null && carried.Says(SlackField.Active);
        var echo = seen ?? (isUnseenTurn && Echo is not null ? SlackProfile.Read(Echo) : null);
        if (isUnseenTurn && Seen is not null && delivered.Active is { } turned)
            seen = AtSlack.With(turned);
        if (echo is not null && delivered.Active is { } active && active != echo.Active)
            echo = echo.With(active);
        // What somebody has changed by hand is so still, and drift: the answer shows it beside what Slack was told.
        if (echo is not null && seen is not null && Echo is not null)
        {
            var (otherwise, told, drifted) = (Otherwise(seen), Told, AtSlack);
            echo = echo.With(
                SlackProfile
                    .Read(Echo)
                    .Only(field =>
                        otherwise.Has(field)
                        && !carried.Says(field)
                        && (
                            (known.Has(field) && seen[field] == drifted[field])
                            || (told.Says(field) && told[field] != seen[field] && !MovesWith(field, carried))
                        )
                    )
            );
        }
        var next = Untried() with
        {
            SlackId = slackId ?? SlackId,
            Delivered = delivered.ToUtf8(),
            Seen = seen?.ToUtf8() ?? Seen,
            Echo = echo?.ToUtf8() ?? Echo,
            SeenAt = now,
            Sent = true,
            AskFirst = false,
            Intended = null,
            Asked = 0,
            LostUntil = null,
            Reachable = (slackId ?? SlackId) is not null && delivered.Active != false,
            Turned =
                SlackId is not null && (carried.Says(SlackField.Active) || carried.Says(SlackField.GuestType))
                    ? now
                    : Turned,
        };
        return Kind == Kind.User && carried.Fields.Any(known.Has) ? next.DriftsNoMore() : next;
    }

    // What somebody has changed by hand and is told again is over: the same done once more is another change, to be seen
    // twice and reported anew. What was not told again is known still.
    private Link DriftsNoMore()
    {
        var left = ChangedSinceEcho;
        return IsDriftSuspected || left.IsEmpty
            ? Drift(since: null, isSuspected: false, "")
            : Drift(DriftedAt, isSuspected: false, $"{left}");
    }

    private static bool MovesWith(SlackField field, SlackProfile carried) =>
        _leftToSlack.Has(field)
        || (_names.Has(field) && carried.Fields.Any(_names.Has))
        || (_languages.Has(field) && carried.Fields.Any(_languages.Has));

    /// <summary>
    /// A group gets another name, which Slack's answer does not show: what was changed in the former one is over.
    /// </summary>
    public Link Rename(SlackProfile carried)
    {
        var seen = AtSlack.With(carried.Only(field => field == SlackField.DisplayName));
        var next = this with { Echo = null, Seen = seen.ToUtf8() };
        return IsDriftSuspected ? next : next.Drift(since: null, isSuspected: false, "");
    }

    /// <summary>
    /// What a command carried may be at Slack or not: it is not known, and what is not known is always planned.
    /// </summary>
    /// <param name="carried">What it carried.</param>
    /// <param name="until">Until when it may land.</param>
    public Link Lose(SlackProfile carried, Instant until)
    {
        return this with
        {
            Delivered = Told.Only(field => !carried.Says(field)).ToUtf8(),
            Sent = true,
            LostUntil = until,
        };
    }

    /// <summary>What of an unsettled wish may have been sent is not known.</summary>
    public Link Unlearn(FieldSet fields) =>
        Delivered is null || fields.IsEmpty
            ? this
            : this with
            {
                Delivered = Told.Only(field => !fields.Has(field)).ToUtf8(),
            };

    /// <summary>Nothing is known of what Slack was told.</summary>
    public Link UnlearnAll() => this with { Delivered = null };

    /// <summary>
    /// A user gets the account of a deleted one and is told to Slack whole: nobody knows what was changed by hand
    /// meanwhile. That the account is inactive stays known if the user is active, so a refusal leaves nothing to tell.
    /// </summary>
    public Link UnlearnFor(bool active) =>
        IsActive == active
            ? UnlearnAll()
            : Unlearn(FieldSet.Of(Told.Fields.Where(field => field != SlackField.Active)));

    /// <summary>It is gone at Slack for good: whoever wants it again gets another one.</summary>
    public Link Vanish() =>
        Untried() with
        {
            SlackId = null,
            MatchedBy = null,
            Delivered = null,
            Seen = null,
            Echo = null,
            Sent = true,
        };

    /// <summary>
    /// An account that Slack has erased: nobody gets it any more, should Slack show it by an address still.
    /// </summary>
    public static Link Erased(TenantId tenantId, string slackId, Instant now) =>
        Found(tenantId, Kind.User, slackId, SlackProfile.Nothing, isReachable: false, now).Protect(ReasonCode.Erased);

    /// <summary>The account was erased in Slack: who is to be there gets another one, which is ours to name.</summary>
    public Link Erase() => Vanish() with { Imported = false, Reachable = false, Sent = false };

    /// <summary>An import shows it.</summary>
    /// <param name="seen">What Slack shows.</param>
    /// <param name="now">When it is.</param>
    /// <param name="isEcho">Whether that is what it has to show from now on.</param>
    public Link See(SlackProfile seen, Instant now, bool isEcho)
    {
        var shown = seen.ToUtf8();
        return this with { Seen = shown, Echo = isEcho ? shown : Echo, SeenAt = now };
    }

    /// <summary>
    /// An import shows a claimed group. The first look after a rename says how Slack writes the name; a name that Slack
    /// would not make of it is somebody else's.
    /// </summary>
    public Link SeeGroup(SlackProfile seen, Instant now)
    {
        var (told, shown) = (Told[SlackField.DisplayName], seen[SlackField.DisplayName]);
        var isToldName = told is null || shown is null || SlackNames.MayShow(told, shown);
        var echo = Echo ?? (isToldName ? seen : Told.Only(field => field == SlackField.DisplayName)).ToUtf8();
        return See(seen, now, isEcho: false) with { Echo = echo };
    }

    /// <summary>Whether Slack lets it into groups.</summary>
    public Link Reach(bool isReachable, Instant now) =>
        isReachable == Reachable ? this : this with { Reachable = isReachable, Turned = now };

    /// <summary>
    /// What Slack no longer knows of it, as a row of its own: who was to have it gets another account.
    /// </summary>
    /// <param name="former">Whose it was; null if it was nobody's.</param>
    /// <param name="absent">Whether it is to be gone, should an import find it again.</param>
    /// <param name="why">What Slack said.</param>
    /// <param name="now">When it is.</param>
    public Link Depart(ResourceId? former, bool absent, Reason why, Instant now) =>
        (this with { Id = default, Revision = 0, ClaimantId = former, Absent = absent, Reachable = false }).End(
            WantedVersion,
            new LinkOutcome(LinkEvent.Lost, why),
            now
        );

    // Questions to Slack

    /// <summary>
    /// A create that did not come to a good end may have made it all the same: Slack is asked before it is sent again,
    /// and what was made since the wish is ours.
    /// </summary>
    public Link AskBeforeCreating() => this with { AskFirst = true, Intended = Intended ?? Since };

    /// <summary>
    /// Somebody has made it in Slack meanwhile: who that is, and whether it may be adopted, is seen by asking.
    /// </summary>
    public Link AskWhoHasIt() => this with { AskFirst = true, Asked = Asked + 1 };

    /// <summary>Slack does not know the account of who is to be out: it is asked whether another one has the address.</summary>
    public Link AskInPlace() => this with { AskFirst = true, Asked = InPlace };

    /// <summary>
    /// Slack says that it does not know it: it is asked for it by its id before that is believed.
    /// </summary>
    public Link AskIfGone() =>
        this with
        {
            AskFirst = true,
            Attempts = Attempts + 1,
            Asked = Kind == Kind.Group ? 0 : Asked, // a group is then asked for by its names
        };

    /// <summary>
    /// It was found by asking who has the address, though Slack did not know its id: that is not done once more for what
    /// is told next.
    /// </summary>
    public Link AskedAlready() => this with { Asked = 1 };

    /// <summary>Slack shows the account or group that it had called unknown.</summary>
    /// <param name="due">When it is told again.</param>
    /// <param name="why">What was met; null if it was not told before.</param>
    public Link ConfirmThere(Instant? due, Reason? why) => StopAsking() with { Due = due, Reason = WhileHeld ?? why };

    /// <summary>Nothing is to be asked any more.</summary>
    public Link StopAsking() =>
        this with
        {
            AskFirst = false,
            Intended = null,
            Asked = SlackId is null ? Asked : Math.Min(Asked, InPlace - 1),
        };

    /// <summary>The account or group existed before the gateway, so the gateway does not remove it.</summary>
    public Link LetStay() => StopAsking() with { Absent = false };

    // The v1 lane

    /// <summary>
    /// Somebody writes it by the v1 lane: what Slack has is not known until it was read, and nothing else is told while
    /// that may still land.
    /// </summary>
    /// <param name="now">When it is.</param>
    /// <param name="lands">Until when it may land.</param>
    /// <param name="mayLetIn">
    /// Whether it may let somebody in: then a provider that wants him out says so once more, whatever came of it.
    /// </param>
    public Link Touch(Instant now, Instant lands, bool mayLetIn = false) =>
        To(LinkEvent.Touched) with
        {
            Since = now,
            LostUntil = lands,
            Delivered = mayLetIn && Told.Active == false ? Told.With(active: true).ToUtf8() : Delivered,
        };

    /// <summary>Slack has answered that, so that nothing of it is to land any more.</summary>
    public Link Land() => this with { LostUntil = null };

    /// <summary>It is known again what Slack has; what was set aside before is to be planned again.</summary>
    public Link Know(Instant now) => EndUnknown(LinkEvent.Known, why: null, now);

    /// <summary>It was read, and Slack has the account no more.</summary>
    public Link ReadInVain(Reason why, Instant now) =>
        EndUnknown(LinkEvent.ReadInVain, why, now).Drift(since: null, isSuspected: false, "");

    private Link EndUnknown(LinkEvent read, Reason? why, Instant now) =>
        To(read).Untried() with
        {
            Reason = why,
            SetAside = FieldSet.Nothing,
            Since = now,
            LostUntil = null,
        };
}
