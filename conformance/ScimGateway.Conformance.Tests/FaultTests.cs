using System.Collections.Concurrent;
using ScimGateway.Conformance.Tests.Faults;
using ScimGateway.Conformance.Tests.Faults.Everywhere;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>
/// Each requirement is proved: of a server that does just this wrong it says so, and few others do. Those that
/// <see cref="EverywhereTests"/> prove are left out.
/// </summary>
public sealed class FaultTests(FaultTests.Asked asked) : IClassFixture<FaultTests.Asked>
{
    // What is wrong about one thing is wrong about what rests on it; prerequisites that are gone are no failures.
    private const int MostReporting = 6;

    // No server on this machine shows it; FaultTests.Who_is_reached_in_the_clear_is_told_so does.
    private const string OfTheWay = "RFC7644-7.2-tls";

    public static TheoryData<string> Checked =>
        [
            .. Inventory
                .Rfc.Where(one => one.Check is not null && one.Id != OfTheWay && !Proving.All.ContainsKey(one.Id))
                .Select(one => one.Id),
        ];

    [Theory]
    [MemberData(nameof(Checked))]
    public void It_is_reported_by_its_requirement_and_few_others(string id)
    {
        var proofs = asked.Proofs.Where(proof => proof.Fault.Requirement == id).ToList();

        Assert.False(proofs.Count == 0, $"There is no fault that {id} would report.");
        Assert.All(
            proofs,
            proof =>
            {
                var failed = proof.Findings.Failed();
                // Where what it rests on is wrong by the same fault, that reports it in its place.
                Assert.True(
                    failed.Any(one => one.StartsWith($"{id}: ", StringComparison.Ordinal))
                        || failed.Length > 0
                            && proof
                                .Findings.Skipped()
                                .Any(one => one.StartsWith($"{id}: it depends on ", StringComparison.Ordinal)),
                    $"{id} does not report it, but {string.Join('\n', failed)}"
                );
                Assert.True(failed.Length <= MostReporting, $"{failed.Length} report it:\n{string.Join('\n', failed)}");
                Assert.DoesNotContain(
                    proof.Findings.Skipped(),
                    one => one.Contains("this check has a mistake", StringComparison.Ordinal)
                );
            }
        );
    }

    [Fact]
    public void Nothing_stays_behind_whatever_is_wrong() =>
        Assert.Equal(
            [],
            asked
                .Proofs.Where(proof => proof.Findings.LeftBehind.Count > 0 || proof.Left > 0)
                .Select(proof => $"{proof.Fault.Requirement}: {string.Join(", ", proof.Findings.LeftBehind)}")
        );

    [Fact]
    public void Each_fault_is_of_a_requirement_that_is_checked() =>
        Assert.Equal(
            [],
            Fault
                .All.Select(fault => fault.Requirement)
                .Except(Inventory.Rfc.Where(one => one.Check is not null).Select(one => one.Id))
        );

    [Fact]
    public async Task Who_is_reached_in_the_clear_is_told_so()
    {
        using var server = new Server(new Options { Url = "http://scim.example.com/v2" });
        var verdict = await Inventory.Rfc.First(one => one.Id == OfTheWay).Check!(server);

        Assert.Equal(Outcome.Failed, verdict.Outcome);
    }

    /// <summary>What was found of a faulty server.</summary>
    /// <param name="Fault">What is wrong about it.</param>
    /// <param name="Findings">What the whole suite says.</param>
    /// <param name="Left">How many resources it has in the end.</param>
    internal sealed record Proof(Fault Fault, Findings Findings, int Left);

    /// <summary>The whole suite, asked of each faulty server.</summary>
    public sealed class Asked : IAsyncLifetime
    {
        internal ConcurrentBag<Proof> Proofs { get; } = [];

        public async ValueTask InitializeAsync() =>
            await Parallel.ForEachAsync(
                Fault.All.Chunk((Fault.All.Count / Environment.ProcessorCount) + 1),
                async (faults, _) =>
                {
                    await using var server = await SoundServer.StartAsync();
                    foreach (var fault in faults)
                    {
                        server.Begin(fault.Detour);
                        var findings = await Asking.AllAsync(server.Url);
                        Proofs.Add(new Proof(fault, findings, server.Scim.Resources.Count));
                    }
                }
            );

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
