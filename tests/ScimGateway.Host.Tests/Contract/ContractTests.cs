using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>docs/contract.md, line by line: what is written there is what happens.</summary>
public class ContractTests
{
    public static IEnumerable<TheoryDataRow<string>> Rows =>
        ContractRow.All.Select(row => new TheoryDataRow<string>(row.Id) { TestDisplayName = $"contract: {row.Id}" });

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(Rows))]
    public async Task What_is_written_is_what_happens(string id)
    {
        var row = ContractRow.All.Single(r => r.Id == id);
        await using var scenario = await Scenario.StartAsync(row);

        var answer = await scenario.ActAsync();
        var (atAnswer, then) = (First(row), Last(row));
        var found = await scenario.FindAsync(answer);
        Assert.Equal((atAnswer.Answer, atAnswer.Mirror, atAnswer.Link), (found.Answer, found.Mirror, found.Link));
        Assert.Equal(atAnswer.Operation, found.Operation);

        if (then.Link != atAnswer.Link)
            await scenario.GoOnUntilAsync(then.Link);
        Assert.Equal(then, (await scenario.FindAsync(answer)) with { Answer = row.Answer });
    }

    [Fact]
    public void Every_word_that_a_test_understands_is_in_the_contract()
    {
        var (users, groups) = (
            ContractRow.All.Where(row => !row.IsOfGroups),
            ContractRow.All.Where(row => row.IsOfGroups)
        );
        Assert.Equal(UserScenario.Writes.Keys.Order(), users.Select(row => row.When).Distinct().Order());
        Assert.Equal(UserScenario.States.Keys.Order(), users.Select(row => row.Before).Distinct().Order());
        Assert.Equal(GroupScenario.Writes.Keys.Order(), groups.Select(row => row.When).Distinct().Order());
        Assert.Equal(GroupScenario.States.Keys.Order(), groups.Select(row => row.Before).Distinct().Order());
        Assert.Equal(
            Scenario.Weathers.Keys.Order(),
            ContractRow
                .All.Select(row => Scenario.Weatherword(row.Slack))
                .Where(word => word.Length > 0)
                .Distinct()
                .Order()
        );
        Assert.Equal(ContractRow.All.Select(row => row.Id).Distinct(), ContractRow.All.Select(row => row.Id));
    }

    [Fact]
    public void Every_preference_that_changes_an_answer_is_in_the_contract() =>
        Assert.Equal(
            [
                "CreateGroups",
                "CreateUsers",
                "DeleteGroups",
                "DeprovisionUsers",
                "DisableUsers",
                "GroupMembership",
                "GuardedAccounts",
                "GuardedAddresses",
                "GuardedGroups",
                "GuardedMembers",
                "ProvisionDisabledUsers",
                "RemoveAction",
                "SlackUserName",
                "UniqueUserIdentifier",
                "UnknownGroupMember",
                "UpdateGroups",
                "UpdateUsers",
                "UserSlackCannotHold",
                "WhenAccountExists",
                "WhenNotAllowed",
                "WhenSlackIsSlow",
                "WhileSlackCannotBeWritten",
            ],
            ContractRow
                .All.SelectMany(row => row.Preference.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(choice => choice.Split('=')[0])
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    private static Findings First(ContractRow row) =>
        new(row.Answer, row.Mirror, Part(row.Link, 0), row.SlackThen, row.Calls, Part(row.Operation, 0));

    private static Findings Last(ContractRow row) =>
        new(row.Answer, row.Mirror, Part(row.Link, ^1), row.SlackThen, row.Calls, Part(row.Operation, ^1));

    private static string Part(string cell, Index index) => cell.Split(" → ")[index];
}
