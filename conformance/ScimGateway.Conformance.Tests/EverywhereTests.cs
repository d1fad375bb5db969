using System.Collections.Concurrent;
using System.Text;
using ScimGateway.Conformance.Tests.Faults.Everywhere;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>What servers have wrong is found, though no check was written for just that.</summary>
public sealed class EverywhereTests(EverywhereTests.Asked asked) : IClassFixture<EverywhereTests.Asked>
{
    private const int MostCauses = 3;

    // All of them take minutes: one in so many is asked for, and those that prove a requirement, unless all are wanted.
    private const int OneIn = 10;

    private static readonly HashSet<string> _proving = [.. Proving.All.Values];

    // "all", or some of them by their names with commas between.
    private static readonly string[] _wanted =
        Environment.GetEnvironmentVariable("SCIMGATEWAY_TEST_EVERYWHERE")?.Split(',') ?? [];

    // Looked at once more beside the RFCs' text: it breaks none of their sentences.
    private static readonly string[] _allowed =
    [
        // That schemas are sent is asked of clients; nobody has to answer at the root.
        "schemas-not-wanted",
        "schemas-of-others-taken",
        "root-not-there",
        "space-behind-comma",
        // scimType is optional but where a section names one.
        "invalidPath-untold",
        "invalidSyntax-untold",
        "invalidValue-untold",
        "invalidCursor-untold",
        // RFC 7644 §3.7.1 has references in a circle tried, and lets a server answer 409 then; what is to be done about one
        // to a later operation, it does not say.
        "bulk-id-of-later-not-resolved",
        // RFC 7644 §3.4.2.2: ne compares two values. What it is where one of them is not there is said nowhere.
        "ne-passes-over-absent",
        // RFC 7643 §2.1: names of attributes are case insensitive.
        "schema-names-lowered",
        "shown-names-as-classes",
        // RFC 7643 §7: a server may change the case of an attribute that is not case exact, such as userName.
        "user-names-lowered",
        // RFC 7643 §4.1.1: what active means is for the server to say, so also whether who is not active is in lists.
        "inactive-not-in-lists",
    ];

    private static readonly IReadOnlyList<Breakage> _asked =
    [
        .. Breakage
            .All.Where(one => !_allowed.Contains(one.Name))
            .Where(
                (one, i) =>
                    _wanted.Length == 0
                        ? i % OneIn == 0 || _proving.Contains(one.Name)
                        : _wanted is ["all"] || _wanted.Contains(one.Name)
            ),
    ];

    [Fact]
    public void Each_of_them_is_found() =>
        AssertNone(asked.Proofs.Where(proof => proof.Failed.Length == 0).Select(proof => proof.Breakage.Name).Order());

    [Fact]
    public void Each_requirement_without_a_fault_of_its_own_reports_one_of_them()
    {
        var missed = Proving.All.Where(one =>
            !asked.Proofs.Any(proof => proof.Breakage.Name == one.Value && proof.Failed.Contains(one.Key))
        );

        Assert.Equal([], missed.Select(one => $"{one.Key}: {one.Value}"));
    }

    [Fact]
    public void Each_is_three_findings_at_most() =>
        AssertNone(
            asked
                .Proofs.Where(proof => proof.Causes > MostCauses)
                .Select(proof => $"{proof.Breakage.Name}: {string.Join(' ', proof.Failed)}")
        );

    [Fact]
    public void Each_is_called_otherwise_than_the_others() =>
        Assert.Equal([], Breakage.All.CountBy(one => one.Name).Where(one => one.Value > 1).Select(one => one.Key));

    [Fact]
    public void No_detour_has_a_mistake() =>
        AssertNone(
            asked
                .Proofs.Where(proof => proof.Mistake is not null)
                .Select(proof => $"{proof.Breakage.Name}: {proof.Mistake}")
        );

    [Fact]
    public void No_check_has_a_mistake_whatever_is_wrong() =>
        AssertNone(
            asked.Proofs.SelectMany(proof =>
                proof
                    .Skipped.Where(one => one.Contains("this check has a mistake", StringComparison.Ordinal))
                    .Select(one => $"{proof.Breakage.Name}: {one}")
            )
        );

    // Each in full, as the assertion would cut it.
    private static void AssertNone(IEnumerable<string> told) => Assert.True(!told.Any(), string.Join('\n', told));

    /// <summary>What was found of a server.</summary>
    /// <param name="Breakage">What is wrong about it.</param>
    /// <param name="Failed">The ids of the requirements that are not kept.</param>
    /// <param name="Says">What the first two of them say.</param>
    /// <param name="Causes">How many findings these are.</param>
    /// <param name="Skipped">What was not looked at, and why.</param>
    /// <param name="Mistake">What the detour itself has thrown.</param>
    internal sealed record Proof(
        Breakage Breakage,
        string[] Failed,
        string Says,
        int Causes,
        string[] Skipped,
        Exception? Mistake
    );

    /// <summary>The whole suite, asked of each server.</summary>
    public sealed class Asked : IAsyncLifetime
    {
        internal ConcurrentBag<Proof> Proofs { get; } = [];

        public async ValueTask InitializeAsync()
        {
            await Parallel.ForEachAsync(
                _asked.Chunk((_asked.Count / Environment.ProcessorCount) + 1),
                async (breakages, _) =>
                {
                    await using var server = await SoundServer.StartAsync();
                    foreach (var breakage in breakages)
                        Proofs.Add(await ProofAsync(server, breakage));
                }
            );
            if (Environment.GetEnvironmentVariable("PRINT_BREAKAGES") == "1")
                await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "breakages.txt"), Table());
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static async Task<Proof> ProofAsync(SoundServer server, Breakage breakage)
        {
            Exception? mistake = null;
            Detour detour = (ask, scim) =>
            {
                try
                {
                    return breakage.Detour(ask, scim);
                }
#pragma warning disable CA1031 // Whatever it is, it is told; the server goes on.
                catch (Exception e)
                {
                    mistake ??= e;
                    return scim.Handle(ask);
                }
#pragma warning restore CA1031
            };
            server.Begin(detour);
            server.Scim.Within = detour;
            var findings = await Asking.AllAsync(server.Url);
            var failed = findings.Results.Where(one => one.Verdict.Outcome == Outcome.Failed);
            return new Proof(
                breakage,
                [.. failed.Select(one => one.Requirement.Id)],
                string.Join(" // ", failed.Take(2).Select(one => one.Verdict.Says)),
                findings.Causes.Count,
                findings.Skipped(),
                mistake
            );
        }

        // Name, number of those that fail, ids; what is not found comes first.
        private string Table() =>
            Proofs
                .OrderBy(proof => proof.Failed.Length)
                .ThenBy(proof => proof.Breakage.Name, StringComparer.Ordinal)
                .Aggregate(
                    new StringBuilder(),
                    (table, proof) =>
                        table.AppendLine(
                            $"{proof.Breakage.Name}\t{proof.Causes}\t{string.Join(' ', proof.Failed)}\t{proof.Breakage.Section}: {proof.Breakage.Says}\t{proof.Says}"
                        )
                )
                .ToString();
    }
}
