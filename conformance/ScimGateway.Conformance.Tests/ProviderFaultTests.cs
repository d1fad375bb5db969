using System.Collections.Concurrent;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Tests.Faults;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>Each scenario is proved: of a server that does just one thing wrong of what it is about it says so.</summary>
public sealed class ProviderFaultTests(ProviderFaultTests.Asked asked) : IClassFixture<ProviderFaultTests.Asked>
{
    public static TheoryData<string> Scenarios => [.. Inventory.Providers.Select(one => one.Id)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void It_reports_a_fault_of_its_own(string id)
    {
        var proofs = asked.Proofs.Where(proof => proof.Fault.Scenarios.Contains(id)).ToList();

        Assert.False(proofs.Count == 0, $"There is no fault that {id} would report.");
        Assert.All(
            proofs,
            proof =>
            {
                var result = proof.Findings.Results.First(one => one.Requirement.Id == id);
                Assert.True(
                    result.Verdict.Outcome == Outcome.Failed,
                    $"{proof.Fault.Says}: {result.Verdict.Outcome} {result.Verdict.Says}"
                );
                Assert.NotEmpty(result.Repeat);
            }
        );
    }

    [Fact]
    public void No_fault_is_reported_by_everything() =>
        Assert.All(
            asked.Proofs,
            proof =>
            {
                var failed = proof.Findings.Failed();
                Assert.True(
                    failed.Length < Inventory.Providers.Count / 2,
                    $"{proof.Fault.Says}: {failed.Length} report it:\n{string.Join('\n', failed)}"
                );
            }
        );

    [Fact]
    public void Nothing_stays_behind_whatever_is_wrong() =>
        Assert.Equal(
            [],
            asked
                .Proofs.Where(proof => proof.Findings.LeftBehind.Count > 0 || proof.Left > 0)
                .Select(proof => $"{proof.Fault.Says}: {string.Join(", ", proof.Findings.LeftBehind)}")
        );

    [Fact]
    public void Each_fault_is_of_scenarios_that_there_are() =>
        Assert.Equal(
            [],
            ProviderFault.All.SelectMany(fault => fault.Scenarios).Except(Scenarios.Select(row => row.Data))
        );

    /// <summary>What was found of a faulty server.</summary>
    /// <param name="Fault">What is wrong about it.</param>
    /// <param name="Findings">What the scenarios say.</param>
    /// <param name="Left">How many resources it has in the end.</param>
    internal sealed record Proof(ProviderFault Fault, Findings Findings, int Left);

    /// <summary>The scenarios, asked of each faulty server.</summary>
    public sealed class Asked : IAsyncLifetime
    {
        internal ConcurrentBag<Proof> Proofs { get; } = [];

        public async ValueTask InitializeAsync() =>
            await Parallel.ForEachAsync(
                ProviderFault.All.Chunk((ProviderFault.All.Count / Environment.ProcessorCount) + 1),
                async (faults, _) =>
                {
                    await using var server = await SoundServer.StartAsync();
                    foreach (var fault in faults)
                    {
                        server.Begin(fault.Detour, Habit.All & ~fault.Without);
                        var findings = await Asking.AllAsync(
                            new Options { Url = server.Url, Profiles = Profile.Providers }
                        );
                        Proofs.Add(new Proof(fault, findings, server.Scim.Resources.Count));
                    }
                }
            );

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
