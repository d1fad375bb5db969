using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// Runs the second transaction, whatever it is that came of a wish, and then tells all whom that concerns: other links,
/// the gate, requests that wait.
/// </summary>
internal sealed class Recorder(
    HomeStore store,
    CurrentPreferences preferences,
    IEnumerable<Subject> subjects,
    TimeSpan timeLimit,
    DueLinks dueLinks,
    SlackGate gate,
    CallStreaks streaks,
    Outcomes outcomes,
    Action halt,
    TimeProvider clock,
    ILogger log
)
{
    // How often in a row links may be planned again, one because of the other, with nothing told to Slack between. What
    // an address, an account or a nested group sets in motion comes to rest after a few.
    private const int MostInChain = 100;

    private readonly Subject[] _subjects = [.. subjects.OrderBy(subject => subject.Kind)];

    /// <summary>Writes down what came of a command.</summary>
    public Task<Recorded> RecordAsync(
        Wanted planned,
        SlackCommand command,
        SlackResult result,
        Met met,
        CancellationToken stopping
    ) =>
        store.KeepAsync(
            session => In(session, planned.Link.Kind).Record(planned, command, result, met),
            clock,
            stopping
        );

    /// <summary>Nothing to tell Slack: the write-down was all. What failed is tried again at its time.</summary>
    public async Task SettleAsync(Link of, int chain)
    {
        try
        {
            var recorded = await store.WriteAsync(session => Settle(session, of, chain), CancellationToken.None);
            Tell(of.Id, recorded, chain + 1);
        }
#pragma warning disable CA1031 // whatever it is: the link is looked at again, and as nothing was recorded nothing is lost
        catch (Exception e)
#pragma warning restore CA1031
        {
            dueLinks.Put(of.Id, HomeStore.UntilTriedAgain);
            if (e is not StoreAwayException)
                log.CallFailed(e);
        }
    }

    /// <summary>Takes a wish back of which nothing was sent; null if it is too late for that.</summary>
    public async Task<Outcome?> WithdrawAsync(LinkId link, long version, ScimException why)
    {
        var recorded = await store.WriteAsync(
            session =>
                Links.Find(session, link) is { } there ? In(session, there.Kind).Withdraw(there, version, why) : null,
            CancellationToken.None
        );
        if (recorded is not null)
            Tell(link, recorded);
        return recorded?.Outcome;
    }

    /// <summary>
    /// Passes on what an outcome means for others, and tells whoever waits. A call begins a new chain, and there are only
    /// so many calls.
    /// </summary>
    public void Tell(LinkId link, Recorded recorded, int chain = 0)
    {
        foreach (var renewed in recorded.Renewed)
            dueLinks.Consider(new Considered(renewed, Chain: chain));
        if (recorded.CarefulUntil is { } until)
            streaks.LookUntil(until);
        if (recorded.Halts)
            halt();
        if (recorded.Shut is { } why)
            gate.Shut(why);
        outcomes.Tell(link, recorded);
    }

    private Recorded Settle(StoreSession session, Link of, int chain)
    {
        Recording.Prefetch(session, of);
        var now = Wanted.Read(session, of.Id, preferences.Now);
        switch (now)
        {
            case { Link.State: LinkState.Pending, Next: null }:
                var recording = In(session, now.Link.Kind);
                return chain > MostInChain ? recording.Stop(now.Link) : recording.Settle(now);
            case { Link.State: LinkState.Failed }:
                Wishes.Renew(session, now.Link, "trying again what failed", clock.Now());
                return new Recorded(null, 0, [of.Id]);
            default:
                return new Recorded(null, 0, []);
        }
    }

    private Recording In(StoreSession session, Kind kind) =>
        new(session, _subjects[(int)kind], preferences.Now, timeLimit, clock.Now());
}
