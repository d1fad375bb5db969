using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What an outcome means for others: whoever waits, links that became possible, and the tenant.</summary>
/// <param name="Outcome">For whoever waits; null while there is more to do of the planned wish.</param>
/// <param name="Version">The wish that it is the outcome of.</param>
/// <param name="Renewed">Links that have something to do by it.</param>
/// <param name="Problem">Why Slack cannot be written at all; null if it can.</param>
internal sealed record Recorded(Outcome? Outcome, long Version, IReadOnlyList<long> Renewed, string? Problem = null)
{
    /// <summary>Whether wishes have come since that are still to be told.</summary>
    public bool HasMore { get; init; }

    /// <summary>The wish up to which all is settled but for the refused one, for those who wait beside it; null if there is none.</summary>
    public long? Settled { get; init; }

    /// <summary>Whether there is nothing left that was wished of, so that all who wait are refused.</summary>
    public bool IsGone { get; init; }

    /// <summary>Whether Slack did what nobody told it, so that it is told nothing more.</summary>
    public bool Halts { get; init; }
}

/// <summary>The second transaction (ENGINE): what came of a command, on the row as it is now. Of <em>delivered</em> it sets only what the command carried.</summary>
internal abstract class Recording(StoreSession store, Preferences preferences, TimeSpan timeLimit, TimeProvider clock)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestRetry = TimeSpan.FromHours(6);

    // Clocks differ, and Slack tells whole seconds.
    private static readonly TimeSpan _clockSkew = TimeSpan.FromMinutes(1);

    // How often Slack is asked who has an address or a name that it says is taken.
    private const int MostAsked = 3;

    /// <summary>The transaction.</summary>
    protected StoreSession Store => store;

    /// <summary>What the tenant allows.</summary>
    protected Preferences Preferences => preferences;

    /// <summary>When it is, in Unix milliseconds.</summary>
    protected long Now { get; } = clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Links that have something to do by the outcome.</summary>
    protected List<long> Renewed { get; } = [];

    // The wish that was settled, and the one that was refused: neither need be the planned one.
    private long? _settled;
    private long? _refused;
    private bool _isGone;
    private bool _halts;

    /// <summary>The recording for a kind of link.</summary>
    public static Recording Of(Kind kind, StoreSession store, Preferences preferences, TimeSpan timeLimit, TimeProvider clock) =>
        kind == Kind.Group
            ? new GroupRecording(store, preferences, timeLimit, clock)
            : new AccountRecording(store, preferences, timeLimit, clock);

    /// <summary>Records what came of a command.</summary>
    public Recorded Record(Wanted planned, SlackCommand command, SlackResult result) =>
        RecordOne(planned, command, result) with
        {
            Halts = _halts,
        };

    private Recorded RecordOne(Wanted planned, SlackCommand command, SlackResult result)
    {
        var link = Rows.ReadLink(store, planned.Link.Id)!;
        Note(link, planned, command, result);
        switch (result)
        {
            case SlackResult.Done done:
                if (Done(link, planned, command, done) is { } refusal)
                    return Said(refusal, planned.Link.WantedVersion);
                break;
            case SlackResult.Refused { Row.Kind: SlackErrorKind.Gone } when link.Absent:
                Removed(link, command); // what is not there need not be removed
                break;
            case SlackResult.Refused { Row.Kind: SlackErrorKind.Token or SlackErrorKind.Plan } refused:
                var problem = refused.Error.ToScim().Message;
                Delay(link, Delay(link.Attempts), problem);
                TenantRows.SetProblem(store, link.TenantId, problem, Now);
                return new Recorded(null, planned.Link.WantedVersion, Renewed, problem);
            case SlackResult.Refused refused:
                return Said(Refuse(link, planned, command, refused), planned.Link.WantedVersion);
            case SlackResult.NotDone late:
                Delay(link, Bounded(late.RetryAfter) ?? Delay(link.Attempts), late.Why);
                return Said(null, planned.Link.WantedVersion);
            case SlackResult.Unknown lost:
                Forget(link, planned, command, lost.Why);
                return Said(null, planned.Link.WantedVersion);
        }
        return After(planned, link);
    }

    /// <summary>Nothing is left to tell Slack: the wish is settled, failed in part, or blocked if Slack cannot hold it yet.</summary>
    public Recorded Settle(Wanted wanted) => Said(SettleNow(wanted), wanted.Link.WantedVersion);

    /// <summary>Takes a wish back for which nothing was sent; null if that cannot be any more.</summary>
    public Outcome? Withdraw(long linkId, long version, ScimException why)
    {
        var link = Rows.ReadLink(store, linkId);
        if (link is null || link.SpokenVersion != version || link.SettledVersion >= version || link.Sent || link.AnswerBy is null)
            return null;
        return TakeBack(link, why);
    }

    /// <summary>Records what Slack did or found; a refusal for whoever waits if that is not what was wanted.</summary>
    protected abstract Outcome? Done(Link link, Wanted planned, SlackCommand command, SlackResult.Done done);

    /// <summary>Records that what was to be gone is gone.</summary>
    protected abstract void Removed(Link link, SlackCommand command);

    /// <summary>What Slack refused and its kind of link alone knows what to do with; false for what all links do alike.</summary>
    protected abstract bool Heeds(
        Link link,
        Wanted planned,
        SlackCommand command,
        SlackResult.Refused refused,
        out Outcome? outcome
    );

    /// <summary>The document goes back to what it was before the wish; false if that cannot be any more.</summary>
    protected abstract bool TryTakeBack(Link link);

    /// <summary>Lets go of the keys that are free by what was settled.</summary>
    protected abstract void Release(Wanted settled);

    /// <summary>What is left to do after a command that was done.</summary>
    protected virtual Recorded After(Wanted planned, Link link)
    {
        var left = planned.After(store, link, preferences);
        if (left.Next is null)
            return Said(SettleNow(left), left.Link.WantedVersion);
        LinkRow.Record(store, link);
        return Said(null, planned.Link.WantedVersion);
    }

    /// <summary>What a call without an answer may have done to rows beside the link's.</summary>
    protected virtual void ForgetMore(Wanted planned, SlackCommand command) { }

    /// <summary>Records that nothing more is to be told.</summary>
    protected Outcome.Settled SettleNow(Wanted wanted)
    {
        var link = wanted.Link;
        var (state, reason) =
            link.Protected ? (LinkState.Protected, link.Reason)
            : link.SetAside.Length > 0 ? (LinkState.Failed, link.Reason)
            : wanted.Blocked is { } why ? (LinkState.Blocked, why)
            : (LinkState.Settled, null);
        var kept = wanted.Noted.Where(note => note.Kind == SlackNoteKind.KeptBySlack).Select(note => note.Field);
        var served = new Served(link.Id, link.SettledVersion, link.WantedVersion);
        _settled = link.WantedVersion;
        // What was left aside of a former wish was told then.
        if (state != LinkState.Failed || link.SpokenVersion > link.SettledVersion)
            AlertTo(link, state, served);
        End(link, link.WantedVersion, state, reason, Fields.ToText(kept));
        OperationJournal.Add(store, served, null, wanted.Noted.Select(note => note.Says));
        OperationJournal.Finish(store, served, Word(state), state == LinkState.Settled ? null : reason, Now);
        if (wanted.Claimant is { Previous: not null })
            store.Execute(
                "update resources set previous = null, previous_asserted = null, previous_waived = null where id = @id",
                ("@id", link.ClaimantId)
            );
        Release(wanted);
        return new Outcome.Settled();
    }

    /// <summary>Notes what Slack has by a command. It is written together with what it means for the wish; only a new id is in the store at once, since plans look others' up.</summary>
    /// <param name="link">The link.</param>
    /// <param name="slackId">The account's or group's id, if it was shown.</param>
    /// <param name="delivers">What the command carried.</param>
    /// <param name="seen">What Slack showed.</param>
    protected void Deliver(Link link, string? slackId, SlackProfile delivers, SlackProfile? seen)
    {
        var delivered = WantedAccount.Profile(link.Delivered).With(delivers);
        link.Delivered = delivered.ToUtf8();
        (link.AskFirst, link.Intended, link.Asked, link.Attempts, link.Due) = (false, null, 0, 0, null);
        (link.Sent, link.SeenAt) = (true, Now);
        if (seen is not null)
            link.Seen = seen.ToUtf8();
        // Whether somebody is active Slack does not put in words of its own, so what it was told is what it has to show from now on.
        var echo = seen ?? (delivers.Says(SlackField.Active) && link.Echo is { } before ? SlackProfile.Read(before) : null);
        if (echo is not null)
            link.Echo = (delivered.Active is { } told && told != echo.Active ? echo.With(told) : echo).ToUtf8();
        if (slackId is not null && slackId != link.SlackId)
        {
            link.SlackId = slackId;
            store.Execute("update links set slack_id = @slack where id = @id", ("@slack", slackId), ("@id", link.Id));
        }
        var isReachable = link.SlackId is not null && delivered.Active != false;
        // Who was told to be active, or became another kind of guest, may have been out of Slack's groups meanwhile, by a call whose outcome nobody saw.
        if (isReachable == link.Reachable && !delivers.Says(SlackField.Active) && !delivers.Says(SlackField.GuestType))
            return;
        link.Reachable = isReachable;
        Reached(link, isReachable);
    }

    /// <summary>Slack did what nobody told it: it is told nothing more before an operator has looked at it.</summary>
    protected void Halt(Link link, string why)
    {
        _halts = true;
        var operation = Wishes.Tell(store, link.Id, why, "reported", Now);
        TenantRows.Halt(store, link.TenantId, link.Id, operation, Now);
    }

    /// <summary>An account is there, or gone, which its groups have to know.</summary>
    protected virtual void Reached(Link link, bool isReachable) { }

    /// <summary>What was made after our intent is ours, whatever was lost on the way.</summary>
    protected static bool IsOurs(Link link, DateTimeOffset? created) =>
        link.Intended is { } intended && created?.ToUnixTimeMilliseconds() >= intended - (long)_clockSkew.TotalMilliseconds;

    /// <summary>Nothing is to be asked any more.</summary>
    protected void StopAsking(Link link)
    {
        (link.AskFirst, link.Intended) = (false, null);
        store.Execute("update links set ask_first = @no, intended = null where id = @id", ("@no", false), ("@id", link.Id));
    }

    /// <summary>What was there before us nobody wants gone.</summary>
    protected void LetStay(Link link)
    {
        StopAsking(link);
        link.Absent = false;
        store.Execute("update links set absent = @no where id = @id", ("@no", false), ("@id", link.Id));
    }

    /// <summary>Whether another link has what Slack showed.</summary>
    protected bool IsAnothers(Link link, string? slackId) =>
        slackId is not null
        && link.SlackId != slackId
        && LinkRow.BySlackId(store, link.TenantId, link.Kind, slackId) is { } other
        && other.Id != link.Id;

    /// <summary>Has it tried again after a while.</summary>
    protected void Delay(Link link, TimeSpan delay, string why) =>
        store.Execute(
            "update links set attempts = attempts + 1, due = @due, reason = @why where id = @id",
            ("@due", Now + (long)delay.TotalMilliseconds),
            ("@why", why),
            ("@id", link.Id)
        );

    /// <summary>A refusal counts against the request that spoke of the path; otherwise the path is left aside and the rest is sent without it.</summary>
    protected Outcome? Fail(Link link, Wanted planned, ScimException why, IReadOnlyList<SlackField> blamed)
    {
        var spoken = Fields.Parse(link.Spoken);
        if (Waits(link, planned) && (blamed.Count == 0 || link.SlackId is null || blamed.Any(spoken.Contains)))
            if (TakeBack(link, why) is { } refused)
                return refused;
        if (link.SlackId is null || blamed.Count == 0)
            return EndAs(link, planned, LinkState.Failed, why);
        store.Execute(
            "update links set set_aside = @fields, reason = @why where id = @id",
            ("@fields", Fields.ToText(Fields.Parse(link.SetAside).Concat(blamed))),
            ("@why", why.Message),
            ("@id", link.Id)
        );
        return Wanted.Read(store, link.Id, preferences) is { Next: null } done ? SettleNow(done) : null;
    }

    /// <summary>Whether a request waits for what was planned.</summary>
    protected bool Waits(Link link, Wanted planned) => link.AnswerBy > Now && link.SpokenVersion <= planned.Link.WantedVersion;

    /// <summary>The mirror goes back; where that leaves something to tell Slack, or to find out, it is planned again with nobody waiting.</summary>
    protected Outcome.Refused? TakeBack(Link link, ScimException why, LinkState? leaves = null)
    {
        var current = Rows.ReadLink(store, link.Id)!;
        if (!TryTakeBack(current))
            return null;
        _refused = link.SpokenVersion;
        _isGone = Rows.ReadResource(store, link.ClaimantId) is null;
        // Of what is gone nothing can be done that anybody else has asked for, such as its members.
        store.Execute(
            "update operations set outcome = 'refused', error = @error, status = @status, scim_type = @type, finished = @now "
                + (_isGone ? $"where {Served.Where}" : "where id = @id"),
            ("@error", why.Message),
            ("@status", (int)why.Status),
            ("@type", why.ScimType),
            ("@now", Now),
            ("@id", link.OperationId),
            ("@link", link.Id),
            ("@after", link.SpokenVersion - 1),
            ("@upTo", link.WantedVersion)
        );
        if (Wanted.Read(store, link.Id, preferences) is { } left)
        {
            if (leaves is { } state)
                End(left.Link, left.Link.WantedVersion, state, why.Message, left.Link.Kept);
            else if (left.Next is null)
                SettleNow(left);
            else
                Wishes.Renew(store, left.Link, "taking back what Slack refused", Now);
            Renewed.Add(link.Id);
        }
        return new Outcome.Refused(why);
    }

    /// <summary>Ends the planned wish otherwise than settled.</summary>
    protected Outcome.Settled EndAs(Link link, Wanted planned, LinkState state, ScimException why)
    {
        var served = new Served(link.Id, link.SettledVersion, planned.Link.WantedVersion);
        AlertTo(link, state, served);
        End(link, planned.Link.WantedVersion, state, why.Message, link.Kept);
        OperationJournal.Finish(store, served, Word(state), why.Message, Now);
        return new Outcome.Settled();
    }

    // The provider had its 2xx, or will have it, and Slack has not what was wanted: only people can know. What the gateway tries again
    // of its own accord was told when it failed first.
    private void AlertTo(Link link, LinkState state, Served served)
    {
        if (state is not (LinkState.Failed or LinkState.Protected or LinkState.Broken))
            return;
        if (OperationJournal.AskedLast(store, served) is not { } operation)
            return;
        var cause =
            link.Absent ? Cause.RemovalRefused
            : link.SlackId is null ? Cause.CreateRefused
            : Cause.Failed;
        Alerts.Raise(store, link.TenantId, cause, Now, link.Id, operation);
    }

    /// <summary>What was settled, up to a wish; one that came after it is still to be told: its state, its time and who waits for it stay as they are.</summary>
    protected void End(Link link, long version, LinkState state, string? reason, string kept)
    {
        var ended = link with { SettledVersion = version, Kept = kept };
        if (version == link.WantedVersion)
        {
            (ended.State, ended.Reason, ended.Since, ended.AnswerBy) = (state, reason, Now, null);
            var retry = Now + (long)Growing(_firstRetry, _longestRetry, link.Attempts).TotalMilliseconds;
            (ended.Due, ended.Attempts) = state == LinkState.Failed ? ((long?)retry, link.Attempts + 1) : (null, 0);
            if (state == LinkState.Failed)
                Renewed.Add(link.Id); // it is looked at again when it is due
        }
        LinkRow.Record(store, ended);
    }

    /// <summary>For whoever waits.</summary>
    protected Recorded Said(Outcome? outcome, long version) =>
        outcome switch
        {
            Outcome.Refused => new(outcome, _refused ?? version, Renewed) { Settled = _settled, IsGone = _isGone },
            Outcome.Settled => new(outcome, _settled ?? version, Renewed),
            _ => new(outcome, version, Renewed),
        };

    // What the command carried may be at Slack or not: it is unknown, and unknown is always planned. A late call could land until the limit.
    private void Forget(Link link, Wanted planned, SlackCommand command, string why)
    {
        var carried = command.Delivers;
        store.Execute(
            "update links set delivered = @delivered, sent = @yes where id = @id",
            ("@delivered", WantedAccount.Profile(link.Delivered).Only(field => !carried.Says(field)).ToUtf8()),
            ("@yes", true),
            ("@id", link.Id)
        );
        AskAfter(link, command);
        ForgetMore(planned, command);
        Delay(link, link.Attempts == 0 ? timeLimit : timeLimit + Delay(link.Attempts), why);
    }

    // A create that did not come to a good end may have made the account or group all the same: Slack is asked before it is sent again,
    // and what was made since the wish is ours.
    private void AskAfter(Link link, SlackCommand command)
    {
        if (!command.IsRepeatable)
            store.Execute(
                "update links set ask_first = @yes, intended = coalesce(intended, since) where id = @id",
                ("@yes", true),
                ("@id", link.Id)
            );
    }

    // ENGINE, "What a refusal does".
    private Outcome? Refuse(Link link, Wanted planned, SlackCommand command, SlackResult.Refused refused)
    {
        var why = refused.Error.ToScim();
        var row = refused.Row;
        switch (row.Kind)
        {
            case SlackErrorKind.SlackFault or SlackErrorKind.Limit or SlackErrorKind.Locked:
                // Nothing is wrong with the wish, such as when an account is being made still (FACTS 4.6): it is tried again.
                AskAfter(link, command);
                Delay(link, Delay(link.Attempts), why.Message);
                return null;
            case SlackErrorKind.Protected:
                store.Execute(
                    "update links set protected = @yes, reason = @why where id = @id",
                    ("@yes", true),
                    ("@why", why.Message),
                    ("@id", link.Id)
                );
                return Waits(link, planned) && TakeBack(link, why) is { } undone
                    ? undone
                    : EndAs(link, planned, LinkState.Protected, why);
            case SlackErrorKind.Conflict when !command.IsRepeatable && IsTaken(row) && link.Asked < MostAsked:
                // Somebody has made it in Slack meanwhile: who that is, and whether it may be adopted, is seen by asking.
                store.Execute(
                    "update links set ask_first = @yes, asked = asked + 1 where id = @id",
                    ("@yes", true),
                    ("@id", link.Id)
                );
                return null;
        }
        return Heeds(link, planned, command, refused, out var outcome)
            ? outcome
            : Fail(link, planned, why, FieldsOf(row, command));
    }

    /// <summary>Whether a refused create says that what it is found by is taken.</summary>
    protected abstract bool IsTaken(SlackErrorRow row);

    private static string Word(LinkState state) =>
        state switch
        {
            LinkState.Settled => "done",
            LinkState.Failed => "failed",
            LinkState.Protected => "protected",
            LinkState.Broken => "broken",
            _ => "blocked",
        };

    // Whatever Slack, or somebody between, says: neither at once nor for days.
    private static TimeSpan? Bounded(TimeSpan? retryAfter) =>
        retryAfter is { } given ? TimeSpan.FromTicks(Math.Clamp(given.Ticks, _firstDelay.Ticks, _longestRetryAfter.Ticks)) : null;

    private static TimeSpan Delay(int attempts) => Growing(_firstDelay, _longestDelay, attempts);

    private static TimeSpan Growing(TimeSpan first, TimeSpan longest, int attempts) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(attempts, 16)));

    // The fields that may be to blame, as far as the command carried them.
    private static List<SlackField> FieldsOf(SlackErrorRow row, SlackCommand command)
    {
        var carried = CommandLine.Carried(command).ToList();
        List<SlackField> blamed = row.Field is { } field ? [field] : [.. row.MayBe];
        return blamed.Count > 0 && blamed.Exists(carried.Contains) ? blamed : carried;
    }

    // What was done and what Slack said to it.
    private void Note(Link link, Wanted planned, SlackCommand command, SlackResult result)
    {
        var says = result switch
        {
            SlackResult.Refused refused => refused.Error.Words,
            SlackResult.NotDone late => late.Why,
            SlackResult.Unknown lost => lost.Why,
            _ => null,
        };
        var dropped = result is SlackResult.Done { User: var user } ? command.DeliveredAs(user).Notes : [];
        OperationJournal.Add(
            store,
            new Served(link.Id, link.SettledVersion, planned.Link.WantedVersion),
            CommandLine.Of(command, result.GetType().Name, says, Now),
            dropped.Select(note => note.Says)
        );
    }
}
