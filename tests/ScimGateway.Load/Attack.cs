using System.Text;

namespace ScimGateway.Load;

/// <summary>One way to cost everybody something: who sends what, how many at once, and how each goes about it.</summary>
/// <param name="Name">What it is called where it is chosen.</param>
/// <param name="Story">What it does, for the table.</param>
/// <param name="People">How many accounts Slack has before.</param>
/// <param name="Clients">How many send at once, each its next request when it is done with the last.</param>
/// <param name="Most">How many requests they send in all.</param>
/// <param name="Manner">How one request is sent.</param>
/// <param name="Prepare">Makes what has to be there, and says what the requests are.</param>
internal sealed record Attack(
    string Name,
    string Story,
    int People,
    int Clients,
    int Most,
    Manner Manner,
    Func<Target, Task<Func<int, byte[]>>> Prepare
)
{
    // As many as are looked at one by one, but for a few; as much of them as is looked at, in the other half.
    private const int Crowd = 9_000;
    private const int Few = 100;

    // Of an extension that no schema describes, nearly as much as one user may have.
    private const int MostUnknown = 60_000;

    // The longest search that is taken, which meets nothing and nearly does everywhere.
    private static readonly string _nearly = new string('a', 250) + "b";

    /// <summary>All of them, in the order of the table; the first is none.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new("nobody", "nobody else", Crowd, 0, 0, Manners.Waits, Asked(_ => [])),
        .. MemberFilters("members", "type eq \"z{0}\""),
        .. MemberFilters("values", "value eq \"z{0}\""),
        new(
            "terms",
            "8 clients, 8 KB of `co`, 9,000 users",
            Crowd,
            8,
            500,
            Manners.Waits,
            Asked(target => target.Search(Terms("title co \"zzz{0}\"", 8_000)))
        ),
        new(
            "title",
            "40 clients, `title co`, 9,000 users",
            Crowd,
            40,
            2_000,
            Manners.Waits,
            Asked(target => target.Search("title co \"zzz\""))
        ),
        new(
            "sort",
            "8 clients, sorted by nickName, 9,000 users",
            Crowd,
            8,
            500,
            Manners.Waits,
            Asked(target => target.Ask("GET", "Users?sortBy=nickName&count=1000"))
        ),
        new("extension", "8 clients, 27 × `co` on 500 users of 60 KB", Few, 8, 200, Manners.Waits, ExtensionAsync),
        new(
            "extension-gone",
            "the same, 10 a second of each, and the client hangs up",
            Few,
            8,
            800,
            Manners.HangsUp,
            ExtensionAsync
        ),
        new(
            "lists",
            "4 clients, PATCH of 165 KB on a user with long lists",
            Few,
            4,
            200,
            Manners.Waits,
            async target =>
            {
                var ids = await target.MakeUsersAsync(4, Listed);
                return i => target.Ask("PATCH", $"Users/{ids[i % 4]}", LongPatch(1_000, 165_000, i));
            }
        ),
        new(
            "bulk",
            "4 clients, Bulk of 4 MB: 24 such PATCHes",
            Few,
            4,
            40,
            Manners.Waits,
            async target =>
            {
                var ids = await target.MakeUsersAsync(24, Listed);
                return i => target.Ask("POST", "Bulk", Bulk(ids.Select(id => (id, LongPatch(1_000, 165_000, i)))));
            }
        ),
        new(
            "names",
            "4 clients, POST of users with a userName of 1 MB",
            Few,
            4,
            60,
            Manners.Waits,
            Asked(target => i => target.Ask("POST", "Users", Named(i, 1_000_000)))
        ),
        new(
            "readers",
            "60 slow readers of pages of 8 MB",
            Few,
            60,
            60,
            Manners.ReadsSlowly,
            async target =>
            {
                await target.MakeUsersAsync(140, i => Unknown(i, MostUnknown));
                var page = target.Ask("GET", "Users?count=1000&startIndex=101");
                return _ => page;
            }
        ),
        new(
            "senders",
            "60 slow senders of groups of 16 MB",
            Few,
            60,
            60,
            Manners.SendsSlowly,
            Asked(target => target.Ask("POST", "Groups", $"{{\"displayName\":\"{new string('g', 16_000_000)}\"}}"))
        ),
    ];

    private static Func<Target, Task<Func<int, byte[]>>> Asked(Func<Target, byte[]> request) =>
        target =>
        {
            var always = request(target);
            return Task.FromResult<Func<int, byte[]>>(_ => always);
        };

    private static Func<Target, Task<Func<int, byte[]>>> Asked(Func<Target, Func<int, byte[]>> request) =>
        target => Task.FromResult(request(target));

    private static async Task<Func<int, byte[]>> ExtensionAsync(Target target)
    {
        await target.MakeUsersAsync(500, i => Unknown(i, MostUnknown));
        var search = target.Search(Terms($"urn:x:hostile:1:value co \"{_nearly}{{0}}\"", 8_100));
        return _ => search;
    }

    private static Attack[] MemberFilters(string name, string term)
    {
        return [Of(name, 40, "320 KB"), Of($"{name}-large", 1_000, "8 MB")];

        // No member meets a filter, so that each is compared with each. A group of 45 is the largest for which forty of
        // them are taken, and one of one for a thousand.
        Attack Of(string name, int filters, string size) =>
            new(
                name,
                $"one client, PATCH of a group, {filters:N0} × `members[{term.Replace("{0}", "1", StringComparison.Ordinal)} or …]`: {size}",
                Crowd,
                1,
                100,
                Manners.Waits,
                async target =>
                {
                    var group = await target.MakeGroupAsync(filters == 40 ? 45 : 1);
                    var terms = Terms(term, 8_000).Replace("\"", "\\\"", StringComparison.Ordinal);
                    var operation = $"{{\"op\":\"remove\",\"path\":\"members[{terms}]\"}}";
                    var patch = target.Ask("PATCH", $"Groups/{group}", Patch(Enumerable.Repeat(operation, filters)));
                    return _ => patch;
                }
            );
    }

    // As many of a term as fit, each with a number of its own.
    private static string Terms(string term, int characters)
    {
        var terms = new StringBuilder();
        for (var i = 0; ; i++)
        {
            var next = term.Replace("{0}", $"{i}", StringComparison.Ordinal);
            if (terms.Length + 4 + next.Length > characters)
                return terms.ToString();
            terms.Append(i == 0 ? "" : " or ").Append(next);
        }
    }

    private static string Unknown(int i, int bytes) =>
        $"{{\"userName\":\"x{i}\",\"urn:x:hostile:1\":{{\"value\":\"{new string('a', bytes)}\"}}}}";

    private static string Named(int i, int bytes) => $"{{\"userName\":\"{i}{new string('n', bytes)}\"}}";

    // A list as long as one may be, of values as short as they may be.
    private static string Listed(int i) =>
        $"{{\"userName\":\"l{i}\",\"entitlements\":[{string.Join(',', Enumerable.Range(0, 10_000).Select(v => $"{{\"value\":\"e{v}\"}}"))}]}}";

    // Operations that are many more than the lists let through are refused; these change one value after the other.
    private static string LongPatch(int operations, int bytes, int run)
    {
        var filler = new string('f', bytes / operations - 60);
        return Patch(
            Enumerable
                .Range(0, operations)
                .Select(i => $"{{\"op\":\"replace\",\"path\":\"title\",\"value\":\"{run} {i} {filler}\"}}")
        );
    }

    private static string Patch(IEnumerable<string> operations) =>
        $"{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{string.Join(',', operations)}]}}";

    private static string Bulk(IEnumerable<(string Id, string Patch)> patches) =>
        $"{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{string.Join(
            ',',
            patches.Select(one => $"{{\"method\":\"PATCH\",\"path\":\"/Users/{one.Id}\",\"data\":{one.Patch}}}")
        )}]}}";
}
