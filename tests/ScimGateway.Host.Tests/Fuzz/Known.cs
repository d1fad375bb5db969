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
        if (answer.Status == 404 && dice.Next(4) > 0)
            lock (_gate)
            {
                _users.RemoveAll(id => answer.Text.Contains(id, StringComparison.Ordinal));
                _groups.RemoveAll(id => answer.Text.Contains(id, StringComparison.Ordinal));
            }
        if (answer is { Status: 201 } && answer.Header("Location").Split('/') is [.., var endpoint, var id])
            Keep(endpoint == "Users" ? _users : _groups, id, dice);
        if (
            answer.Status == 200
            && answer.Text.Contains("nextCursor", StringComparison.Ordinal)
            && answer.Headers.ContainsKey("Content-Length")
            && (string?)answer.Json?["nextCursor"] is { } cursor
        )
            Keep(_cursors, cursor, dice);
    }

    private string? One(List<string> all, Random dice)
    {
        lock (_gate)
            return all.Count == 0 ? null : all[dice.Next(all.Count)];
    }

    private void Keep(List<string> all, string one, Random dice)
    {
        lock (_gate)
            if (all.Count < Most)
                all.Add(one);
            else
                all[dice.Next(Most)] = one;
    }
}
