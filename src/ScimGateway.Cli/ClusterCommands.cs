using System.CommandLine;

namespace ScimGateway.Cli;

/// <summary>The instances of a gateway that has several.</summary>
internal static class ClusterCommands
{
    private static readonly Argument<string> _instance = new("INSTANCE")
    {
        Description = "The address of an instance, as 'cluster show' prints it",
    };

    public static Command All() => new("cluster", "The instances of a gateway that has several") { Show(), Move() };

    private static Verb Show() =>
        new Verb(
            "show",
            "The instances: where each is, which version it has, since when it runs, and how many tenants it has. 'silent' has not answered the one that was asked.",
            "cluster show"
        ).Does(async call =>
            call.Print(
                await call.GetAsync("cluster"),
                cluster =>
                {
                    call.Terminal.Out.WriteLine(Shown.Line($"Cluster {Shown.Value(cluster?["name"])}:"));
                    Shown.Table(
                        call.Terminal,
                        cluster!["instances"]!.AsArray(),
                        "address",
                        "state",
                        "homes",
                        "since",
                        "+version"
                    );
                }
            )
        );

    private static Verb Move() =>
        new Verb(
            "move",
            "Hands a tenant over to another instance, where it stays as long as that one runs. Requests wait meanwhile.",
            "cluster move acme 10.1.2.3:11111"
        )
            .Takes(Words.Tenant, _instance)
            .Does(async call =>
            {
                var answer = await call.PutAsync(
                    call.OfTenant("home"),
                    TenantCommands.Body(("instance", call.Of(_instance)))
                );
                return call.Done(answer, $"It moves to {call.Of(_instance)}.", $"tenant show {call.Tenant}");
            });
}
