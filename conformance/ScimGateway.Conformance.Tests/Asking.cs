using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>The suite, asked as its program asks it.</summary>
internal static class Asking
{
    /// <summary>What is not asked of the sound server though a client could, and why.</summary>
    public static readonly string[] NotAsked =
    [
        "RFC7643-7-read-only-all: users have nothing that is read-only but references, which RFC7644-3.3-read-only sends",
        "RFC7643-7-extension-required: no extension of users is required",
        "RFC7644-3.11-location: /Me is not supported",
        "RFC7644-7.2-tls: it is on this machine",
    ];

    /// <summary>Asks for all of the RFCs that a client can see, or for what begins so.</summary>
    public static Task<Findings> AllAsync(string url, params string[] only) =>
        AllAsync(new Options { Url = url, Only = only });

    /// <summary>Asks for what options say.</summary>
    public static async Task<Findings> AllAsync(Options options)
    {
        options = options with { Token = SoundServer.Token, TimeLimit = TimeSpan.FromSeconds(10) };
        using var server = new Server(options);
        return await Run.AllAsync(
            server,
            [.. Inventory.Of(options).Where(one => one.Check is not null)],
            Weighing.Strict,
            _ => { }
        );
    }

    public static string[] Failed(this Findings findings) => Those(findings, Outcome.Failed);

    public static string[] Skipped(this Findings findings) => Those(findings, Outcome.Skipped);

    private static string[] Those(Findings findings, Outcome outcome) =>
        [
            .. findings
                .Results.Where(result => result.Verdict.Outcome == outcome)
                .Select(result => $"{result.Requirement.Id}: {result.Verdict.Says}"),
        ];
}
