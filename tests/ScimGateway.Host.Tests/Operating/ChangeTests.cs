using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Operating;

/// <summary>
/// The one way of what operators change, whatever it is: preview, confirmation, job, journal; and what a process that
/// dies leaves of it.
/// </summary>
public class ChangeTests
{
    private static readonly Preferences _usual = DemoTenant.Lenient with
    {
        GroupMembership = GroupMembership.Overwrite,
        DeprovisionOnRuleDeletion = true,
    };

    private readonly ManualClock _clock = new();

    public static TheoryData<Type> EveryKind() => [.. typeof(TenantChange).GetNestedTypes()];

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task What_was_looked_at_before_a_restart_is_confirmed_after_it_and_the_journal_says_what_is_other(
        Type kind
    )
    {
        await using var gateway = await StartAsync();
        var (change, journal, isMade) = await PrepareAsync(gateway, kind);
        var preview = await gateway.Changes.PreviewAsync(change);

        await gateway.CrashAsync();
        Assert.False(await isMade());
        await gateway.Changes.ConfirmAsync(preview.Id);

        await Gateway.UntilAsync(isMade);
        Assert.Equal(journal, gateway.OperatorsDoings()[^1]);
        Assert.Equal(0, Unfinished(gateway));
    }

    [Fact]
    public async Task Who_goes_while_another_change_is_made_leaves_the_line()
    {
        await using var gateway = await StartAsync();
        var change = new TenantChange.OtherPreferences(_usual with { GuardedAccounts = 7 });
        var preview = await gateway.Changes.PreviewAsync(change);
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Confirmed, go.Task);
        gateway.Life.Watch();
        var confirming = gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.Life.ReachedAsync(Step.Confirmed);

        using var gone = new CancellationTokenSource();
        var waiting = gateway.Changes.PreviewAsync(change, gone: gone.Token);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.False(confirming.IsCompleted);
        go.SetResult();
        await confirming;
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task A_process_that_dies_once_a_change_is_confirmed_leaves_it_to_the_next_one_to_complete(Type kind)
    {
        await using var gateway = await StartAsync(TimeProvider.System); // a call may have been under way, which is waited for
        var (change, journal, isMade) = await PrepareAsync(gateway, kind);
        var preview = await gateway.Changes.PreviewAsync(change);

        await gateway.DieAtAsync(Step.Confirmed, () => gateway.Changes.ConfirmAsync(preview.Id));

        await Gateway.UntilAsync(isMade);
        Assert.Single(gateway.OperatorsDoings(), journal);
        Assert.Equal(0, Unfinished(gateway));

        // What was done already by then is not done again.
        await gateway.QuietAsync();
        var wishes = gateway.Wishes();
        await using (var kept = gateway.Kept())
            await kept
                .Jobs.Where(job => job.Kind == "change")
                .ExecuteUpdateAsync(job => job.SetProperty(one => one.Finished, (Instant?)null));
        await gateway.RestartAsync();
        Assert.Equal(0, Unfinished(gateway, "change"));
        Assert.Equal(wishes, gateway.Wishes());
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Only_the_newest_preview_of_a_kind_is_confirmed_within_the_hour_and_once(Type kind)
    {
        await using var gateway = await StartAsync();
        var (change, _, isMade) = await PrepareAsync(gateway, kind);
        var (first, second) = (await gateway.Changes.PreviewAsync(change), await gateway.Changes.PreviewAsync(change));
        await RefusedAsync(gateway, first);
        _clock.Advance(TimeSpan.FromHours(1));
        await RefusedAsync(gateway, second);
        Assert.False(await isMade());

        var third = await gateway.ChangeAsync(change);
        await RefusedAsync(gateway, third);
        await Gateway.UntilAsync(isMade);
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public async Task Of_two_who_confirm_at_once_one_makes_the_change(Type kind)
    {
        await using var gateway = await StartAsync();
        var (change, journal, isMade) = await PrepareAsync(gateway, kind);
        var preview = await gateway.Changes.PreviewAsync(change);

        var both = new[] { gateway.Changes.ConfirmAsync(preview.Id), gateway.Changes.ConfirmAsync(preview.Id) };
        await Assert.ThrowsAsync<NotReadyException>(() => Task.WhenAll(both));

        Assert.Equal(1, both.Count(confirmed => confirmed.IsCompletedSuccessfully));
        await Gateway.UntilAsync(isMade);
        Assert.Single(gateway.OperatorsDoings(), journal);
    }

    [Fact]
    public async Task A_preview_counts_no_more_once_another_change_was_confirmed_as_it_says_how_things_were_before()
    {
        await using var gateway = await StartAsync();
        await PrepareAsync(gateway, typeof(TenantChange.OtherRules));
        var rules = await gateway.Changes.PreviewAsync(Rules());
        Assert.Equal((1, 1), (rules.Counts["Leaves"], rules.Counts["Freezes"]));

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_usual with { DeprovisionOnRuleDeletion = false }));

        await RefusedAsync(gateway, rules);
        Assert.Equal(2, (await gateway.ChangeAsync(Rules())).Counts["Freezes"]);
    }

