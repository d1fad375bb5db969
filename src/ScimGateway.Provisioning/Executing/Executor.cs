using System.Collections.Concurrent;
using System.Text.Json;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Links;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Executing;

/// <summary>Makes one tenant's Slack equal to its mirror, within Slack's budget. The only way from a wish to Slack; whoever wants something raises a link's wish and has it considered.</summary>
public sealed class Executor : IAsyncDisposable
{
    private const int MostCalls = 16;

    private readonly Store _store;
    private readonly SlackScimClient _slack;
    private readonly SlackClientOptions _options;
    private readonly Preferences _preferences;
    private readonly Outcomes _outcomes;
    private readonly TimeProvider _clock;
    private readonly SlackSchedule<long> _schedule;
    private readonly ConcurrentDictionary<long, bool> _inFlight = new();
    private readonly SemaphoreSlim _news = new(0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <summary>Starts the executor of a tenant with the links that are pending.</summary>
    public Executor(
        Store store,
        SlackScimClient slack,
        SlackClientOptions options,
        SlackBudget budget,
        Preferences preferences,
        int tenantId,
        Outcomes outcomes,
        TimeProvider clock
    )
    {
        (_store, _slack, _options, _preferences, _outcomes, _clock) = (store, slack, options, preferences, outcomes, clock);
        _schedule = new SlackSchedule<long>(budget);
        foreach (var link in Pending(tenantId))
            Consider(link);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Has a link looked at: it may have something to tell Slack.</summary>
    public void Consider(long link)
    {
        if (_inFlight.ContainsKey(link))
            return; // its outcome looks again
        var account = _store.Read(session => WantedAccount.Read(session, link, _preferences));
        if (account is null)
            return;
        if (account.Plan.IsEmpty && !account.Link.AskFirst)
        {
            _ = SettleAsync(account.Link);
            return;
        }

        var command = Next(account);
        _schedule.Put(
            link,
            command.Call,
            (SlackPriority)account.Link.Priority,
            DateTimeOffset.FromUnixTimeMilliseconds(account.Link.Since),
            Alternative(command)
        );
        _news.Release();
    }

    /// <summary>Whether a wish is settled.</summary>
    public bool IsSettled(long link, long version) =>
        _store.Read(session =>
            session.First("select settled_version from links where id = @id", row => row.GetInt64(0), ("@id", link)) >= version
        );

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        while (!_inFlight.IsEmpty)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
        _news.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            while (_inFlight.Count < MostCalls && _schedule.TryNext(out var turn))
                _ = ExecuteAsync(turn);
            try
            {
                var wait = _inFlight.Count < MostCalls ? _schedule.NextIn() : null;
                await _news.WaitAsync(wait ?? Timeout.InfiniteTimeSpan, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ExecuteAsync(SlackTurn<long> turn)
    {
        _inFlight[turn.Item] = true;
        try
        {
            var account = _store.Read(session => WantedAccount.Read(session, turn.Item, _preferences));
            if (account is null || (account.Plan.IsEmpty && !account.Link.AskFirst))
                return;
            var command = Next(account);
            // A deactivation may go by either of two verbs; the schedule says from which bucket it was paid.
            if (turn.Grant.Call == SlackCall.DeleteUser && command is SlackCommand.DeactivateUser deactivate)
                command = new SlackCommand.DeleteUser(deactivate.Id);
            else if (turn.Grant.Call == SlackCall.WriteUser && command is SlackCommand.DeleteUser delete)
                command = new SlackCommand.DeactivateUser(delete.Id);

            var result = await _slack.SendAsync(command, turn.Grant, CancellationToken.None).ConfigureAwait(false);
            await _store
                .WriteAsync(session => Record(session, account, command, result), CancellationToken.None)
                .ConfigureAwait(false);
            if (result is SlackResult.Refused refused)
                _outcomes.Refuse(turn.Item, account.Link.WantedVersion, refused.Error.ToScim());
        }
        finally
        {
            _inFlight.TryRemove(turn.Item, out _);
            Consider(turn.Item);
            _news.Release();
        }
    }

    // An unknown create is asked for first; else the plan's first command.
    private static SlackCommand Next(WantedAccount account) =>
        account is { Link.AskFirst: true, Plan.Commands: [SlackCommand.CreateUser create, ..] }
            ? new SlackCommand.FindUserByEmail(create.Profile[SlackField.PrimaryEmail]!)
            : account.Plan.Commands[0];

    private static SlackCall? Alternative(SlackCommand command) =>
        command switch
        {
            SlackCommand.DeactivateUser => SlackCall.DeleteUser,
            SlackCommand.DeleteUser => SlackCall.WriteUser,
            _ => null,
        };

    // The second transaction: only what the command carried, on the row as it is now.
    private bool Record(StoreSession session, WantedAccount planned, SlackCommand command, SlackResult result)
    {
        var link = WantedAccount.Read(session, planned.Link.Id, _preferences)!.Link;
        switch (result)
        {
            case SlackResult.Done { User: var user, Users: null }:
                Deliver(session, link, WantedAccount.Profile(link.Delivered).With(command.Delivers), user);
                break;
            case SlackResult.Done { Users: { } found }:
                Found(session, link, found.Resources.FirstOrDefault(u => !u.IsBot));
                break;
            case SlackResult.Refused refused:
                Refuse(session, link, refused);
                break;
            case SlackResult.Unknown:
                session.Execute(
                    "update links set ask_first = @ask, attempts = attempts + 1, reason = @reason where id = @id",
                    ("@ask", !command.IsRepeatable),
                    ("@reason", "Slack's answer was lost; it is asked what became of it."),
                    ("@id", link.Id)
                );
                break;
        }
        Journal(session, link, command, result);
        return true;
    }

    private void Deliver(StoreSession session, Link link, SlackProfile delivered, SlackUser? user) =>
        session.Execute(
            "update links set slack_id = coalesce(@slack, slack_id), delivered = @delivered, seen = coalesce(@seen, seen), "
                + "echo = coalesce(@seen, echo), seen_at = @now, ask_first = @no, attempts = 0 where id = @id",
            ("@slack", user?.Id),
            ("@delivered", delivered.ToUtf8()),
            ("@seen", user?.Seen.ToUtf8()),
            ("@now", _clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@no", false),
            ("@id", link.Id)
        );

    private void Found(StoreSession session, Link link, SlackUser? user)
    {
        if (user is null)
            session.Execute("update links set ask_first = @no where id = @id", ("@no", false), ("@id", link.Id));
        else
            Deliver(session, link, user.Seen, user);
    }

    // While the request waits the mirror goes back to what it was; a create vanishes.
    private static void Refuse(StoreSession session, Link link, SlackResult.Refused refused)
    {
        var why = refused.Error.Words;
        if (link.SlackId is null && link.ClaimantId is { } claimant)
        {
            session.Execute("delete from emails where resource_id = @id", ("@id", claimant));
            session.Execute("delete from resources where id = @id", ("@id", claimant));
            session.Execute("delete from keys where link_id = @id", ("@id", link.Id));
            session.Execute("delete from links where id = @id", ("@id", link.Id));
            return;
        }
        session.Execute(
            "update resources set document = coalesce(previous, document), asserted = coalesce(previous_asserted, asserted), previous = null, "
                + "previous_asserted = null, version = version + 1 where id = @id",
            ("@id", link.ClaimantId)
        );
        session.Execute(
            "update links set settled_version = wanted_version, state = @state, reason = @why where id = @id",
            ("@state", LinkState.Failed),
            ("@why", why),
            ("@id", link.Id)
        );
    }

    private static void Journal(StoreSession session, Link link, SlackCommand command, SlackResult result) =>
        session.Execute(
            "update operations set commands = commands || @line where id = @id",
            ("@line", JsonSerializer.Serialize(new { call = command.Call.ToString(), result = result.GetType().Name }) + "\n"),
            ("@id", link.OperationId)
        );

    private async Task SettleAsync(Link link)
    {
        await _store
            .WriteAsync(
                session =>
                {
                    session.Execute(
                        "update links set settled_version = @version, state = @settled, due = null, answer_by = null "
                            + "where id = @id and settled_version < @version and state = @pending",
                        ("@version", link.WantedVersion),
                        ("@settled", LinkState.Settled),
                        ("@id", link.Id),
                        ("@pending", LinkState.Pending)
                    );
                    return session.Execute(
                        "update operations set outcome = 'done', finished = @now where id = @id and outcome = 'pending'",
                        ("@now", _clock.GetUtcNow().ToUnixTimeMilliseconds()),
                        ("@id", link.OperationId)
                    );
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        _outcomes.Settle(link.Id, link.WantedVersion);
    }

    private List<long> Pending(int tenantId) =>
        _store.Read(session =>
            session.All(
                "select id from links where tenant_id = @tenant and state = @pending",
                row => row.GetInt64(0),
                ("@tenant", tenantId),
                ("@pending", LinkState.Pending)
            )
        );
}
