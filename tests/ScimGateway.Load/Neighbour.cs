using System.Globalization;

namespace ScimGateway.Load;

/// <summary>
/// How an ordinary client of one tenant fares while another tenant has much to do, beside how it fares without.
/// </summary>
internal static class Neighbour
{
    private const int Members = 15_000;
    private const int Page = 1_000;
    private const int Operations = 1_000; // of one Bulk, as many as are taken

    private static readonly TimeSpan _warming = TimeSpan.FromSeconds(4);

    /// <summary>Prints a row of the table, or its head where there is nothing to do.</summary>
    public static async Task RunAsync(Arguments arguments)
    {
        if (arguments.Text("--work", "") is not { Length: > 0 } name)
        {
            Console.WriteLine(
                "| another tenant | read p50, p99 without, ms | beside, ms | PATCH p50, p99 without, ms | beside, ms | denied |"
            );
            Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
            return;
        }
        var (url, token) = (arguments.Url("--url"), arguments.Text("--token"));
        var time = TimeSpan.FromSeconds(arguments.Number("--seconds", 20));
        using var target = new Target(url, token);
        using var other = new Target(url, $"{token}-2", "demo2");
        var ordinary = new Ordinary(url, target, await target.SomeAsync(100), (int)arguments.Number("--write-each", 4));
        await ordinary.WorkAsync(_warming); // code gets compiled

        // An import has begun with the process: beside it comes first, and it has ended when that is over.
        var (story, work) = name switch
        {
            "group" => ("writes a group of 15,000", Works(url, await GroupAsync(other))),
            "bulk" => ("Bulk of 1,000, one after the other", Works(url, await BulkAsync(other))),
            "flood" => ("sends 2,000 requests a second", await FloodAsync(url, other)),
            "slow" => ("keeps 500 connections with heads that do not end", over => Overload.SlowAsync(url, over)),
            "import" => ("imports 20,000 accounts", null),
            _ => throw new ArgumentException($"There is no work {name}."),
        };
        Fare without,
            beside;
        if (work is null)
        {
            beside = await ordinary.WorkAsync(time);
            await Task.Delay(2 * time, TimeProvider.System);
            without = await ordinary.WorkAsync(time);
        }
        else
        {
            without = await ordinary.WorkAsync(time);
            using var over = new CancellationTokenSource();
            var working = work(over.Token);
            beside = await ordinary.WorkAsync(time);
            await over.CancelAsync();
            story += $": {await working}";
        }
        Console.WriteLine(
            $"| {story} | {Of(without.Reads)} | {Of(beside.Reads)} | {Of(without.Writes)} | {Of(beside.Writes)} | {beside.Denied} of {beside.Reads.Count + beside.Writes.Count} |"
        );
    }

    private static Func<CancellationToken, Task<string>> Works(Uri url, Func<int, byte[]> next) =>
        async over => $"{await WorkAsync(url, next, over)} done";

    private static async Task<Func<CancellationToken, Task<string>>> FloodAsync(Uri url, Target other)
    {
        var user = (await other.SomeAsync(1)).Single();
        return over => Overload.FloodAsync(url, other.Ask("GET", $"Users/{user.Id}"), over);
    }

    // All of them and nobody by turns.
    private static async Task<Func<int, byte[]>> GroupAsync(Target other)
    {
        var group = await other.MakeGroupAsync(1);
        var people = await PeopleAsync(other, Members);
        string Replace(IEnumerable<string> members) =>
            $"{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{{\"op\":\"replace\",\"path\":\"members\",\"value\":[{string.Join(',', members.Select(id => $"{{\"value\":\"{id}\"}}"))}]}}]}}";
        var (all, nobody) = (
            other.Ask("PATCH", $"Groups/{group}", Replace(people)),
            other.Ask("PATCH", $"Groups/{group}", Replace([]))
        );
        return i => i % 2 == 0 ? all : nobody;
    }

    private static async Task<Func<int, byte[]>> BulkAsync(Target other)
    {
        var people = await PeopleAsync(other, Operations);
        return i =>
            other.Ask(
                "POST",
                "Bulk",
                $"{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{string.Join(
                    ',',
                    people.Select(id => $"{{\"method\":\"PATCH\",\"path\":\"/Users/{id}\",\"data\":{Users.Patch($"bulk {i}")}}}")
                )}]}}"
            );
    }

    private static async Task<List<string>> PeopleAsync(Target other, int count)
    {
        var people = new List<string>();
        while (people.Count < count)
            people.AddRange((await other.SomeAsync(Page, people.Count + 1)).Select(user => user.Id));
        return people;
    }

    private static async Task<int> WorkAsync(Uri url, Func<int, byte[]> next, CancellationToken over)
    {
        using var connection = await Connection.OpenAsync(url);
        for (var done = 0; ; done++)
            try
            {
                await connection.AskAsync(next(done), over);
            }
            catch (OperationCanceledException)
            {
                return done;
            }
    }

    private static string Of(IReadOnlyList<Took> requests)
    {
        var times = requests.Select(one => one.Time.TotalMilliseconds).Order().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{At(0.5):F1}, {At(0.99):F1}");

        double At(double part) => times[(int)Math.Min(times.Count - 1, times.Count * part)];
    }
}