    [Fact]
    public async Task What_is_more_than_one_batch_is_done_to_the_end_and_others_write_between()
    {
        const int Many = 1_200;
        var members = Enumerable.Range(0, Many).Select(i => $"U{i:d4}").ToList();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = _clock, Preferences = _usual },
            ready: slack =>
            {
                foreach (var member in members)
                    slack.Workspace.MakeUser(Account(member, $"p{member}"));
                slack.Workspace.MakeGroup(
                    new JsonObject { ["displayName"] = "Crew", ["members"] = new JsonArray([.. members]) }
                );
            }
        );
        var list = new TenantChange.FullList(new(Guid.Parse(await GroupAsync(gateway, "Crew"))));
        var preview = await gateway.Changes.PreviewAsync(list, most: 10);
        Assert.Equal((Many, Many, 10), (preview.All, preview.Counts["Leaves"], preview.Links.Count));

        var confirmed = gateway.Changes.ConfirmAsync(preview.Id);
        await UserAsync(gateway, "ada");
        await confirmed;

        Assert.Equal(0, (await gateway.Changes.PreviewAsync(list)).All);
        Assert.EndsWith(
            $"{Many} leave who were only in Slack",
            gateway.OperatorsDoings()[^1].Difference,
            StringComparison.Ordinal
        );
    }

    private static async Task RefusedAsync(Gateway gateway, Preview preview)
    {
        var refused = await Assert.ThrowsAsync<NotReadyException>(() => gateway.Changes.ConfirmAsync(preview.Id));
        Assert.Contains("make a preview again", refused.Message, StringComparison.Ordinal);
    }

    private static TenantChange.OtherRules Rules() => new([new Rule { Name = "Ada", Filter = "userName eq \"ada\"" }]);

    private static JsonObject Account(string id, string name) =>
        new()
        {
            ["id"] = id,
            ["userName"] = name,
            ["email"] = $"{name}@corp.example",
        };

    // Ada and Eve are in a group that Slack had already, where nobody has said that Eve is to be; Bob is inactive and
    // has no account.
    private Task<Gateway> StartAsync(TimeProvider? clock = null) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = clock ?? _clock,
                Preferences = _usual,
                SlackTimeLimit = TimeSpan.FromMilliseconds(500),
            },
            ready: slack =>
            {
                foreach (var name in (string[])["ada", "eve"])
                    slack.Workspace.MakeUser(Account($"U{name}", name));
                slack.Workspace.MakeGroup(
                    new JsonObject { ["displayName"] = "Crew", ["members"] = new JsonArray("Uada", "Ueve") }
                );
            }
        );

    // A change of this kind, what the journal says of it, and how it is seen to be made.
    private static async Task<(
        TenantChange Change,
        (string What, string Difference) Journal,
        Func<Task<bool>> IsMade
    )> PrepareAsync(Gateway gateway, Type kind)
    {
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        await UserAsync(gateway, "bob", active: false);
        var crew = await GroupAsync(gateway, "Crew");
        await MembersAsync(gateway, crew, Add(ada));
        await gateway.QuietAsync();
        switch (kind.Name)
        {
            case nameof(TenantChange.OtherRules):
                return (
                    Rules(),
                    ("rules changed", "now: Ada, userName eq \"ada\""),
                    async () => !Active(Assert.Single(await gateway.AccountsAsync("eve@corp.example")))
                );
            case nameof(TenantChange.OtherPreferences):
                return (
                    new TenantChange.OtherPreferences(_usual with { ProvisionDisabledUsers = true }),
                    ("preferences changed", "provisionDisabledUsers: false before, true now"),
                    async () => (await gateway.AccountsAsync("bob@corp.example")).Any(account => !Active(account))
                );
            case nameof(TenantChange.GoOn):
                await gateway.Connection.BeginShadowAsync();
                await UserAsync(gateway, "ida");
                return (
                    new TenantChange.GoOn(EndsShadow: true),
                    ("going live", "Shadow before, Live now"),
                    async () => (await gateway.AccountsAsync("ida@corp.example")).Count == 1
                );
            case nameof(TenantChange.FullList):
                return (
                    new TenantChange.FullList(new(Guid.Parse(crew))),
                    ("full list confirmed", $"group {crew}: 1 leave who were only in Slack"),
                    async () => (await InSlackAsync(gateway, "Crew")) is ["ada"]
                );
            case nameof(TenantChange.Transfer):
                return (
                    new TenantChange.Transfer(1, await gateway.HandOverAsync(eve)),
                    ("handed over", "from demo to another; Users: 2, Groups: 1, Members: 1"),
                    async () => await PatchAsync(gateway, ada, "title", "\"Countess\"") == HttpStatusCode.Forbidden
                );
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "a kind of change that has no test");
        }
    }

    private static int Unfinished(Gateway gateway, string? kind = null)
    {
        using var kept = gateway.Kept();
        return kept.Jobs.Count(job => job.Finished == null && (kind == null || job.Kind == kind));
    }
}
