using ScimGateway.Kill;
using Xunit;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>The kill program, bounded; <c>tests/kill.sh --rounds N</c> is the same with thousands of rounds.</summary>
[Collection("alone")]
public class KillTests(ITestOutputHelper output)
{
    [Fact]
    [Trait("speed", "slow")]
    public async Task A_gateway_that_is_killed_again_and_again_keeps_every_promise()
    {
        var options = new KillOptions
        {
            Rounds = TestStore.IsPostgres ? 8 : 12,
            Limit = TimeSpan.FromMinutes(8),
            Postgres = TestStore.IsPostgres ? TestStore.Server : null,
        };
        output.WriteLine($"seed {options.Seed}");
        var figures = new Figures();

        var wrong = await KillRun.RunAsync(options, figures);

        output.WriteLine(figures.ToString());
        Assert.True(wrong is null, wrong);
        Assert.True(figures["killed"] > 0 && figures["checks"] > 0, figures.ToString());
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_cluster_whose_instances_are_killed_held_up_and_cut_off_keeps_every_promise()
    {
        Assert.SkipUnless(TestStore.IsPostgres, "a cluster has its store in PostgreSQL");
        var options = new KillOptions
        {
            Rounds = 12,
            Lanes = 1,
            Instances = 2,
            Limit = TimeSpan.FromMinutes(5),
            Postgres = TestStore.Server,
        };
        output.WriteLine($"seed {options.Seed}");
        var figures = new Figures();

        var wrong = await KillRun.RunAsync(options, figures);

        output.WriteLine(figures.ToString());
        Assert.True(wrong is null, wrong);
        Assert.True(figures["events"] > 0 && figures["checks"] > 0, figures.ToString());
    }
}

/// <summary>It has three gateways at work and needs the machine for itself.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;
