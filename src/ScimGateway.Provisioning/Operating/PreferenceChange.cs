using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What other preferences would mean.</summary>
/// <param name="Preferences">The preferences.</param>
/// <param name="ReleasesLeftOut">Whether Slack hears at last of what former preferences left out and these allow.</param>
/// <param name="Told">What Slack would be told at once.</param>
public sealed record PreferencePreview(Preferences Preferences, bool ReleasesLeftOut, Preview Told);

/// <summary>
/// Changes a tenant's preferences: first shown, then confirmed (DESIGN 6). The preview does what the change does and undoes it, so that the two cannot differ. What is
/// confirmed passes the guard; what is interrupted is completed by the next start.
/// </summary>
public sealed class PreferenceChanges(
    Store store,
    Executor executor,
    CurrentPreferences current,
    int tenantId,
    TimeProvider clock
) : IDisposable
{
    private const string JobKind = "preferences";
    private const string Releases = "release";
    private const string Rematches = "rematch";
    private const string Why = "other preferences";
    private const int MostAtOnce = 500;

    private readonly SemaphoreSlim _one = new(1);
    private DateTimeOffset? _newest;

    /// <summary>What these preferences in place of the present ones would have Slack told.</summary>
    /// <param name="preferences">The preferences.</param>
    /// <param name="releasesLeftOut">Whether what was left out so far, and would be allowed, is told.</param>
    /// <param name="most">How many links are named.</param>
    /// <exception cref="PreferencesException">They contradict themselves.</exception>
    public async Task<PreferencePreview> PreviewAsync(Preferences preferences, bool releasesLeftOut = false, int most = 1_000)
    {
        ArgumentNullException.ThrowIfNull(preferences);
        var next = Preferences.FromJson(preferences.ToJson());
        var meant = Meant(current.Now, next, releasesLeftOut);
        var planned = new Planned(most);
        foreach (var group in store.Read(session => Nesting.Concerned(session, tenantId)))
            planned.Add(await WhatIfAsync(session => Flatten(session, next, group)).ConfigureAwait(false));
        for (long? after = 0; after is { } from; )
        {
            (var links, after) = await WhatIfAsync(session => Some(session, next, meant, from)).ConfigureAwait(false);
            planned.Add(links);
        }
        _newest = clock.GetUtcNow();
        return new PreferencePreview(next, releasesLeftOut, planned.ToPreview(_newest.Value));
    }

    /// <summary>Puts the preferences of a preview in place of the present ones.</summary>
    /// <exception cref="NotReadyException">The preview is not the newest one, or too old.</exception>
    public async Task ApplyAsync(PreferencePreview confirmed)
    {
        ArgumentNullException.ThrowIfNull(confirmed);
        await AloneAsync(async () =>
            {
                await ChangeAsync(confirmed).ConfigureAwait(false);
                await ToEndAsync().ConfigureAwait(false);
            })
            .ConfigureAwait(false);
    }

    /// <summary>Completes a change that was interrupted. What was planned of it already has nothing more to tell.</summary>
    public Task CompleteAsync() => AloneAsync(ToEndAsync);

    // One after the other: what is interrupted is completed by what it meant itself.
    private async Task AloneAsync(Func<Task> work)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ChangeAsync(PreferencePreview confirmed)
    {
        var now = clock.GetUtcNow();
        if (
            confirmed.Told.At != _newest
            || !ConnectionLife.IsValid(confirmed.Told.At.ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds())
        )
            throw new NotReadyException(
                "What the preferences mean has to be looked at first: confirm the newest preview within the hour."
            );
        _newest = null;
        await store
            .WriteAsync(
                session =>
                {
                    var former = Preferences.FromJson(TenantRows.Read(session, tenantId).Preferences);
                    session.Execute(
                        "update tenants set preferences = @preferences where id = @id",
                        ("@preferences", confirmed.Preferences.ToJson()),
                        ("@id", tenantId)
                    );
                    OperationJournal.WriteDone(
                        session,
                        tenantId,
                        "operator",
                        "preferences changed",
                        Now(),
                        Difference(former, confirmed.Preferences),
                        null,
                        Now()
                    );
                    return Jobs.Begin(
                        session,
                        tenantId,
                        JobKind,
                        Meant(former, confirmed.Preferences, confirmed.ReleasesLeftOut),
                        Now()
                    );
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        current.Now = confirmed.Preferences;
    }

    private async Task ToEndAsync()
    {
        var meant = store.Read(session => Jobs.Unfinished(session, tenantId, JobKind));
        if (meant is null)
            return;
        var next = current.Now;
        foreach (var group in store.Read(session => Nesting.Concerned(session, tenantId)))
            await store.WriteAsync(session => Flatten(session, next, group), CancellationToken.None).ConfigureAwait(false);
        for (long? after = 0; after is { } from; )
            (_, after) = await store
                .WriteAsync(session => Some(session, next, meant, from), CancellationToken.None)
                .ConfigureAwait(false);
        executor.ConsiderAll();
        await store
            .WriteAsync(session => Jobs.End(session, tenantId, JobKind, null, Now()), CancellationToken.None)
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // What a change does beside planning anew, as its job's row keeps it.
    private static string Meant(Preferences former, Preferences next, bool releasesLeftOut) =>
        string.Join(
            ' ',
            (string[])
                [
                    .. releasesLeftOut ? [Releases] : (string[])[],
                    .. former.UniqueUserIdentifier != next.UniqueUserIdentifier ? [Rematches] : (string[])[],
                ]
        );

    // Groups in groups are rows of their own.
    private List<PlannedLink> Flatten(StoreSession session, Preferences next, Guid group)
    {
        var nesting = new Nesting(session, tenantId, Now(), next);
        nesting.Renew(group);
        return
        [
            .. nesting
                .Links.Select(link => PlannedLink.Of(Wanted.Read(session, link, next)!))
                .Where(link => link.Commands.Count > 0),
        ];
    }

    // The next links in order: those that have something to tell Slack, and the last one looked at; null at the end.
    private (List<PlannedLink> Planned, long? Last) Some(StoreSession session, Preferences next, string meant, long after)
    {
        var links = LinkRow.Claimed(session, tenantId, after, MostAtOnce);
        var (releases, rematch) = (
            meant.Contains(Releases, StringComparison.Ordinal),
            meant.Contains(Rematches, StringComparison.Ordinal) ? new Rematch(session, tenantId, next, Now()) : null
        );
        var planned = new List<PlannedLink>();
        foreach (var link in links)
        {
            var isLetOut = releases && LetOut(session, link, next);
            if (link.State == LinkState.Pending && isLetOut)
            {
                planned.Add(PlannedLink.Of(Wanted.Of(session, link, next)));
                Wishes.Join(session, link.Id, Why, Now());
            }
            if (!link.IsAtRest)
                continue;
            var claimed = rematch?.Claim(link);
            var wanted = Wanted.Of(session, claimed ?? link, next);
            if (claimed is null && wanted.Commands.Count == 0)
                continue;
            var one = PlannedLink.Of(wanted);
            planned.Add(claimed is null ? one : one with { Commands = ["Claim", .. one.Commands] });
            Wishes.Renew(session, claimed ?? link, Why, Now());
        }
        return (planned, links.Count < MostAtOnce ? null : links[^1].Id);
    }

    // What these preferences allow is no longer left out. What a rule or an operator leaves out stays so, and so does a deletion.
    private static bool LetOut(StoreSession session, Link link, Preferences next)
    {
        if (Rows.ReadResource(session, link.ClaimantId) is not { Deleted: null } resource)
            return false;
        var waived = Asserted.Parse(resource.Waived);
        var isUser = resource.Kind == Kind.User;
        var stays = waived.Only(path =>
            path switch
            {
                Waiver.Scope or Waiver.Dismissed => true,
                Waiver.Account => !(isUser ? next.CreateUsers : next.CreateGroups),
                "active" when waived.Has(Waiver.Dismissed) => true,
                "active" => !(next.UpdateUsers && next.DisableUsers),
                _ => !(isUser ? next.UpdateUsers : next.UpdateGroups),
            }
        );
        var letOut = session.Execute(
            "update resources set waived = @waived where id = @id and waived <> @waived",
            ("@waived", stays.ToString()),
            ("@id", resource.Id)
        );
        if (!isUser && next.UpdateGroups)
            letOut += MemberRows.LetIn(session, resource.Id, GroupPolicy.Changing);
        return letOut > 0;
    }

    // Which of them are others, as people read it.
    private static string Difference(Preferences former, Preferences next)
    {
        var (before, after) = (JsonNode.Parse(former.ToJson())!.AsObject(), JsonNode.Parse(next.ToJson())!.AsObject());
        return string.Join(
            '\n',
            after
                .Where(field => !JsonNode.DeepEquals(before[field.Key], field.Value))
                .Select(field => $"{field.Key}: {before[field.Key]?.ToJsonString()} before, {field.Value?.ToJsonString()} now")
        );
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    // Does it in the store, and has it undone.
    private async Task<T> WhatIfAsync<T>(Func<StoreSession, T> work)
    {
        try
        {
            return await store
                .WriteAsync<T>(session => throw new Undone<T>(work(session)), CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Undone<T> undone)
        {
            return undone.Result;
        }
    }

    // Ends work in the store, which undoes it.
    private sealed class Undone<T>(T result) : Exception
    {
        public T Result => result;
    }
}
