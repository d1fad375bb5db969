using System.Text.Json;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>The second transaction (ENGINE): what came of a command, on the row as it is now. Of <em>delivered</em> it sets only what the command carried.</summary>
internal sealed class Recording(StoreSession store, Preferences preferences, TimeSpan timeLimit, TimeProvider clock)
{
    private static readonly TimeSpan _firstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestDelay = TimeSpan.FromMinutes(1);

    private readonly long _now = clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Records it; what comes back is for whoever waits, null while there is more to do.</summary>
    public Outcome? Record(WantedAccount planned, SlackCommand command, SlackResult result)
    {
        var link = Rows.ReadLink(store, planned.Link.Id)!;
        Journal(link, command, result);
        switch (result)
        {
            case SlackResult.Done { Users: { } found }:
                Found(link, found.Resources.FirstOrDefault(u => !u.IsBot));
                break;
            case SlackResult.Done { User: var user }:
                Deliver(link, command.DeliveredAs(user).Delivered, user);
                break;
            case SlackResult.Refused { Row.Kind: SlackErrorKind.Gone } when link.Absent:
                Deliver(link, command.Delivers, null); // what is not there need not be deactivated
                break;
            case SlackResult.Refused refused:
                return Refuse(link, planned.Link.WantedVersion, refused);
            case SlackResult.NotDone late:
                Delay(link, late.RetryAfter ?? Delay(link.Attempts), late.Why);
                return null;
            case SlackResult.Unknown lost:
                Forget(link, command, lost.Why);
                return null;
        }
        return WantedAccount.Read(store, link.Id, preferences) is { Next: null } done ? Settle(done) : null;
    }

    /// <summary>Nothing is left to tell Slack: the wish is settled, or blocked if Slack cannot hold it yet.</summary>
    public Outcome Settle(WantedAccount account)
    {
        var missing = account.Plan.Missing;
        End(account.Link, missing is null ? LinkState.Settled : LinkState.Blocked, missing?.Says);
        Finish(account.Link, missing is null ? "done" : "blocked", missing?.Says);
        store.Execute(
            "update resources set previous = null, previous_asserted = null where id = @id",
            ("@id", account.Link.ClaimantId)
        );
        UserKeys.Release(store, account.Link, account.Claimant);
        return new Outcome.Settled();
    }

    private void Deliver(Link link, SlackProfile delivers, SlackUser? user) =>
        store.Execute(
            "update links set slack_id = coalesce(@slack, slack_id), delivered = @delivered, seen = coalesce(@seen, seen), "
                + "echo = coalesce(@seen, echo), seen_at = @now, ask_first = @no, attempts = 0, due = null where id = @id",
            ("@slack", user?.Id),
            ("@delivered", WantedAccount.Profile(link.Delivered).With(delivers).ToUtf8()),
            ("@seen", user?.Seen.ToUtf8()),
            ("@now", _now),
            ("@no", false),
            ("@id", link.Id)
        );

    // The answer to "was it made after all?".
    private void Found(Link link, SlackUser? user)
    {
        if (user is null)
            store.Execute("update links set ask_first = @no where id = @id", ("@no", false), ("@id", link.Id));
        else
            Deliver(link, user.Seen, user);
    }

    // What the command carried may be at Slack or not: it is unknown, and unknown is always planned. A late call could land until the limit.
    private void Forget(Link link, SlackCommand command, string why)
    {
        var carried = command.Delivers;
        store.Execute(
            "update links set delivered = @delivered, ask_first = @ask where id = @id",
            ("@delivered", WantedAccount.Profile(link.Delivered).Only(field => !carried.Says(field)).ToUtf8()),
            ("@ask", link.AskFirst || !command.IsRepeatable),
            ("@id", link.Id)
        );
        Delay(link, timeLimit, why);
    }

    private void Delay(Link link, TimeSpan delay, string why) =>
        store.Execute(
            "update links set attempts = attempts + 1, due = @due, reason = @why where id = @id",
            ("@due", _now + (long)delay.TotalMilliseconds),
            ("@why", why),
            ("@id", link.Id)
        );

    private static TimeSpan Delay(int attempts) =>
        TimeSpan.FromTicks(Math.Min(_longestDelay.Ticks, _firstDelay.Ticks << Math.Min(attempts, 10)));

    // While its request waits the mirror goes back to what it was; afterwards the wish stands, failed.
    private Outcome? Refuse(Link link, long version, SlackResult.Refused refused)
    {
        var why = refused.Error.ToScim();
        if (
            link.SlackId is null
            && refused.Row is { Kind: SlackErrorKind.InvalidValue, Field: SlackField.PrimaryEmail }
            && preferences.UserSlackCannotHold == Unholdable.Keep
        )
        {
            End(link with { WantedVersion = version }, LinkState.Blocked, why.Message);
            Finish(link, "blocked", why.Message);
            return new Outcome.Settled();
        }
        if (link.AnswerBy > _now && link.WantedVersion == version && UserRestore.TryTakeBack(store, link, _now))
        {
            Finish(link, "refused", why.Message);
            return new Outcome.Refused(why);
        }
        if (refused.Row.Kind is SlackErrorKind.Token or SlackErrorKind.Plan)
        {
            Delay(link, _longestDelay, why.Message);
            return null;
        }
        var state = refused.Row.Kind switch
        {
            SlackErrorKind.Protected => LinkState.Protected,
            SlackErrorKind.Gone => LinkState.Broken,
            _ => LinkState.Failed,
        };
        End(link with { WantedVersion = version }, state, why.Message);
        Finish(link, "failed", why.Message);
        return new Outcome.Settled();
    }

    private void End(Link link, LinkState state, string? reason) =>
        store.Execute(
            "update links set settled_version = @version, state = case when wanted_version = @version then @state else state end, "
                + "reason = @reason, since = @now, due = null, answer_by = null, attempts = 0 where id = @id",
            ("@version", link.WantedVersion),
            ("@state", state),
            ("@reason", reason),
            ("@now", _now),
            ("@id", link.Id)
        );

    // All wishes of the link up to here, since the last one stands for those before it.
    private void Finish(Link link, string outcome, string? error) =>
        store.Execute(
            "update operations set outcome = @outcome, error = @error, finished = @now where link_id = @link and outcome in ('pending', 'accepted')",
            ("@outcome", outcome),
            ("@error", error),
            ("@now", _now),
            ("@link", link.Id)
        );

    private void Journal(Link link, SlackCommand command, SlackResult result) =>
        store.Execute(
            "update operations set commands = commands || @line where id = @id",
            (
                "@line",
                JsonSerializer.Serialize(
                    new
                    {
                        call = command.Call.ToString(),
                        result = result.GetType().Name,
                        at = _now,
                    }
                ) + "\n"
            ),
            ("@id", link.OperationId)
        );
}
