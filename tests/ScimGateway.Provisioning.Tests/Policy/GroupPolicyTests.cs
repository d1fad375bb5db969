using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Policy;

/// <summary>What the preferences say to each write of a group, row by row from the table.</summary>
public class GroupPolicyTests
{
    public static IEnumerable<TheoryDataRow<string>> Rows() =>
        Vectors
            .Rows("group-policy.json")
            .Select(row => new TheoryDataRow<string>(row.ToJsonString()) { TestDisplayName = (string)row["name"]! });

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_verdict_is_that_of_the_table(string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        var wish = new GroupWish(
            Enum.Parse<Trigger>((string)row["when"]!),
            Enum.Parse<Account>((string)row["group"]!),
            (bool?)row["protected"] == true
        );

        var verdict = GroupPolicy.Decide(Preferences.FromJson(row["preferences"]?.ToJsonString() ?? "{}"), wish);

        var (told, why) = verdict switch
        {
            Verdict.Skip skip => ($"skip {skip.Left}", skip.Why),
            Verdict.Refuse refuse => ($"refuse {(int)refuse.Why.Status}", refuse.Why.Message),
            _ => ("allow", ""),
        };
        Assert.Equal((string)row["verdict"]!, told);
        Assert.Contains((string?)row["says"] ?? "", why, StringComparison.Ordinal);
    }
}
