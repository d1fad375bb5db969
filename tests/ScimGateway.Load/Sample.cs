using System.Text.Json.Nodes;

namespace ScimGateway.Load;

/// <summary>A user by whom the gateway is asked.</summary>
internal sealed record SampleUser(string Id, string UserName, string Email);

/// <summary>Some of the users that are there, evenly spread over all.</summary>
internal sealed class Sample(IReadOnlyList<SampleUser> users)
{
    public const int Size = 1_000;
    private const int Page = 100;

    public SampleUser this[int i] => users[i % users.Count];

    public static Sample Read(string file) =>
        new([
            .. File.ReadLines(file)
                .Select(line => line.Split(' '))
                .Select(parts => new SampleUser(parts[0], parts[1], parts[2])),
        ]);

    public static async Task TakeAsync(Arguments arguments)
    {
        using var gateway = new HttpClient { BaseAddress = arguments.Url("--url") };
        gateway.DefaultRequestHeaders.Add("Authorization", $"Bearer {arguments.Text("--token")}");
        var total = (int)(await ListAsync(gateway, 1, 0))["totalResults"]!;
        var lines = new List<string>();
        for (var page = 0; page < Size / Page; page++)
            foreach (
                var user in (await ListAsync(gateway, 1 + page * (total / (Size / Page)), Page))["Resources"]!.AsArray()
            )
                lines.Add($"{user!["id"]} {user["userName"]} {user["emails"]![0]!["value"]}");
        await File.WriteAllLinesAsync(arguments.Text("--sample"), lines);
        Console.WriteLine($"{total} users");
    }

    private static async Task<JsonNode> ListAsync(HttpClient gateway, int start, int count) =>
        JsonNode.Parse(
            await gateway.GetStringAsync(new Uri($"{Users.Path}?startIndex={start}&count={count}", UriKind.Relative))
        )!;
}
