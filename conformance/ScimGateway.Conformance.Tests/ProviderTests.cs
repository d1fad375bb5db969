using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>What providers do, asked of the sound server: of one that bears their habits, and of one that has the RFCs alone.</summary>
public sealed class ProviderTests
{
    // A server of the RFCs may refuse or change these, and need not: the sound one does not.
    private static readonly string[] _left =
    [
        "entra-clear-with-empty-text",
        "entra-create-user-with-nulls",
        "entra-flag-in-url",
        "entra-group-create",
        "entra-numbers-as-sent",
        "entra-patch-more-members",
        "entra-put-user",
        "entra-restore-keeps-memberships",
    ];

    private static readonly Options _providers = new() { Profiles = Profile.Providers };

    [Fact]
    public async Task A_server_that_bears_the_habits_of_providers_passes()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        var findings = await Asking.AllAsync(_providers with { Url = sound.Url });

        Assert.Equal([], findings.Failed());
        Assert.Equal([], findings.Skipped());
        Assert.Equal(Inventory.Providers.Count, findings.Results.Count);
        Assert.Empty(findings.LeftBehind);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task A_server_of_the_RFCs_alone_fails_just_what_says_that_it_rests_on_more()
    {
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(_providers with { Url = sound.Url });

        Assert.Equal(
            Inventory.Providers.Where(one => one.Beyond is not null).Select(one => one.Id).Except(_left),
            findings.Results.Where(one => one.Verdict.Outcome == Outcome.Failed).Select(one => one.Requirement.Id)
        );
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Who_answers_what_is_read_without_a_body_passes_nothing_that_reads()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask.Is("GET", "Users") || ask.Is("GET", "Groups"))
                    answer.Body = null;
                return answer;
            },
            Habit.All
        );
        var findings = await Asking.AllAsync(_providers with { Url = sound.Url });

        Assert.Equal(
            Scenarios
                .Own.Where(one => !one.Steps.Any(Reads))
                .Select(one => $"{one.Provider}-{one.Name}")
                .Order(StringComparer.Ordinal),
            findings
                .Results.Where(one => one.Verdict.Outcome == Outcome.Passed)
                .Select(one => one.Requirement.Id)
                .Order(StringComparer.Ordinal)
        );

        static bool Reads(Step step) => step.Method == HttpMethod.Get && step.Endpoint is "Users" or "Groups";
    }

    [Fact]
    public async Task Strictly_it_is_not_asked_for_more_than_the_RFCs()
    {
        await using var sound = await SoundServer.StartAsync();
        var findings = await Asking.AllAsync(_providers with { Url = sound.Url, RfcsOnly = true });

        Assert.Equal([], findings.Failed());
        Assert.Equal(Inventory.Providers.Count(one => one.Beyond is null), findings.Count(Outcome.Passed));
    }

    [Fact]
    public async Task What_a_server_does_not_announce_it_need_not_keep()
    {
        string[] gone = ["nickName", "phoneNumbers", "roles", "profileUrl", "title"];
        await using var sound = await SoundServer.StartAsync(Poor, Habit.All);
        var findings = await Asking.AllAsync(_providers with { Url = sound.Url });

        Assert.Equal([], findings.Failed());
        Assert.Contains("entra-add-attribute: the server announces no nickName that it would keep", findings.Skipped());
        Assert.Contains("entra-create-user-with-role: the server has no roles", findings.Skipped());
        Assert.True(findings.Count(Outcome.Passed) > 90, findings.Closing);

        Answer Poor(Ask ask, SoundScim scim)
        {
            var answer = scim.Handle(ask);
            if (ask.Path == "Schemas")
            {
                var schemas = answer.Body!["Resources"]!.AsArray();
                schemas[0]!["attributes"]!.AsArray().RemoveAll(one => gone.Contains(one!["name"].Text()));
                schemas.RemoveAt(1);
            }
            else if (answer.IsFine)
                foreach (var resource in answer.Shown.ToList())
                foreach (var name in gone.Append("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"))
                    resource.Remove(name);
            return answer;
        }
    }

    [Theory]
    [InlineData("roles", "entra-create-user-with-role: the server has no roles")]
    [InlineData(
        "membership-kept-while-inactive",
        "entra-restore-keeps-memberships: the server has no membership-kept-while-inactive"
    )]
    public async Task What_its_owner_says_that_a_server_lacks_is_not_asked_for(string lacked, string skipped)
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        var findings = await Asking.AllAsync(_providers with { Url = sound.Url, Lacked = [lacked] });

        Assert.Contains(skipped, findings.Skipped());
        Assert.Equal([], findings.Failed());
    }

    [Fact]
    public async Task What_is_about_the_token_is_not_asked_where_something_else_lets_in()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        var options = new Options
        {
            Url = sound.Url,
            Headers = [("Authorization", $"Bearer {SoundServer.Token}")],
            Profiles = ["pingone"],
        };
        using var server = new Server(options);
        var findings = await Run.AllAsync(server, Inventory.Of(options), Weighing.Strict, _ => { });

        Assert.Equal(
            ["pingone-authorization: it is about the bearer token, and none was said with --token"],
            findings.Skipped()
        );
        Assert.Equal([], findings.Failed());
    }

    [Fact]
    public void Each_scenario_stands_in_the_folder_of_its_provider_under_its_name()
    {
        var names = typeof(Scenarios).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal);

        Assert.Equal(names, Scenarios.Own.Select(one => $"{one.Provider}/{one.Name}.json"));
        Assert.Equal(
            Profile.Providers.Order(StringComparer.Ordinal),
            Scenarios.Own.Select(one => one.Provider).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.All(Scenarios.Own, one => Assert.True(one.Change is { Length: > 20 }, one.Name));
    }
}
