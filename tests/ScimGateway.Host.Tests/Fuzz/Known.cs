using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Scim;

namespace ScimGateway.Host.Tests.Fuzz;

/// <summary>What the clients have learned from answers, to ask on with: ids, and cursors.</summary>
internal sealed class Known
{
    // Few, so that they meet.
    private const int Most = 40;

    private readonly Lock _gate = new();
    private readonly List<string> _users = [];
    private readonly List<string> _groups = [];
    private readonly List<string> _cursors = [];

    /// <summary>The id of a user, or of nobody.</summary>
    public string User(Random dice) => One(_users, dice) ?? "0190163c-0000-7000-8000-000000000000";

    /// <summary>The id of a group, or of none.</summary>
    public string Group(Random dice) => One(_groups, dice) ?? User(dice);

    /// <summary>Where a list goes on.</summary>
    public string Cursor(Random dice) => One(_cursors, dice) ?? "";

    /// <summary>Keeps what an answer shows, and mostly forgets what it says not to be there.</summary>
    public void Learn(RawAnswer answer, Random dice)
    {
        switch (answer.Status)
        {
            case 201 when answer.Header("Location").Split('/') is [.., var endpoint, var id]:
                Keep(endpoint == "Users" ? _users : _groups, id, dice);
                break;
            case 404 when dice.Next(4) > 0:
                Forget(_users, id => $"There is no user {id}.", answer);
                Forget(_groups, id => $"There is no group {id}.", answer);
                break;
            case 200 when answer.Headers.ContainsKey("Content-Length") && answer.Json is { } list:
                if ((string?)list["nextCursor"] is { } cursor)
                    Keep(_cursors, cursor, dice);
                foreach (var one in list["Resources"] as JsonArray ?? [])
                    if ((string?)one!["meta"]?["resourceType"] is "User" or "Group" && (string?)one["id"] is { } shown)
                        Keep((string?)one["meta"]!["resourceType"] == "User" ? _users : _groups, shown, dice);
                break;
        }
    }

    private void Forget(List<string> all, Func<string, string> says, RawAnswer answer)
    {
        lock (_gate)
            all.RemoveAll(id => answer.Text.Contains(says(id), StringComparison.Ordinal));
    }

    private string? One(List<string> all, Random dice)
    {
        lock (_gate)
            return all.Count == 0 ? null : all[dice.Next(all.Count)];
    }

    private void Keep(List<string> all, string one, Random dice)
    {
        lock (_gate)
            if (all.Contains(one))
                return;
            else if (all.Count < Most)
                all.Add(one);
            else
                all[dice.Next(Most)] = one;
    }
}
