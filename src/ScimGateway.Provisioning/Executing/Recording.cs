using System.Text.Json;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What an outcome means for others: whoever waits, links that became possible, and the tenant.</summary>
/// <param name="Outcome">For whoever waits; null while there is more to do.</param>
/// <param name="Renewed">Links that have something to do by it.</param>
/// <param name="Problem">Why Slack cannot be written at all; null if it can.</param>
internal sealed record Recorded(Outcome? Outcome, IReadOnlyList<long> Renewed, string? Problem = null);

/// <summary>The second transaction (ENGINE): what came of a command, on the row as it is now. Of <em>delivered</em> it sets only what the command carried.</summary>
internal sealed class Recording(StoreSession store, Preferences preferences, TimeSpan timeLimit, TimeProvider clock)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestRetryAfter = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _longestRetry = TimeSpan.FromHours(6);

    // Clocks differ, and Slack tells whole seconds.
    private static readonly TimeSpan _clockSkew = TimeSpan.FromMinutes(1);

    private static readonly JsonSerializerOptions _line = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    // How many derived names are tried, and how often Slack is asked who has an address that it says is taken.
    private const int MostNames = 20;
    private const int MostAsked = 3;

    private readonly long _now = clock.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly List<long> _renewed = [];

    /// <summary>Records what came of a command.</summary>
    public Recorded Record(WantedAccount planned, SlackCommand command, SlackResult result)
    {
        var link = Rows.ReadLink(store, planned.Link.Id)!;
        Note(link, command, result);
        switch (result)
        {
            case SlackResult.Done { Users: { } found }:
                if (Found(link, planned, found.Resources.FirstOrDefault(u => !u.IsBot)) is { } refusal)
                    return Said(refusal);
                break;
            case SlackResult.Done { User: var user }:
                if (IsAnothers(link, user))
                    return Said(Fail(link, planned, Another(user!.Id), []));
                Deliver(link, command.DeliveredAs(user).Delivered, user);
                break;
            case SlackResult.Refused { Row.Kind: SlackErrorKind.Gone } when link.Absent:
                Deliver(link, command.Delivers, null); // what is not there need not be deactivated
                break;
            case SlackResult.Refused { Row.Kind: SlackErrorKind.Token or SlackErrorKind.Plan } refused:
                var problem = refused.Error.ToScim().Message;
                Delay(link, Delay(link.Attempts), problem);
                return new Recorded(null, _renewed, problem);
            case SlackResult.Refused refused:
                return Said(Refuse(link, planned, command, refused));
            case SlackResult.NotDone late:
                Delay(link, Bounded(late.RetryAfter) ?? Delay(link.Attempts), late.Why);
                return Said(null);
            case SlackResult.Unknown lost:
                Forget(link, command, lost.Why);
                return Said(null);
        }
        if (planned.After(store, link, preferences) is { Next: null } done)
            return Said(SettleNow(done));
        LinkRow.Record(store, link);
        return Said(null);
    }

    /// <summary>Nothing is left to tell Slack: the wish is settled, failed in part, or blocked if Slack cannot hold it yet.</summary>
    public Recorded Settle(WantedAccount account) => Said(SettleNow(account));

    /// <summary>Takes a wish back for which nothing was sent; null if that cannot be any more.</summary>
    public Outcome? Withdraw(long linkId, long version, ScimException why)
    {
        var link = Rows.ReadLink(store, linkId);
        if (link is null || link.WantedVersion != version || link.SettledVersion >= version || link.Sent || link.AnswerBy is null)
            return null;
        return TakeBack(link, why);
    }

    private Outcome.Settled SettleNow(WantedAccount account)
    {
        var link = account.Link;
        var (state, reason) =
            link.Protected ? (LinkState.Protected, link.Reason)
            : link.SetAside.Length > 0 ? (LinkState.Failed, link.Reason)
            : account.Blocked is { } why ? (LinkState.Blocked, why)
            : (LinkState.Settled, null);
        var kept = account.Plan.Notes.Where(note => note.Kind == SlackNoteKind.KeptBySlack).Select(note => note.Field);
        End(link, link.WantedVersion, state, reason, Fields.ToText(kept));
        Say(link, account);
        Finish(link, Word(state), state == LinkState.Settled ? null : reason);
        if (account.Claimant is { Previous: not null })
            store.Execute(
                "update resources set previous = null, previous_asserted = null, previous_waived = null where id = @id",
                ("@id", account.Link.ClaimantId)
            );
        _renewed.AddRange(UserKeys.Release(store, link, account.Claimant, _now));
        return new Outcome.Settled();
    }

    private static string Word(LinkState state) =>
        state switch
        {
            LinkState.Settled => "done",
            LinkState.Failed => "failed",
            LinkState.Protected => "protected",
            LinkState.Broken => "broken",
            _ => "blocked",
        };

    // Written together with what it means for the wish; only a new account's id is in the store at once, since plans look others' up.
    private void Deliver(Link link, SlackProfile delivers, SlackUser? user)
    {
        link.Delivered = WantedAccount.Profile(link.Delivered).With(delivers).ToUtf8();
        (link.AskFirst, link.Intended, link.Asked, link.Attempts, link.Due) = (false, null, 0, 0, null);
        (link.Sent, link.SeenAt) = (true, _now);
        if (user is null)
            return;
        link.Seen = link.Echo = user.Seen.ToUtf8();
        if (link.SlackId == user.Id)
            return;
        var isNew = link.SlackId is null;
        link.SlackId = user.Id;
        store.Execute("update links set slack_id = @slack where id = @id", ("@slack", user.Id), ("@id", link.Id));
        if (isNew && link.ClaimantId is { } manager)
            _renewed.AddRange(Wishes.RenewReports(store, link.TenantId, manager, _now));
    }

    // The answer to "was it made after all?". Only what was made after our intent is ours; for any other account the adoption
    // policy decides.
    private Outcome? Found(Link link, WantedAccount planned, SlackUser? user)
    {
        if (user is null)
        {
            Vain(link, planned);
            return null;
        }
        if (IsAnothers(link, user))
        {
            StopAsking(link);
            return Fail(link, planned, Another(user.Id), []);
        }
        var isOurs =
            link.Intended is { } intended
            && user.Created?.ToUnixTimeMilliseconds() >= intended - (long)_clockSkew.TotalMilliseconds;
        TakeAgain(link, planned);
        if (isOurs)
        {
            Deliver(link, user.Seen, user);
            return null;
        }
        if (link.Absent) // it was there before us, and nobody wants it gone
        {
            StopAsking(link);
            link.Absent = false;
            store.Execute("update links set absent = @no where id = @id", ("@no", false), ("@id", link.Id));
            return null;
        }
        if (preferences is { WhenAccountExists: Existing.Adopt, UniqueUserIdentifier: Identifier.PrimaryEmail })
        {
            (link.Imported, link.UserName) = (true, null);
            store.Execute("update links set imported = @yes, user_name = null where id = @id", ("@yes", true), ("@id", link.Id));
            Deliver(link, user.Seen, user);
            return null;
        }
        StopAsking(link);
        return Fail(
            link,
            planned,
            ScimException.Uniqueness($"Slack has an account with this e-mail address already: {user.Id}."),
            []
        );
    }

    // The address has no account, so it is let go of, and the next one is asked about. With the wanted primary one, which comes last, the
    // asking ends, and what was let go of and is wanted is taken again.
    private void Vain(Link link, WantedAccount planned)
    {
        var wanted = Wanted(link, planned);
        var isLast = wanted.Count > 0 && Fold.Key(wanted[0]) == Fold.Key(planned.AskAbout!);
        if (!isLast)
            UserKeys.Free(store, link, KeyKind.Address, Fold.Key(planned.AskAbout!));
        if (!isLast && UserKeys.Addresses(store, link.Id).Count > 0)
            return;
        StopAsking(link);
        TakeAgain(link, planned);
    }

    // What was let go of while Slack was asked, and is wanted.
    private void TakeAgain(Link link, WantedAccount planned)
    {
        foreach (var address in Wanted(link, planned))
            UserKeys.TryReserve(store, link, KeyKind.Address, address);
    }

    private static IReadOnlyList<string> Wanted(Link link, WantedAccount planned) =>
        !link.Absent && planned.Claimant is { Deleted: null } user ? UserAddresses.OfSlack(UserRow.Document(user)) : [];

    private void Ask(Link link) =>
        store.Execute("update links set ask_first = @yes where id = @id", ("@yes", true), ("@id", link.Id));

    private void StopAsking(Link link)
    {
        (link.AskFirst, link.Intended) = (false, null);
        store.Execute("update links set ask_first = @no, intended = null where id = @id", ("@no", false), ("@id", link.Id));
    }

    private bool IsAnothers(Link link, SlackUser? user) =>
        user is not null
        && link.SlackId != user.Id
        && store.First(
            "select id from links where tenant_id = @tenant and kind = @kind and slack_id = @slack",
            row => (long?)row.GetInt64(0),
            ("@tenant", link.TenantId),
            ("@kind", link.Kind),
            ("@slack", user.Id)
        )
            is { } other
        && other != link.Id;

    private static ScimException Another(string slackId) =>
        ScimException.Uniqueness($"Another user has the Slack account with this e-mail address: {slackId}.");

    // What the command carried may be at Slack or not: it is unknown, and unknown is always planned. A late call could land until the limit.
    private void Forget(Link link, SlackCommand command, string why)
    {
        var carried = command.Delivers;
        store.Execute(
            "update links set delivered = @delivered, ask_first = @ask, intended = case when @ask then coalesce(intended, since) end, sent = @yes where id = @id",
            ("@delivered", WantedAccount.Profile(link.Delivered).Only(field => !carried.Says(field)).ToUtf8()),
            ("@ask", link.AskFirst || !command.IsRepeatable),
            ("@yes", true),
            ("@id", link.Id)
        );
        Delay(link, link.Attempts == 0 ? timeLimit : timeLimit + Delay(link.Attempts), why);
    }

    private void Delay(Link link, TimeSpan delay, string why) =>
        store.Execute(
            "update links set attempts = attempts + 1, due = @due, reason = @why where id = @id",
            ("@due", _now + (long)delay.TotalMilliseconds),
            ("@why", why),
            ("@id", link.Id)
        );

    // Whatever Slack, or somebody between, says: neither at once nor for days.
    private static TimeSpan? Bounded(TimeSpan? retryAfter) =>
        retryAfter is { } given ? TimeSpan.FromTicks(Math.Clamp(given.Ticks, _firstDelay.Ticks, _longestRetryAfter.Ticks)) : null;

    private static TimeSpan Delay(int attempts) => Growing(_firstDelay, _longestDelay, attempts);

    private static TimeSpan Growing(TimeSpan first, TimeSpan longest, int attempts) =>
        TimeSpan.FromTicks(Math.Min(longest.Ticks, first.Ticks << Math.Min(attempts, 16)));

    // ENGINE, "What a refusal does".
    private Outcome? Refuse(Link link, WantedAccount planned, SlackCommand command, SlackResult.Refused refused)
    {
        var why = refused.Error.ToScim();
        var row = refused.Row;
        switch (row.Kind)
        {
            case SlackErrorKind.SlackFault or SlackErrorKind.Limit or SlackErrorKind.Locked:
                // Nothing is wrong with the wish, such as when an account is being made still (FACTS 4.6): it is tried again.
                if (!command.IsRepeatable)
                    Ask(link);
                Delay(link, Delay(link.Attempts), why.Message);
                return null;
            case SlackErrorKind.Gone:
                return Waits(link, planned) && TakeBack(link, Lost(why), LinkState.Broken) is { } gone
                    ? gone
                    : EndAs(link, planned, LinkState.Broken, why);
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
            case SlackErrorKind.Conflict
                when command is SlackCommand.CreateUser && row.Field == SlackField.PrimaryEmail && link.Asked < MostAsked:
                // Somebody has made it in Slack meanwhile: who that is, and whether it may be adopted, is seen by asking.
                store.Execute(
                    "update links set ask_first = @yes, asked = asked + 1 where id = @id",
                    ("@yes", true),
                    ("@id", link.Id)
                );
                return null;
        }
        if (row.Field == SlackField.UserName && TryNextName(link, planned))
            return null;
        if (
            link.SlackId is null
            && row is { Kind: SlackErrorKind.InvalidValue, Field: SlackField.PrimaryEmail }
            && preferences.UserSlackCannotHold == Unholdable.Keep
        )
            return EndAs(link, planned, LinkState.Blocked, why);
        return Fail(link, planned, why, FieldsOf(row, command));
    }

    private static ScimException Lost(ScimException why) =>
        ScimException.Of(System.Net.HttpStatusCode.ServiceUnavailable, why.Message);

    // The fields that may be to blame, as far as the command carried them.
    private static List<SlackField> FieldsOf(SlackErrorRow row, SlackCommand command)
    {
        var carried = Carried(command).ToList();
        List<SlackField> blamed = row.Field is { } field ? [field] : [.. row.MayBe];
        return blamed.Count > 0 && blamed.Exists(carried.Contains) ? blamed : carried;
    }

    // A refusal counts against the request that spoke of the path; otherwise the path is left aside and the rest is sent without it.
    private Outcome? Fail(Link link, WantedAccount planned, ScimException why, List<SlackField> blamed)
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
        return WantedAccount.Read(store, link.Id, preferences) is { Next: null } done ? SettleNow(done) : null;
    }

    private bool Waits(Link link, WantedAccount planned) =>
        link.AnswerBy > _now && link.WantedVersion == planned.Link.WantedVersion;

    // The mirror goes back; where that leaves something to tell Slack, or to find out, it is planned again with nobody waiting.
    private Outcome.Refused? TakeBack(Link link, ScimException why, LinkState? leaves = null)
    {
        var operation = link.OperationId;
        var current = Rows.ReadLink(store, link.Id)!;
        if (UserRestore.TryTakeBack(store, current, _now) is not { } freed)
            return null;
        _renewed.AddRange(freed);
        store.Execute(
            "update operations set outcome = 'refused', error = @error, status = @status, scim_type = @type, finished = @now where id = @id",
            ("@error", why.Message),
            ("@status", (int)why.Status),
            ("@type", why.ScimType),
            ("@now", _now),
            ("@id", operation)
        );
        if (WantedAccount.Read(store, link.Id, preferences) is { } left)
        {
            if (leaves is { } state)
                End(left.Link, left.Link.WantedVersion, state, why.Message, left.Link.Kept);
            else if (left.Next is null)
                SettleNow(left);
            else
                Wishes.Renew(store, left.Link, "taking back what Slack refused", _now);
            _renewed.Add(link.Id);
        }
        return new Outcome.Refused(why);
    }

    // The name was ours to choose, so the next one is tried (DESIGN 8).
    private bool TryNextName(Link link, WantedAccount planned)
    {
        if (link.UserName is not { } taken || planned.Claimant is not { } claimant)
            return false;
        if (preferences.SlackUserName == SlackUserName.Verbatim || link.Attempts >= MostNames)
            return false;
        var next = UserKeys.FreeName(store, link, UserRow.Document(claimant).Text("userName")!, preferences.SlackUserName, taken);
        UserKeys.TryReserve(store, link, KeyKind.SlackUserName, next);
        store.Execute(
            "update links set user_name = @name, attempts = attempts + 1 where id = @id",
            ("@name", next),
            ("@id", link.Id)
        );
        return true;
    }

    private Outcome.Settled EndAs(Link link, WantedAccount planned, LinkState state, ScimException why)
    {
        End(link, planned.Link.WantedVersion, state, why.Message, link.Kept);
        Finish(link, Word(state), why.Message, isNewest: link.WantedVersion == planned.Link.WantedVersion);
        return new Outcome.Settled();
    }

    // A wish that came after the ended one is still to be told: its state, its time and who waits for it stay as they are.
    private void End(Link link, long version, LinkState state, string? reason, string kept)
    {
        var ended = link with { SettledVersion = version, Kept = kept };
        if (version == link.WantedVersion)
        {
            (ended.State, ended.Reason, ended.Since, ended.AnswerBy) = (state, reason, _now, null);
            var retry = _now + (long)Growing(_firstRetry, _longestRetry, link.Attempts).TotalMilliseconds;
            (ended.Due, ended.Attempts) = state == LinkState.Failed ? ((long?)retry, link.Attempts + 1) : (null, 0);
        }
        LinkRow.Record(store, ended);
    }

    // All wishes of the link up to the planned one, which stands for those before it. Mostly it is the only one, and the link's
    // operations, of which there may be thousands, need not be gone through.
    private void Finish(Link link, string outcome, string? error, bool isNewest = true) =>
        store.Execute(
            "update operations set outcome = @outcome, error = @error, finished = @now where "
                + (link.WantedVersion - link.SettledVersion == 1 ? "id = @newest" : "link_id = @link and (@all or id <> @newest)")
                + " and outcome in ('pending', 'accepted')",
            ("@outcome", outcome),
            ("@error", error),
            ("@now", _now),
            ("@link", link.Id),
            ("@all", isNewest),
            ("@newest", link.OperationId)
        );

    // What was done and what Slack said to it.
    private void Note(Link link, SlackCommand command, SlackResult result)
    {
        var line = JsonSerializer.Serialize(
            new
            {
                call = command.Call.ToString(),
                fields = string.Join(' ', Carried(command).Select(SlackProfile.Name)),
                result = result.GetType().Name,
                says = result switch
                {
                    SlackResult.Refused refused => refused.Error.Words,
                    SlackResult.NotDone late => late.Why,
                    SlackResult.Unknown lost => lost.Why,
                    _ => null,
                },
                at = _now,
            },
            _line
        );
        var dropped = result is SlackResult.Done { User: var user } ? command.DeliveredAs(user).Notes : [];
        OperationJournal.Add(store, link.OperationId, line, dropped.Select(note => note.Says));
    }

    // A new account has every other field empty, which nobody said.
    private static IEnumerable<SlackField> Carried(SlackCommand command) =>
        command is SlackCommand.CreateUser create ? create.Profile.Fields : command.Delivers.Fields;

    private void Say(Link link, WantedAccount account) =>
        OperationJournal.Add(store, link.OperationId, null, account.Notes.Concat(account.Plan.Notes).Select(note => note.Says));

    private Recorded Said(Outcome? outcome) => new(outcome, _renewed);
}
