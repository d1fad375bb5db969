using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Tests;

namespace ScimGateway.Host.Tests.Contract;

/// <summary>One line of docs/contract.md.</summary>
public sealed record ContractRow(
    string Id,
    string When,
    string Before,
    string Preference,
    string Slack,
    string Answer,
    string Mirror,
    string Link,
    string SlackThen,
    string Calls,
    string Operation,
    bool IsOfGroups
)
{
    /// <summary>The lines of the page.</summary>
    public static IReadOnlyList<ContractRow> All { get; } =
    [
        .. Lines(isOfGroups: false).Select(line => Read(line, isOfGroups: false)),
        .. Lines(isOfGroups: true).Select(line => Read(line, isOfGroups: true)),
    ];

    /// <summary>The preferences that the line names, and else the defaults.</summary>
    public Preferences Preferences()
    {
        var json = new JsonObject();
        foreach (var choice in Preference.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            json[choice.Split('=')[0]] = choice.Split('=')[1] switch
            {
                "true" => true,
                "false" => false,
                var word when int.TryParse(word, CultureInfo.InvariantCulture, out var number) => number,
                var word => word,
            };
        return Provisioning.Model.Tenants.Preferences.FromJson(json.ToJsonString());
    }

    // The page tells of users first, and then of groups.
    private static IEnumerable<string> Lines(bool isOfGroups)
    {
        var lines = File.ReadAllLines(Path.Combine(GeneratedPage.Root(), "docs", "contract.md"));
        var groups = Array.IndexOf(lines, "# The contract of groups");
        return (isOfGroups ? lines[groups..] : lines[..groups]).Where(line =>
            line.StartsWith("| `", StringComparison.Ordinal)
        );
    }

    private static ContractRow Read(string line, bool isOfGroups)
    {
        string[] cells = [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
        return cells.Length == 11
            ? new ContractRow(
                cells[0].Trim('`'),
                cells[1],
                cells[2],
                cells[3],
                cells[4],
                cells[5],
                cells[6],
                cells[7],
                cells[8],
                cells[9],
                cells[10],
                isOfGroups
            )
            : throw new InvalidDataException(
                $"A line of the contract has eleven cells, this one {cells.Length}: {line}"
            );
    }
}
