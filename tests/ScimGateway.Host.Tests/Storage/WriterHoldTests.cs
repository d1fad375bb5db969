using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Storage;

/// <summary>
/// The store has one writer, which all requests wait for: how long the largest of them keep it, whatever they ask.
/// </summary>
public class WriterHoldTests(ITestOutputHelper output)
{
    private const int Crowd = 10_000;

    // How often as long as that many plain rows anything may hold the writer; the filters of one request were 700 times.
    private const int Most = 40;

    private readonly List<(string What, WriterHold Hold)> _holds = [];

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whatever_is_asked_of_a_group_of_10000_others_write_between()
    {
        await using var gateway = await StartAsync();
        var people = People(gateway);
        Tell(gateway, "the import");
        List<TimeSpan> plain = [await PlainAsync(gateway), await PlainAsync(gateway)];

        var group = await CreatedAsync(gateway, Group("Crew"));
        await TimedAsync(gateway, "POST of an empty group", () => CreatedAsync(gateway, Group("Empty")));
        await TimedAsync(
            gateway,
            "PUT of 10,000 members",
            () => gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Crew", people))
        );
        await TimedAsync(
            gateway,
            "PUT of the same",
            () => gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Crew", people))
        );
        await TimedAsync(
            gateway,
            "PATCH of 900 removals by value eq",
            () => PatchGroupAsync(gateway, group, [.. people.Take(900).Select(Remove)])
        );
        await TimedAsync(
            gateway,
            "PATCH of 900 removals by another filter",
            () =>
                PatchGroupAsync(
                    gateway,
                    group,
                    [
                        .. people
                            .Skip(900)
                            .Take(900)
                            .Select(id =>
                                $$"""{"op":"remove","path":"members[type eq \"User\" and value eq \"{{id}}\"]"}"""
                            ),
                    ]
                )
        );
        await TimedAsync(
            gateway,
            "PATCH of 900 removals by prefix",
            () =>
                PatchGroupAsync(
                    gateway,
                    group,
                    [
                        .. people
                            .Skip(1_800)
                            .Take(900)
                            .Select(id => $$"""{"op":"remove","path":"members[value sw \"{{id}}\"]"}"""),
                    ]
                )
        );
        await TimedAsync(
            gateway,
            "PATCH of one operation with 1,800 members to add",
            () => PatchGroupAsync(gateway, group, Add(people[..1_800]))
        );
        await TimedAsync(
            gateway,
            "PUT with a rename and half of them",
            () => gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Sailors", people[..5_000]))
        );
        await TimedAsync(
            gateway,
            "PATCH that removes all",
            () => PatchGroupAsync(gateway, group, """{"op":"remove","path":"members"}""")
        );
        await TimedAsync(gateway, "PATCH that replaces all", () => PatchGroupAsync(gateway, group, Replace(people)));
        await TimedAsync(gateway, "an import", () => gateway.ImportAsync());
        await TimedAsync(
            gateway,
            "a rule's preview",
            () =>
                gateway.Changes.PreviewAsync(
                    new TenantChange.OtherRules([new Rule { Name = "all", Filter = "userName sw \"u\"" }])
                )
        );
        await TimedAsync(
            gateway,
            "a preference's preview",
            () =>
                gateway.Changes.PreviewAsync(
                    new TenantChange.OtherPreferences(
                        gateway.Home.Preferences.Now with
                        {
                            NestedGroups = NestedGroups.Flatten,
                        }
                    )
                )
        );
        await TimedAsync(
            gateway,
            "groups in groups flattened",
            () =>
                gateway.ChangeAsync(
                    new TenantChange.OtherPreferences(
                        gateway.Home.Preferences.Now with
                        {
                            NestedGroups = NestedGroups.Flatten,
                        }
                    )
                )
        );
        await TimedAsync(gateway, "a group around it", () => CreatedAsync(gateway, Group("Ship", group)));
        await TimedAsync(
            gateway,
            "PATCH of 900 removals from the inner group",
            () => PatchGroupAsync(gateway, group, [.. people.Take(900).Select(Remove)])
        );
        await Reads.Crowd.WriteAsync(
            gateway.Store,
            [
                .. Enumerable
                    .Range(0, 1_000)
                    .Select(i => new Reads.Team(
                        $"team{i}",
                        new Reads.TeamMember(new ResourceId(Guid.Parse(people[^1])))
                    )),
            ]
        );
        await TimedAsync(
            gateway,
            "DELETE of a user in 1,000 groups",
            () => gateway.SendAsync(HttpMethod.Delete, $"Users/{people[^1]}")
        );
        await TimedAsync(
            gateway,
            "a transfer",
            async () => await gateway.ChangeAsync(new TenantChange.Transfer(1, await gateway.HandOverAsync(people[^2])))
        );
        plain.AddRange([await PlainAsync(gateway), await PlainAsync(gateway), await PlainAsync(gateway)]);
        var row = plain.Order().ElementAt(plain.Count / 2);
        output.WriteLine($"{Crowd} plain rows: {row.TotalMilliseconds:f0} ms");
        Assert.All(_holds, one => Assert.True(one.Hold.Time < Most * row, $"{one.What}: {one.Hold}"));
    }

