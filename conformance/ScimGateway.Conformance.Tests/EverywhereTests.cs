using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Faults.Everywhere;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>What servers have wrong is found, though no check was written for just that.</summary>
public sealed partial class EverywhereTests(EverywhereTests.Asked asked) : IClassFixture<EverywhereTests.Asked>
{
    private const double LeastFound = 0.6;

    // In whose answers to POST there is no userName: three checks of filters rest on it.
    private static readonly string[] _known = ["created-id-only", "shown-names-with-underscores"];

    [Fact]
    public void Most_of_what_is_wrong_everywhere_is_found()
    {
        var missed = asked
            .Proofs.Where(proof => proof.Failed.Length == 0)
            .Select(proof => proof.Breakage.Name)
            .ToList();

        Assert.True(
            missed.Count <= (1 - LeastFound) * Breakage.All.Count,
            $"{missed.Count} of {Breakage.All.Count} are not found:\n{string.Join('\n', missed.Order())}"
        );
    }

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
            asked
                .Proofs.Where(proof => !_known.Contains(proof.Breakage.Name))
                .SelectMany(proof =>
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
    /// <param name="Skipped">What was not looked at, and why.</param>
    /// <param name="Mistake">What the detour itself has thrown.</param>
    /// <param name="Shows">The first request whose answer is not the sound server's; null if nothing was asked for it.</param>
    internal sealed record Proof(
        Breakage Breakage,
        string[] Failed,
        string[] Skipped,
        Exception? Mistake,
        string? Shows
    );

    /// <summary>The whole suite, asked of each server.</summary>
    public sealed class Asked : IAsyncLifetime
    {
        internal ConcurrentBag<Proof> Proofs { get; } = [];

        public async ValueTask InitializeAsync()
        {
            await Parallel.ForEachAsync(
                Breakage.All.Chunk((Breakage.All.Count / Environment.ProcessorCount) + 1),
                async (breakages, _) =>
                {
                    await using var server = await SoundServer.StartAsync();
                    var sound = new Trace();
                    server.Begin(sound.Of(SoundServer.Straight));
                    await Asking.AllAsync(server.Url);
                    foreach (var breakage in breakages)
                        Proofs.Add(await ProofAsync(server, breakage, sound));
                }
            );
            if (Environment.GetEnvironmentVariable("PRINT_BREAKAGES") == "1")
                await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "breakages.txt"), Table());
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static async Task<Proof> ProofAsync(SoundServer server, Breakage breakage, Trace sound)
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
            var trace = new Trace();
            server.Begin(trace.Of(detour));
            server.Scim.Within = detour;
            var findings = await Asking.AllAsync(server.Url);
            var failed = findings.Results.Where(one => one.Verdict.Outcome == Outcome.Failed);
            return new Proof(
                breakage,
                [.. failed.Select(one => one.Requirement.Id)],
                findings.Skipped(),
                mistake,
                trace.FirstUnlike(sound)
            );
        }

        // Name, number of those that fail, ids, what is wrong, the first request that shows it; what is not found first.
        private string Table() =>
            Proofs
                .OrderBy(proof => proof.Failed.Length)
                .ThenBy(proof => proof.Breakage.Name, StringComparer.Ordinal)
                .Aggregate(
                    new StringBuilder(),
                    (table, proof) =>
                        table.AppendLine(
                            $"{proof.Breakage.Name}\t{proof.Failed.Length}\t{string.Join(' ', proof.Failed)}\t{proof.Breakage.Section}: {proof.Breakage.Says}\t{proof.Shows ?? "(nothing shows it)"}"
                        )
                )
                .ToString();
    }

    /// <summary>What was asked and answered in a run, without what is another in each.</summary>
    private sealed partial class Trace
    {
        private readonly List<(string Asked, string Answered)> _all = [];
        private readonly Dictionary<string, string> _ids = [];

        /// <summary>The same detour, looked at.</summary>
        public Detour Of(Detour detour) =>
            (ask, scim) =>
            {
                var answer = detour(ask, scim);
                var bytes = answer.Bytes is { } own ? Convert.ToBase64String(own) : answer.Body?.ToJsonString();
                var headers = string.Join(' ', answer.Headers.Select(one => $"{one.Key}: {one.Value}"));
                _all.Add(
                    (
                        Plain($"{ask.Method} {ask.Path} {ask.Query} {ask.Text}"),
                        Plain($"{answer.Status} {headers} {bytes}")
                    )
                );
                return answer;
            };

        /// <summary>The first request that was answered otherwise than in another run; null if there is none.</summary>
        public string? FirstUnlike(Trace other) =>
            _all.Zip(other._all).FirstOrDefault(both => both.First != both.Second).First.Asked;

        private string Plain(string text) =>
            Changing()
                .Replace(
                    text,
                    match =>
                        match.Value.Contains(':', StringComparison.Ordinal) ? "*"
                        : _ids.TryGetValue(match.Value, out var known) ? known
                        : _ids[match.Value] = $"~{_ids.Count}"
                );

        // Ids, times, where it is, and the mark of a run.
        [GeneratedRegex(
            @"r[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+Z|http://127\.0\.0\.1:\d+|c?[0-9a-f]{8}(?![0-9a-f])",
            RegexOptions.IgnoreCase
        )]
        private static partial Regex Changing();
    }
}
