using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimGateway.Kill;

/// <summary>The controls of one of the pretend Slack's organizations: what weather it makes, and what it has.</summary>
internal sealed class Weather(Uri slack, int organization = 1) : IDisposable
{
    private readonly HttpClient _control = new()
    {
        BaseAddress = new Uri(
            slack,
            string.Create(CultureInfo.InvariantCulture, $"/_emulator/organizations/{organization}/")
        ),
    };

    /// <summary>
    /// Other weather, by the dice. Nothing lands later than the time limit after its call began: that is what the limit
    /// means.
    /// </summary>
    public async Task ChangeAsync(Random dice, TimeSpan timeLimit)
    {
        await CalmAsync();
        var longest = (int)(timeLimit.TotalMilliseconds * 0.9);
        await KnobsAsync(
            new JsonObject
            {
                ["latency_ms"] = dice.Next(3) == 0 ? dice.Next(60) : dice.Next(4),
                ["faults.drop_rate"] = dice.Next(2) == 0 ? dice.NextDouble() * 0.2 : 0,
                ["faults.hold_rate"] = dice.Next(2) == 0 ? dice.NextDouble() * 0.3 : 0,
                ["faults.hold_ms"] = dice.Next(20, longest),
                ["faults.seed"] = dice.Next(1_000_000),
                // Without its locks Slack takes a second write to an account while it holds the first: the worse case.
                ["lock.enabled"] = dice.Next(3) == 0,
            }
        );
        if (dice.Next(3) == 0)
            await FaultAsync(new JsonObject { ["status"] = 429, ["retryAfter"] = 1 }, dice);
        if (dice.Next(3) == 0)
            await FaultAsync(new JsonObject { ["status"] = dice.Next(2) == 0 ? 500 : 503 }, dice);
        // The effect happens and the caller has given up before the answer comes.
        if (dice.Next(3) == 0)
            await FaultAsync(new JsonObject { ["answerDelayMs"] = (int)(timeLimit.TotalMilliseconds * 1.2) }, dice);
    }

    public async Task CalmAsync()
    {
        (await _control.DeleteAsync("faults")).EnsureSuccessStatusCode();
        await KnobsAsync(
            new JsonObject
            {
                ["latency_ms"] = 0,
                ["faults.drop_rate"] = 0,
                ["faults.hold_rate"] = 0,
                ["lock.enabled"] = true,
            }
        );
    }

    /// <summary>The next call of a method is done, and answered late.</summary>
    public Task AnswerLateAsync(string method, int milliseconds) =>
        PostAsync(
            HttpMethod.Post,
            "faults",
            new JsonObject
            {
                ["method"] = method,
                ["nth"] = 1,
                ["answerDelayMs"] = milliseconds,
            }
        );

    /// <summary>All accounts, as Slack itself has them.</summary>
    public async Task<List<Account>> AccountsAsync()
    {
        var all = JsonNode.Parse(await _control.GetStringAsync("users"))!["users"]!.AsArray();
        return
        [
            .. all.OfType<JsonObject>()
                .Where(u => (string?)u["rank"] == "member" && !(bool)u["bot"]!)
                .Select(Account.Read),
        ];
    }

    /// <summary>All groups, likewise.</summary>
    public async Task<List<SlackGroup>> GroupsAsync()
    {
        var all = JsonNode.Parse(await _control.GetStringAsync("groups"))!["groups"]!.AsArray();
        return [.. all.OfType<JsonObject>().Select(SlackGroup.Read)];
    }

    public async Task<long> CallsAsync() => (long)JsonNode.Parse(await _control.GetStringAsync("calls"))!["total"]!;

    public void Dispose() => _control.Dispose();

    private Task FaultAsync(JsonObject fault, Random dice)
    {
        fault["nth"] = dice.Next(1, 20);
        fault["times"] = dice.Next(1, 4);
        return PostAsync(HttpMethod.Post, "faults", fault);
    }

    private Task KnobsAsync(JsonObject knobs) => PostAsync(HttpMethod.Put, "knobs", knobs);

    private async Task PostAsync(HttpMethod method, string path, JsonObject body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        (await _control.SendAsync(request)).EnsureSuccessStatusCode();
    }
}

/// <summary>An account at Slack.</summary>
internal sealed record Account(
    string Id,
    string UserName,
    bool Active,
    string Given,
    string? Title,
    string? Department,
    IReadOnlyList<string> Addresses
)
{
    public static Account Read(JsonObject account) =>
        new(
            (string)account["id"]!,
            (string)account["userName"]!,
            (bool)account["active"]!,
            (string?)account["name"]?["givenName"] ?? "",
            Text(account["title"]),
            Text(account["department"]),
            [.. account["emails"]!.AsArray().Select(e => (string?)(e as JsonObject)?["value"] ?? (string?)e ?? "")]
        );

    private static string? Text(JsonNode? node) => (string?)node is { Length: > 0 } text ? text : null;
}

/// <summary>A group at Slack, with the ids of its members.</summary>
internal sealed record SlackGroup(string Id, string Name, IReadOnlySet<string> Members)
{
    public static SlackGroup Read(JsonObject group) =>
        new(
            (string)group["id"]!,
            (string)group["displayName"]!,
            (group["members"] as JsonArray ?? [])
                .Select(m => (string?)(m as JsonObject)?["value"] ?? (string)m!)
                .ToHashSet()
        );
}
