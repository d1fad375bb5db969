using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What an operator decides of what is held: singly, or all together.</summary>
internal sealed class HoldDecisions(HomeStore store, Executor executor, TimeProvider clock)
{
    // A batch is one transaction, which others queue behind.
    private const int MostAtOnce = 500;

    /// <summary>What waits for a decision, oldest first.</summary>
    public async Task<IReadOnlyList<Hold>> ListAsync(HoldQuery? query = null, int most = 1_000) =>
        await store.ReadAsync(session => HoldRows.Of(session, store.Tenant, query ?? new HoldQuery(), most));

    /// <summary>The same, each with what a release would do.</summary>
    public async Task<IReadOnlyList<OpenHold>> ExplainAsync(HoldQuery query, int most) =>
        await store.ReadAsync(session =>
        {
            var preferences = Preferences.FromJson(Tenants.Find(session, store.Tenant).Preferences);
            return HoldRows
                .Of(session, store.Tenant, query, most)
                .Select(hold => OpenHold.Of(session, hold, preferences))
                .ToList();
        });

    /// <summary>Has them go to Slack; says how many there were. What was decided meanwhile is passed over.</summary>
    /// <exception cref="NotReadyException">Nobody may have one of the accounts, whatever an operator says.</exception>
    public Task<int> ReleaseAsync(IReadOnlyList<HoldId> holds, string by = OperationJournal.Operator) =>
        DecideAsync(holds, (session, hold, now) => Release(session, hold, by, now));

    /// <summary>Leaves them out until the provider wants something else; says how many there were.</summary>
    public Task<int> DismissAsync(IReadOnlyList<HoldId> holds, string by = OperationJournal.Operator) =>
        DecideAsync(holds, (session, hold, now) => Holds.Dismiss(session, hold, by, now));

    /// <summary>
    /// Says which account was meant where a provider asked for a user whose name is one's and whose address is
    /// another's, or that the one was meant which has the address: who waits for it claims it, or the provider's next
    /// try. False if it is decided already.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// It is none of the two, or one that the provider could not be given.
    /// </exception>
    /// <exception cref="NotReadyException">Nobody may have the account, whatever an operator says.</exception>
    public async Task<bool> MeanAsync(HoldId hold, string slackId)
    {
        var claimed = await store.WriteAsync(session => Mean(session, hold, slackId), CancellationToken.None);
        foreach (var link in claimed ?? [])
            executor.Due.Consider(link);
        return claimed is not null;
    }

    private List<LinkId>? Mean(StoreSession session, HoldId hold, string slackId)
    {
        if (HoldRows.Find(session, store.Tenant, hold) is not { MeantId: null } found)
            return null;
        if (found.Reason.IsForEver)
            throw new NotReadyException(
                $"The account of hold {hold.Value} cannot be chosen, and stays protected. {found.Reason.Sentence} {found.Reason.Remedy}"
            );
        var preferences = Preferences.FromJson(Tenants.Find(session, store.Tenant).Preferences);
        var meant = Links.BySlackId(session, store.Tenant, Kind.User, slackId)?.Id;
        if (!found.AsksWhich || meant is not { } link || (link != found.LinkId && link != found.OtherId))
            throw new ArgumentException($"{slackId} is none of the accounts that it is about.");
        if (Choice.Of(session, found, preferences).First(one => one.SlackId == slackId).WhyNot is { } why)
            throw new ArgumentException($"{slackId} cannot be chosen. {why}");
        if (found.OtherId is null)
        {
            // A conflict may have ended since Slack was last read.
            new ImportedAccounts(session, Tenants.Find(session, store.Tenant), clock.Now()).LookAgain(link);
            RequireTaker(session, Links.Get(session, link));
        }
        HoldRows.Mean(session, found, link);
        return TakeOver.ByWaiting(session, Links.Get(session, link), preferences, clock.Now());
    }

    // A user who waits and has an account gets no other one by a choice, at once or ever. Nobody waits where the provider
    // was refused: it tries again.
    private void RequireTaker(StoreSession session, Link meant)
    {
        var link = meant.Id;
        if (meant.Reason is { Code: ReasonCode.AccountInConflict })
            throw new NotReadyException(
                $"A user who has an address or the name of the account already does not get it by a choice. Claim it for that user: POST /admin/api/v1/tenants/TENANT/links/{link.Value}/claim."
            );
        var waiting = UserKeys.WaitingFor(session, store.Tenant, link).Where(one => one.Id != link).ToList();
        if (waiting.Count > 0 && waiting.TrueForAll(one => !one.HasNothingAtSlack))
            throw new NotReadyException(
                $"The user {waiting[0].ClaimantId} waits for the address and has an account already. "
                    + (
                        Resources.Tombstone(session, link) is null
                            ? $"If this one is the user's, claim it for the user (POST /admin/api/v1/tenants/TENANT/links/{link.Value}/claim); if not, the user needs another address."
                            : "This one was a deleted user's: free the address by changing it on this account in Slack, or give the user another one."
                    )
            );
    }

    private static List<LinkId> Release(StoreSession session, Hold hold, string by, Instant now)
    {
        if (
            hold.MemberId is null
            && Links.Find(session, hold.LinkId) is { State: LinkState.Protected, Protection: { IsForEver: true } why }
        )
            throw new NotReadyException(
                $"Hold {hold.Id.Value} cannot be released, and the account stays protected. {why.Sentence} {why.Remedy}"
            );
        if (hold.AsksWhich)
            throw new NotReadyException(
                $"Hold {hold.Id.Value} asks which account is meant, which a release does not say. Choose the account (POST /admin/api/v1/tenants/TENANT/holds/{hold.Id.Value}/choose), or dismiss the hold."
            );
        return Holds.Release(session, hold, by, now);
    }

    private async Task<int> DecideAsync(
        IReadOnlyList<HoldId> holds,
        Func<StoreSession, Hold, Instant, List<LinkId>> decide
    )
    {
        var decided = 0;
        foreach (var some in holds.Chunk(MostAtOnce))
        {
            var links = await store.WriteAsync(
                session =>
                {
                    var found = some.Select(id => HoldRows.Find(session, store.Tenant, id)).OfType<Hold>().ToList();
                    var others = found.SelectMany(hold => decide(session, hold, clock.Now())).ToList();
                    return (Decided: found.ConvertAll(hold => hold.LinkId), Others: others);
                },
                CancellationToken.None
            );
            decided += links.Decided.Count;
            foreach (var link in links.Decided.Concat(links.Others).Distinct())
                executor.Due.Consider(link);
        }
        return decided;
    }
}