    [Fact]
    public async Task What_came_first_does_not_wait_for_all_that_came_behind()
    {
        await using var gateway = await Gateway.StartAsync();
        var (isQueued, isReleased) = (false, false);
        var begun = TimeProvider.System.GetTimestamp();
        var first = gateway.Store.WriteAsync(
            _ =>
                SpinWait.SpinUntil(
                    () =>
                        Volatile.Read(ref isQueued)
                        && TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromMilliseconds(100),
                    TimeSpan.FromSeconds(20)
                ),
            CancellationToken.None
        );
        var second = gateway.Store.WriteAsync(
            _ => SpinWait.SpinUntil(() => Volatile.Read(ref isReleased), TimeSpan.FromSeconds(20)),
            CancellationToken.None
        );
        Volatile.Write(ref isQueued, true);

        await first; // on the disk while the second has the writer still
        Assert.False(second.IsCompleted);
        Volatile.Write(ref isReleased, true);
        Assert.True(await second);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whoever_has_had_the_writer_for_long_leaves_it_to_others_who_write()
    {
        await using var gateway = await Gateway.StartAsync();
        var (isQueued, order) = (false, new List<string>());
        await Of(2, "another is about");
        var hasWriter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var longest = gateway.Store.WriteAsync(
            _ =>
            {
                var begun = TimeProvider.System.GetTimestamp();
                hasWriter.TrySetResult();
                return SpinWait.SpinUntil(
                    () =>
                        Volatile.Read(ref isQueued)
                        && TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromMilliseconds(100), // its commit ends
                    TimeSpan.FromSeconds(20)
                );
            },
            CancellationToken.None,
            new TenantId(1)
        );
        await hasWriter.Task;
        var works = new[] { Of(1, "the same one's"), Of(2, "another's") };
        Volatile.Write(ref isQueued, true);
        await longest;
        await Task.WhenAll(works);

        Assert.Equal(["another is about", "another's", "the same one's"], order);

        Task Of(long tenant, string what) =>
            gateway.Store.WriteAsync(
                _ =>
                {
                    order.Add(what);
                    return true;
                },
                CancellationToken.None,
                new TenantId(tenant)
            );
    }

    [Fact]
    public void A_share_is_for_those_who_write_with_others()
    {
        var shares = new WriterShares();
        static long After(double seconds) => (long)(seconds * Stopwatch.Frequency);

        // Alone, and beside another who wrote long ago.
        Assert.Empty(Had(1, 300, After(100)));
        Assert.Empty(Had(2, 1, After(101)));
        Assert.Empty(Had(1, 300, After(112)));
        Assert.Empty(Had(0, 300, After(112))); // nobody's
        Assert.Empty(Had(1, 300, After(112)));

        Assert.Empty(Had(2, 1, After(113))); // a moment
        Assert.Equal([(new TenantId(1), TimeSpan.FromMilliseconds(930))], Had(1, 300, After(114)));
        Assert.Empty(Had(1, 1, After(115)));

        IReadOnlyList<(TenantId, TimeSpan)> Had(int tenant, int milliseconds, long now)
        {
            shares.Had(new(tenant), TimeSpan.FromMilliseconds(milliseconds));
            shares.Committed(TimeSpan.FromMilliseconds(10));
            return shares.Rests(now);
        }
    }

    [Fact]
    public async Task One_work_of_a_tenant_does_not_wait_for_the_many_of_another()
    {
        await using var gateway = await Gateway.StartAsync();
        var (isQueued, isReleased) = (false, false);
        var first = Of(1, After(5));
        var anothers = Of(2, After(5));
        var next = Of(1, After(0)); // goes with it, where that begins a commit
        var last = Of(1, () => isReleased);
        Volatile.Write(ref isQueued, true);

        await anothers; // on the disk while the last has the writer still
        Assert.False(last.IsCompleted);
        Volatile.Write(ref isReleased, true);
        Assert.True(await first && await next && await last);

        Func<bool> After(int milliseconds)
        {
            long? begun = null;
            return () =>
                isQueued
                && TimeProvider.System.GetElapsedTime(begun ??= TimeProvider.System.GetTimestamp())
                    >= TimeSpan.FromMilliseconds(milliseconds);
        }

        Task<bool> Of(int tenant, Func<bool> until) =>
            gateway.Store.WriteAsync(
                _ => SpinWait.SpinUntil(until, TimeSpan.FromSeconds(20)),
                CancellationToken.None,
                new TenantId(tenant)
            );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task More_comparisons_than_a_request_may_ask_for_are_refused()
    {
        await using var gateway = await Gateway.StartAsync();
        var crowd = await Reads.Crowd.WriteAsync(gateway.Store, Enumerable.Range(0, 2_000).Select(Reads.Crowd.Member));
        var large = (
            await Reads.Crowd.WriteAsync(
                gateway.Store,
                new Reads.Team("Large", [.. crowd.Select(id => new Reads.TeamMember(id))])
            )
        )[0];
        string Where(string filter) => $$"""{"op":"remove","path":"members[{{filter}}]"}""";

        var (status, body, _) = await PatchGroupAsync(
            gateway,
            large.ToString(),
            [.. crowd.Take(900).Select(id => Where($"value sw \\\"{id}\\\""))]
        );
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("tooMany", (string?)body!["scimType"]);
        Assert.Equal(2_000, (await MembersAsync(gateway, large.ToString())).Count);

        // Whom 'value eq' names is looked up; of another filter all are compared.
        var people = await PeopleAsync(gateway, 3);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        await MembersAsync(
            gateway,
            group,
            Where($"type eq \\\"User\\\" and value eq \\\"{people[0]}\\\""),
            Where($"value sw \\\"{people[1]}\\\"")
        );
        Assert.Equal([people[2]], await MembersAsync(gateway, group));
    }

    private static string Replace(string[] people) =>
        $$"""{"op":"replace","path":"members","value":[{{string.Join(',', people.Select(Member))}}]}""";

    private async Task TimedAsync(Gateway gateway, string what, Func<Task> ask)
    {
        gateway.Store.TakeLongestHold();
        await ask();
        await gateway.QuietAsync();
        Tell(gateway, what);
    }

    private void Tell(Gateway gateway, string what)
    {
        var hold = gateway.Store.TakeLongestHold();
        _holds.Add((what, hold));
        output.WriteLine($"{what}: {hold.Time.TotalMilliseconds:f0} ms by {hold.What}");
    }

    // As many rows as the group has members, one by one: by that the machine is known.
    private static async Task<TimeSpan> PlainAsync(Gateway gateway)
    {
        gateway.Store.TakeLongestHold();
        await Tests.StoreTables.WritePlainRowsAsync(gateway.Store, Crowd);
        return gateway.Store.TakeLongestHold().Time;
    }

    private static async Task<string> CreatedAsync(Gateway gateway, string group)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", group);
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static Task<Gateway> StartAsync() =>
        Gateway.StartAsync(
            new Setting
            {
                Preferences = new() { UserSlackCannotHold = Unholdable.Keep, WaitBudget = TimeSpan.FromSeconds(60) },
            },
            ready: slack =>
            {
                slack.Knobs.Set(new JsonObject { ["group.max_members"] = 15_000 });
                for (var i = 0; i < Crowd; i++)
                    slack.Workspace.MakeUser(
                        new JsonObject { ["userName"] = $"u{i}", ["emails"] = new JsonArray($"u{i}@corp.example") }
                    );
            }
        );

    private static string[] People(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return [.. kept.Resources.Where(one => one.Kind == Kind.User && !one.Hidden).Select(one => one.Id.ToString())];
    }
}
