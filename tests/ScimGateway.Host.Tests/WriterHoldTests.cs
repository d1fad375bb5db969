using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests;

/// <summary>
/// The store has one writer, which all requests wait for: how long the largest of them keep it, whatever they ask.
/// </summary>
public class WriterHoldTests(ITestOutputHelper output)
{
    private const int Crowd = 10_000;

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whatever_is_asked_of_a_group_of_10000_others_write_between()
    {
        await using var gateway = await StartAsync();
        var people = People(gateway);
        Tell(gateway, "the import");

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
                        gateway.Part<CurrentPreferences>().Now with
                        {
                            NestedGroups = NestedGroups.Flatten,
                        }
                    )
                )
        );
        await TimedAsync(gateway, "DELETE of the group", () => gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}"));
    }

    private static string Replace(string[] people) =>
        $$"""{"op":"replace","path":"members","value":[{{string.Join(',', people.Select(Member))}}]}""";

    private async Task TimedAsync(Gateway gateway, string what, Func<Task> ask)
    {
        gateway.Store.TakeLongestHold();
        var begun = TimeProvider.System.GetTimestamp();
        await ask();
        var took = TimeProvider.System.GetElapsedTime(begun);
        await gateway.QuietAsync();
        var hold = Tell(gateway, what);
        output.WriteLine($"    answered in {took.TotalMilliseconds:f0} ms");
        _ = hold;
    }

    private WriterHold Tell(Gateway gateway, string what)
    {
        var hold = gateway.Store.TakeLongestHold();
        output.WriteLine($"{what}: {hold.Time.TotalMilliseconds:f0} ms by {hold.What}");
        return hold;
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
