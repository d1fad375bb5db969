using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>What is changed in Slack by hand is drift: reported or set back, once it was seen twice.</summary>
public class DriftTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_was_changed_in_Slack_is_reported_after_the_second_look_and_left_as_it_is()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");

        await LookAsync(gateway);
        Assert.Empty(gateway.OwnDoings());
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
        await LookAsync(gateway);

        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
        Assert.Equal("Lady", await TitleAsync(gateway));
        // It is not undone by the next unrelated change: what is told is what the provider changed. It is by the
        // provider's next word.
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        Assert.Equal("Lady", await TitleAsync(gateway));
        await PatchAsync(gateway, ada, "title", "\"Queen\"");
        Assert.Equal("Queen", await TitleAsync(gateway));
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
    }

    [Fact]
    public async Task By_preference_it_is_set_back_and_a_leaver_whom_somebody_let_in_again_leaves()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        Assert.Equal("Lady", await TitleAsync(gateway));
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal("Countess", await TitleAsync(gateway));

        await PatchAsync(gateway, ada, "active", "false");
        await ChangeAsync(gateway, "active", true);
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Theory]
    [InlineData("title", true)]
    [InlineData("active", true)]
    [InlineData("active", false)]
    public async Task What_the_tenant_does_not_let_be_changed_is_reported_and_not_set_back(string field, bool updates)
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        var ada = await WithTitleAsync(gateway);
        if (field == "active")
            await PatchAsync(gateway, ada, "active", "false");
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(
                gateway.Home.Preferences.Now with
                {
                    UpdateUsers = updates && field == "active",
                    DisableUsers = false,
                }
            )
        );
        await ChangeAsync(gateway, field, field == "active" ? true : "Lady");
        await gateway.CallsAsync();

        for (var i = 0; i < 3; i++)
            await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal([$"changed in Slack: {(field == "active" ? "Active" : "Title")}"], gateway.OwnDoings());
        Assert.DoesNotContain(await CallsAsync(gateway), call => !call.Key.StartsWith("GET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PATCH", 1)]
    [InlineData("PATCH", 2)]
    [InlineData("PUT", 2)]
    [InlineData("DELETE", 0)]
    [InlineData("DELETE", 2)]
    public async Task A_leaver_whom_somebody_let_in_again_leaves_when_the_provider_says_so_again(
        string method,
        int looks
    )
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await PatchAsync(gateway, ada, "active", "false");
        await ChangeAsync(gateway, "active", true);
        for (var i = 0; i < looks; i++)
            await LookAsync(gateway);
        await gateway.CallsAsync();

        await SayAgainAsync(gateway, ada, method);

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal(new() { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
        if (method == "DELETE")
            return;
        await SayAgainAsync(gateway, ada, method);
        Assert.Empty(await CallsAsync(gateway));
    }

    [Fact]
    public async Task What_no_source_has_said_of_a_user_is_reported_and_not_set_back()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "displayName", "Lovelace");

        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.DoesNotContain(gateway.OwnDoings(), done => done.StartsWith("restoring", StringComparison.Ordinal));
        Assert.Contains(gateway.OwnDoings(), done => done.StartsWith("changed in Slack: ", StringComparison.Ordinal));
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal("Countess", await TitleAsync(gateway));
    }

    [Fact]
    public async Task A_name_that_no_source_has_said_of_a_group_stays_as_somebody_has_made_it()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        var ada = await WithTitleAsync(gateway);
        gateway.Slack.Workspace.MakeGroup(new JsonObject { ["displayName"] = "Hand" });
        await LookAsync(gateway);
        var hand = (string)
            (await gateway.SendAsync(HttpMethod.Get, "Groups")).Body!["Resources"]!.AsArray().Single()!["id"]!;
        await MembersAsync(gateway, hand, Add(ada));
        await gateway.QuietAsync();
        gateway.Slack.Workspace.ChangeGroup(SlackId(gateway, hand), new JsonObject { ["displayName"] = "Crew" });

        for (var looks = 0; looks < 3; looks++)
        {
            await LookAsync(gateway);
            await gateway.QuietAsync();
        }

        Assert.Equal("Crew", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
        // What the source says of it, it has.
        await gateway.SendAsync(HttpMethod.Patch, $"Groups/{hand}", Patch("displayName", "\"Sailors\""));
        await gateway.QuietAsync();
        Assert.Equal("Sailors", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "active")]
    public async Task A_leaver_whom_somebody_let_in_is_no_account_as_it_is_wanted(int looks, string shown)
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await PatchAsync(gateway, ada, "active", "false");
        await ChangeAsync(gateway, "active", true);
        for (var i = 0; i < looks; i++)
            await LookAsync(gateway);
        await gateway.Connection.DisableAsync();

        var preview = await gateway.Changes.PreviewAsync(new TenantChange.GoOn(EndsShadow: false));

        Assert.Equal(1, preview.Outlooks["LeftAlone"]["ChangedInSlack"]);
        Assert.False(preview.Outlooks["LeftAlone"].ContainsKey("UpToDate"));
        Assert.Equal(
            shown,
            string.Join(' ', Assert.Single(gateway.Links(new LinkQuery { Claimed = true })).Link.ChangedInSlack)
        );
        Assert.Equal(looks - 1, gateway.Links(new LinkQuery { Changed = true }).Count);
        Assert.Equal(
            looks - 1,
            gateway.Attention().Where(one => one.What == Attention.ChangedInSlack).Sum(one => one.InAll)
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whom_somebody_turned_in_Slack_gets_another_title_however_many_others_are_turned(bool isOn)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = _clock, Preferences = DemoTenant.Lenient with { GuardedAccounts = 1 } }
        );
        var ada = await WithTitleAsync(gateway);
        if (isOn)
            await PatchAsync(gateway, ada, "active", "false");
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(
            HttpStatusCode.OK,
            await PatchAsync(gateway, await UserAsync(gateway, "grace"), "active", "false")
        );
        await ChangeAsync(gateway, "active", isOn);
        await LookAsync(gateway);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Lady\""));

        // It is no activation and no deactivation, so that no guard counts it.
        Assert.Empty(gateway.Holds.List());
        Assert.NotEqual("Held", gateway.State(ada));
        Assert.Equal(isOn, Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task A_field_that_has_drifted_is_told_when_the_provider_repeats_it_and_once()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        await LookAsync(gateway);

        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        Assert.Equal("Countess", await TitleAsync(gateway));
        await gateway.CallsAsync();
        await PatchAsync(gateway, ada, "title", "\"Countess\"");

        Assert.Empty(await CallsAsync(gateway));
    }

    [Fact]
    public async Task Who_was_let_in_by_hand_and_is_deleted_is_counted_among_the_leavers()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = _clock, Preferences = DemoTenant.Lenient with { GuardedAccounts = 1 } }
        );
        var (ada, bob) = (await WithTitleAsync(gateway), await UserAsync(gateway, "bob"));
        await PatchAsync(gateway, ada, "active", "false");
        await ChangeAsync(gateway, "active", true);
        _clock.Advance(TimeSpan.FromHours(2));
        await PatchAsync(gateway, bob, "active", "false");
        await LookAsync(gateway);

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}")).Status);

        Assert.Equal("Held", gateway.State(ada));
        await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task What_is_as_it_was_at_the_second_look_was_no_drift()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore);
        await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        await ChangeAsync(gateway, "title", "Countess");
        await LookAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);

        Assert.Empty(gateway.OwnDoings());
    }

    [Fact]
    public async Task Whose_account_is_gone_is_no_suspect_any_more()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        Assert.True(gateway.Home.Import.HasSuspects());
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, ada));

        await LookAsync(gateway);

        Assert.Equal("Broken", gateway.State(ada));
        Assert.False(gateway.Home.Import.HasSuspects());
    }

    // A second look may never come, as where Slack no longer answers; nothing waits for it then.
    [Theory]
    [InlineData("account")]
    [InlineData("group")]
    public async Task What_one_look_has_shown_is_a_suspicion_for_ten_minutes(string what)
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var crew = await GroupAsync(gateway, "Crew", ada, bob);
        await LookAsync(gateway);
        if (what == "account")
            DeactivateByHand(gateway, ada);
        else
            InSlack(gateway, crew, bob);
        await LookAsync(gateway);
        Assert.True(gateway.Home.Import.HasSuspects());
        foreach (var list in (string[])["/Users", "/Groups"])
            await gateway.WeatherAsync($$"""{"path":"{{list}}","times":0,"status":503}""");
        await gateway.WeatherAsync("""{"path":"/Groups/{id}","times":0,"status":503}""");

        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.True(gateway.Home.Import.HasSuspects());
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(gateway.Home.Import.HasSuspects());
        Assert.Empty(gateway.OwnDoings());
    }

    [Fact]
    public async Task A_deactivation_by_the_other_verb_whose_answer_shows_nobody_is_no_drift()
    {
        await using var gateway = await StartAsync(
            DriftHandling.Report,
            ready: slack =>
            {
                slack.Knobs.Set("ratelimit.mode", "bucket");
                slack.Knobs.Set("ratelimit.scale", 0.05);
            }
        );
        var ada = await WithTitleAsync(gateway); // which was all the room there is for changes
        await gateway.CallsAsync();
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "active", "false"));
        Assert.Equal(new Dictionary<string, int> { ["DELETE /Users/{id}"] = 1 }, await CallsAsync(gateway));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "active", "false"));
        Assert.Empty(await CallsAsync(gateway));

        await LookAsync(gateway);
        await LookAsync(gateway);

        Assert.Empty(gateway.OwnDoings());
    }

    [Fact]
    public async Task Who_was_taken_out_of_a_group_in_Slack_is_reported_and_in_again_with_the_providers_next_word()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var crew = await GroupAsync(gateway, "Crew", ada, bob);
        InSlack(gateway, crew, bob);

        await LookAsync(gateway);
        Assert.Empty(gateway.OwnDoings());
        await LookAsync(gateway);
        Assert.Equal([$"changed in Slack: taken out: {ada}"], gateway.OwnDoings());
        await LookAsync(gateway);
        await LookAsync(gateway);

        Assert.Equal([$"changed in Slack: taken out: {ada}"], gateway.OwnDoings());
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(2, (await MembersAsync(gateway, crew)).Count);
        // Another word of the group does not undo it, one of the member does.
        await MembersAsync(gateway, crew, Rename("Band"));
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Band"));
        await MembersAsync(gateway, crew, Add(ada));
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Band"));
        Assert.False(gateway.Home.Import.HasSuspects());
    }

    [Fact]
    public async Task Who_was_deactivated_in_Slack_was_not_taken_out_of_his_groups_and_is_in_them_when_his_provider_has_him_back()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await UserAsync(gateway, "ada");
        await GroupAsync(gateway, "Crew", ada);
        DeactivateByHand(gateway, ada);
        for (var looks = 0; looks < 3; looks++)
            await LookAsync(gateway);
        Assert.Equal(["changed in Slack: Active"], gateway.OwnDoings());

        await PatchAsync(gateway, ada, "active", "false");
        await PatchAsync(gateway, ada, "active", "true");
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task What_is_different_for_the_first_time_is_looked_at_again_though_something_else_was_reported()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var crew = await GroupAsync(gateway, "Crew", ada, bob);
        await LookAsync(gateway);
        RenameByHand(gateway, crew, "Gang");
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: DisplayName"], gateway.OwnDoings());

        InSlack(gateway, crew, bob);
        await LookAsync(gateway);
        Assert.Single(gateway.OwnDoings());
        await LookAsync(gateway);

        Assert.Equal($"changed in Slack: DisplayName, taken out: {ada}", gateway.OwnDoings()[^1]);
    }

    [Fact]
    public async Task The_sweep_looks_again_soon_after_it_suspects_something()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        _clock.Advance(TimeSpan.FromHours(6));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Import.HasSuspects()));

        await UntilToldAsync(gateway, TimeSpan.FromMinutes(10));

        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_store_that_fails_under_the_sweep_does_not_end_the_process()
    {
        var log = new SweepLog();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = _clock, More = services => services.AddSingleton<ILoggerProvider>(log) }
        );
        await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");

        // What the sweep reads is not there: it says so, as of a file that cannot be read.
        await StoreTables.LoseAsync(gateway.Store, "links");
        _clock.Advance(TimeSpan.FromHours(6));
        Assert.Contains(
            TestStore.IsPostgres ? "PostgresException" : "SqliteException",
            await log.SaidAsync(),
            StringComparison.Ordinal
        );

        // Once it can be read again the sweep goes on by itself: it takes two looks to find this.
        await StoreTables.FindAsync(gateway.Store, "links");
        await UntilToldAsync(gateway, TimeSpan.FromHours(3));
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
    }

    [Fact]
    public async Task Whom_somebody_put_in_and_was_reported_does_not_hide_who_is_put_in_later()
    {
        await using var gateway = await StartAsync(DriftHandling.Report, GroupMembership.Overwrite);
        var (ada, eve, ida) = (
            await UserAsync(gateway, "ada"),
            await UserAsync(gateway, "eve"),
            await UserAsync(gateway, "ida")
        );
        var crew = await GroupAsync(gateway, "Crew", ada);
        InSlack(gateway, crew, ada, eve);
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.KnobAsync("deactivate.group_membership", "kept");
        foreach (var isActive in (string[])["false", "true"])
            await PatchAsync(gateway, eve, "active", isActive);
        await LookAsync(gateway);

        InSlack(gateway, crew, ada, eve, ida);
        await LookAsync(gateway);
        await LookAsync(gateway);

        Assert.Equal($"changed in Slack: put in: {SlackId(gateway, ida)}", gateway.OwnDoings()[^1]);
    }

    [Fact]
    public async Task Who_was_put_into_a_group_or_taken_out_stands_among_what_was_changed_in_Slack()
    {
        await using var gateway = await StartAsync(DriftHandling.Report, GroupMembership.Overwrite);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var crew = await GroupAsync(gateway, "Crew", ada);
        var gang = await GroupAsync(gateway, "Gang", ada);
        InSlack(gateway, crew, ada, eve);
        InSlack(gateway, gang);
        await LookAsync(gateway);
        Assert.Empty(await ListedAsync());

        await LookAsync(gateway);
        await gateway.QuietAsync();

        var all = await ListedAsync();
        Assert.Equal(["Crew", "Gang"], all.Select(one => one.Name));
        Assert.All(all, one => Assert.Equal(["members"], one.ChangedInSlack));
        var told = Assert.Single(gateway.Store.Read(session => Attention.In(session, Gateway.Tenant, default)));
        Assert.Equal((Attention.ChangedInSlack, 2), (told.What, told.InAll));

        async Task<IReadOnlyList<ListedLink>> ListedAsync() =>
            await new LinkReads(gateway.Store).ListAsync(Gateway.Tenant, new LinkQuery { Changed = true });
    }

    [Fact]
    public async Task A_group_that_is_taken_over_keeps_nobody_who_was_only_reported()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = _clock,
                Preferences = DemoTenant.Lenient with
                {
                    GroupMembership = GroupMembership.Overwrite,
                    DeleteGroups = false,
                    WhenNotAllowed = NotAllowed.Skip,
                },
            }
        );
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var crew = await GroupAsync(gateway, "Crew", ada);
        InSlack(gateway, crew, ada, eve);
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");

        await GroupAsync(gateway, "Crew", ada);
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task By_preference_a_groups_name_and_members_are_set_back_and_who_was_put_in_goes_where_full_lists_count()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore, GroupMembership.Overwrite);
        var (ada, bob, eve) = (
            await UserAsync(gateway, "ada"),
            await UserAsync(gateway, "bob"),
            await UserAsync(gateway, "eve")
        );
        var crew = await GroupAsync(gateway, "Crew", ada, bob);
        RenameByHand(gateway, crew, "Gang");
        InSlack(gateway, crew, bob, eve);

        await LookAsync(gateway);
        Assert.Equal(["bob", "eve"], await InSlackAsync(gateway, "Gang"));
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(
            [$"restoring what was changed in Slack: DisplayName, taken out: {ada}, put in: {SlackId(gateway, eve)}"],
            gateway.OwnDoings()
        );
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Single(gateway.OwnDoings());
    }

    [Theory]
    [InlineData(DriftHandling.Report, false, "Gang", "changed in Slack: DisplayName")]
    [InlineData(DriftHandling.Report, true, "Gang", "changed in Slack: DisplayName")]
    [InlineData(DriftHandling.Restore, false, "Crew", "restoring what was changed in Slack: DisplayName")]
    [InlineData(DriftHandling.Restore, true, "Crew", "restoring what was changed in Slack: DisplayName")]
    public async Task A_groups_name_is_drift_though_no_import_has_come_since_it_was_told(
        DriftHandling handling,
        bool isRenamed,
        string name,
        string said
    )
    {
        await using var gateway = await StartAsync(handling);
        var crew = await GroupAsync(gateway, isRenamed ? "Sailors" : "Crew");
        if (isRenamed)
            await MembersAsync(gateway, crew, Rename("Crew"));
        RenameByHand(gateway, crew, "Gang");

        await LookAsync(gateway);
        Assert.Empty(gateway.OwnDoings()); // one look may lag
        await LookAsync(gateway);
        await gateway.QuietAsync();
        await LookAsync(gateway);

        Assert.Equal([said], gateway.OwnDoings());
        Assert.Equal(name, (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Gang"));
        Assert.Equal(name == "Gang" ? HttpStatusCode.Conflict : HttpStatusCode.Created, status);
    }

    [Fact]
    public async Task A_groups_name_that_its_provider_repeats_is_told_after_one_look_though_it_is_the_first()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var crew = await GroupAsync(gateway, "Crew");
        RenameByHand(gateway, crew, "Gang");
        await LookAsync(gateway);

        await MembersAsync(gateway, crew, Rename("Crew"));
        Assert.Equal("Crew", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);

        RenameByHand(gateway, crew, "Gang");
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: DisplayName"], gateway.OwnDoings());
    }

    [Fact]
    public async Task A_groups_name_that_was_reported_and_told_again_is_reported_again()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var crew = await GroupAsync(gateway, "Crew");
        for (var times = 1; times <= 2; times++)
        {
            RenameByHand(gateway, crew, "Gang");
            await LookAsync(gateway);
            await LookAsync(gateway);
            Assert.Equal(Enumerable.Repeat("changed in Slack: DisplayName", times), gateway.OwnDoings());
            await MembersAsync(gateway, crew, Rename("Crew"));
        }
    }

    [Theory]
    [InlineData("title")]
    [InlineData("active")]
    public async Task What_was_reported_of_a_user_and_told_again_is_reported_again_when_somebody_does_it_once_more(
        string field
    )
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        var (wanted, changed, named) =
            field == "active" ? ("false", (JsonNode)true, "Active") : ("\"Countess\"", "Lady", "Title");
        await PatchAsync(gateway, ada, field, wanted);
        for (var times = 1; times <= 2; times++)
        {
            await ChangeAsync(gateway, field, changed.DeepClone());
            await LookAsync(gateway);
            Assert.Equal(times - 1, gateway.OwnDoings().Count);
            await LookAsync(gateway);
            Assert.Equal(Enumerable.Repeat($"changed in Slack: {named}", times), gateway.OwnDoings());
            await PatchAsync(gateway, ada, field, wanted);
            await gateway.QuietAsync();
        }
    }

    [Theory]
    [InlineData(DriftHandling.Report)]
    [InlineData(DriftHandling.Restore)]
    public async Task What_was_seen_before_the_provider_said_so_again_makes_nothing_certain_that_is_done_after_it(
        DriftHandling handling
    )
    {
        await using var gateway = await StartAsync(handling);
        var ada = await WithTitleAsync(gateway);
        await PatchAsync(gateway, ada, "active", "false");
        await ChangeAsync(gateway, "active", true);
        await LookAsync(gateway);
        await PatchAsync(gateway, ada, "active", "false");
        await gateway.QuietAsync();

        await ChangeAsync(gateway, "active", true);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Empty(gateway.OwnDoings());
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.Single(gateway.OwnDoings());
    }

    [Fact]
    public async Task What_Slack_makes_of_a_groups_name_is_no_drift_and_what_somebody_makes_of_that_is()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var crew = await GroupAsync(gateway, "Sailors");
        await MembersAsync(gateway, crew, Rename("R&D"));
        RenameByHand(gateway, crew, "R_D"); // as it may write the sign
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Empty(gateway.OwnDoings());

        RenameByHand(gateway, crew, "R D");
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: DisplayName"], gateway.OwnDoings());
    }

    [Fact]
    public async Task Who_was_put_into_a_group_in_Slack_is_reported_where_full_lists_count_and_goes_with_the_next_one()
    {
        await using var gateway = await StartAsync(DriftHandling.Report, GroupMembership.Overwrite);
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var crew = await GroupAsync(gateway, "Crew", ada);
        InSlack(gateway, crew, ada, eve);
        await LookAsync(gateway);
        await LookAsync(gateway);
        await LookAsync(gateway);

        Assert.Equal([$"changed in Slack: put in: {SlackId(gateway, eve)}"], gateway.OwnDoings());
        Assert.Equal(["ada", "eve"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([ada], await MembersAsync(gateway, crew));
        await MembersAsync(gateway, crew, $$"""{"op":"replace","path":"members","value":[{{Member(ada)}}]}""");
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task An_adopted_group_loses_nobody_before_a_full_list_and_nobody_who_comes_until_then_is_drift()
    {
        await using var gateway = await StartAsync(DriftHandling.Restore, GroupMembership.Overwrite);
        var (ada, bob, eve) = (
            await UserAsync(gateway, "ada"),
            await UserAsync(gateway, "bob"),
            await UserAsync(gateway, "eve")
        );
        (
            await gateway.Control.PostAsJsonAsync(
                "groups",
                new JsonObject { ["displayName"] = "Crew", ["members"] = new JsonArray(SlackId(gateway, bob)) }
            )
        ).EnsureSuccessStatusCode();
        await LookAsync(gateway);
        var crew = await GroupAsync(gateway, "Crew"); // an empty create is no full list
        await MembersAsync(gateway, crew, Add(ada));
        InSlack(gateway, crew, ada, bob, eve);

        for (var looks = 0; looks < 3; looks++)
            await LookAsync(gateway);

        Assert.Equal(["ada", "bob", "eve"], await InSlackAsync(gateway, "Crew"));
        Assert.Empty(gateway.OwnDoings());
    }

    [Fact]
    public async Task A_create_that_was_under_way_when_everything_stopped_is_asked_about_before_it_is_made_again()
    {
        await using var gateway = await Gateway.StartAsync();
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        await gateway.KnobAsync("patch.missing_active", "deactivate");
        await PatchAsync(gateway, eve, "title", "\"Countess\""); // from here on each is looked at first
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, new TaskCompletionSource().Task);
        var creating = gateway.SendAsync(HttpMethod.Post, "Users", User("bob", "bob@corp.example"));
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.Life.HoldAt(Step.WritingDown, Task.CompletedTask); // the next one goes through
        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        await Gateway.UntilAsync(() => Task.FromResult(!gateway.Connection.Read().Enabled));
        await creating; // which is answered by what the tenant wants while Slack cannot be written

        await gateway.CrashAsync();

        await using var kept = gateway.Kept();
        Assert.Single(kept.Links.Where(link => link.SlackId == null && link.AskFirst));
    }

    private Task<Gateway> StartAsync(
        DriftHandling handling,
        GroupMembership membership = GroupMembership.Merge,
        Action<SlackEmulatorServer>? ready = null
    ) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = _clock,
                Preferences = DemoTenant.Lenient with { Drift = handling, GroupMembership = membership },
            },
            ready: ready
        );

    /// <summary>What the sweep says first.</summary>
    private sealed class SweepLog : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource<string> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> SaidAsync() => _said.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);

        public ILogger CreateLogger(string categoryName) =>
            categoryName.EndsWith(nameof(LaterImport), StringComparison.Ordinal) ? this : NullLogger.Instance;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _said.TrySetResult(formatter(state, exception));
    }

    private static void RenameByHand(Gateway gateway, string group, string name) =>
        gateway.Slack.Workspace.ChangeGroup(SlackId(gateway, group), new JsonObject { ["displayName"] = name });

    // Somebody says in Slack who is in a group.
    private static void InSlack(Gateway gateway, string group, params string[] users) =>
        gateway.Slack.Workspace.ChangeGroup(
            SlackId(gateway, group),
            new JsonObject
            {
                ["members"] = new JsonArray([.. users.Select(user => JsonValue.Create(SlackId(gateway, user)))]),
            }
        );

    // The provider repeats that a user is inactive, or deletes the user.
    private static async Task SayAgainAsync(Gateway gateway, string id, string method)
    {
        var body =
            method == "PATCH" ? Patch("active", "false")
            : method == "PUT" ? (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!.ToJsonString()
            : null;
        var (status, _, _) = await gateway.SendAsync(new HttpMethod(method), $"Users/{id}", body);
        Assert.Equal(body is null ? HttpStatusCode.NoContent : HttpStatusCode.OK, status);
        await gateway.QuietAsync();
    }

    private static async Task<string> WithTitleAsync(Gateway gateway)
    {
        var ada = await CreateAsync(gateway);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Countess\""));
        return ada;
    }

    // One look at Slack, two minutes after whatever was before.
    private async Task LookAsync(Gateway gateway)
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_leaver_whom_somebody_let_in_again_is_out_before_being_erased(int looks)
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        LinkId link;
        using (var kept = gateway.Kept())
            link = kept.Of(ada).Id;
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        await gateway.QuietAsync();
        await ChangeAsync(gateway, "active", true);
        for (; looks > 0; looks--)
            await LookAsync(gateway);

        // The list of accounts in Slack that no provider has names the leaver.
        Assert.Contains(gateway.Links(new LinkQuery { Claimed = false }), listed => listed.Id == link);
        Assert.DoesNotContain(gateway.Links(new LinkQuery { Claimed = true }), listed => listed.Id == link);

        await gateway.Home.Links.EraseAsync(link);

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Fact]
    public async Task A_leaver_whom_Slack_does_not_deactivate_again_is_not_erased()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        var ada = await WithTitleAsync(gateway);
        LinkId link;
        using (var kept = gateway.Kept())
            link = kept.Of(ada).Id;
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        await gateway.QuietAsync();
        await ChangeAsync(gateway, "active", true);
        await LookAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"*","path":"/Users/{id}","times":0,"status":400,"description":"cannot_modify_owner"}"""
        );

        var erasing = gateway.Home.Links.EraseAsync(link);
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(erasing.IsCompleted && gateway.State(ada) != "Pending");
        });
        await Assert.ThrowsAsync<NotReadyException>(() => erasing);
        Assert.Equal("Protected", gateway.State(ada));
        var again = await Assert.ThrowsAsync<NotReadyException>(() => gateway.Home.Links.EraseAsync(link));

        Assert.Contains("Deactivate it first", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_look_comes_after_a_restart_as_soon_as_it_would_have_come_before()
    {
        await using var gateway = await StartAsync(DriftHandling.Report);
        await WithTitleAsync(gateway);
        await ChangeAsync(gateway, "title", "Lady");
        await LookAsync(gateway);
        Assert.Empty(gateway.OwnDoings());

        await gateway.RestartCountingAsync(imports: false);
        await UntilToldAsync(gateway, TimeSpan.FromMinutes(5)); // the next look for nothing is six hours away

        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());
    }

    // Lets time go on, but not so far; hardly while Slack is read, which takes real time, and none of it long.
    private Task UntilToldAsync(Gateway gateway, TimeSpan atMost)
    {
        var until = _clock.GetUtcNow() + atMost;
        return Gateway.UntilAsync(() =>
        {
            using var kept = gateway.Kept();
            var step = TimeSpan.FromSeconds(kept.Jobs.Any(job => job.Finished == null) ? 0.1 : 2);
            if (_clock.GetUtcNow() < until)
                _clock.Advance(step);
            return Task.FromResult(gateway.OwnDoings().Count > 0);
        });
    }

    private static async Task ChangeAsync(Gateway gateway, string field, JsonNode value)
    {
        var account = Assert.Single(await gateway.AccountsAsync(Address));
        account[field] = value;
        (await gateway.Control.PutAsJsonAsync($"users/{account["id"]}", account)).EnsureSuccessStatusCode();
    }

    private static async Task<string?> TitleAsync(Gateway gateway) =>
        (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"];
}
