using System.Text.Json.Nodes;
using ScimGateway.Conformance.Reports;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>What fails a run, what only warns, and what was known before.</summary>
public sealed class WeighingTests
{
    private const string Must = "RFC7644-3.6-gone-patch";
    private const string Should = "RFC7644-3.12-no-5xx";

    [Fact]
    public async Task What_is_a_should_warns_and_fails_where_that_is_asked_for()
    {
        var findings = await FindingsAsync(new Options { Only = [Should] });
        Assert.Equal("0 passed, 0 failed, 1 warned, 0 skipped", findings.Closing);

        findings = await FindingsAsync(new Options { Only = [Should], Strict = true });
        Assert.Equal("0 passed, 1 failed, 0 skipped", findings.Closing);
    }

    [Fact]
    public void What_is_inferred_of_a_provider_warns_though_it_is_a_must()
    {
        var requirement = new Requirement(
            "pingone-inferred",
            Level.Must,
            "it is so",
            _ => Task.FromResult(Verdict.Broken("it is not"))
        )
        {
            Provider = "pingone",
            IsInferred = true,
        };

        Assert.Equal(
            Outcome.Warned,
            Weighing.Of(new Options()).Weigh(requirement, Verdict.Broken("it is not")).Outcome
        );
        Assert.Contains(Inventory.Providers, one => one.IsInferred && one.Provider == "pingone");
        Assert.DoesNotContain(Inventory.Providers, one => one.IsInferred && one.Id == "entra-create-user");
        var said = new StringWriter();
        Terminal.Tell(
            said,
            new Result(requirement, Verdict.Broken("it is not") with { Outcome = Outcome.Warned }, [], TimeSpan.Zero)
        );
        Assert.Contains("inferred: nobody has published these requests", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_former_report_has_found_is_known_and_only_what_is_new_fails()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "former.json");
        var former = await FindingsAsync(new Options { Only = [Should], Strict = true });
        await File.WriteAllTextAsync(file, Report.Json(former));

        var findings = await FindingsAsync(
            new Options
            {
                Only = [Should, Must],
                Strict = true,
                Baseline = file,
            }
        );

        Assert.Equal("0 passed, 1 failed, 1 known, 0 skipped", findings.Closing);
        Assert.Equal([Must], findings.Failed().Select(one => one.Split(':')[0]));
        await File.WriteAllTextAsync(file, "[]");
        Assert.Contains(
            "is no report",
            Assert.Throws<FormatException>(() => Weighing.Of(new Options { Baseline = file })).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_is_left_out_is_not_asked_for_and_says_so()
    {
        var findings = await FindingsAsync(new Options { Only = [Should, Must], Skip = ["rfc7644-3.6"] });

        Assert.Equal([$"{Must}: left out by --skip rfc7644-3.6"], findings.Skipped());
    }

    [Fact]
    public async Task Refusals_that_are_alike_are_one_cause_and_others_are_not()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
                ask.IsOne("PUT", "Users")
                    ? new Refusal(403, null, $"PUT of {ask.Path} is not for you.").Answer()
                    : scim.Handle(ask)
        );
        var findings = await Asking.AllAsync(sound.Url, "RFC7644-3.5.1-answer", "RFC7644-3.5.1-unknown-id");

        Assert.True(findings.Failed().Length < 2 || findings.Causes.Count == 1, string.Join('\n', findings.Failed()));
        Assert.NotEmpty(findings.Failed());
    }

    private static async Task<Findings> FindingsAsync(Options options)
    {
        // It does not delete, and has mistakes of its own.
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
                ask is { Method: "DELETE" } ? new Answer(204)
                : ask is { Method: "POST", Path: "Users" } && ask.Body is not JsonObject { Count: > 0 }
                    ? new Refusal(500, null, "NullReferenceException").Answer()
                : scim.Handle(ask)
        );
        options = options with { Url = sound.Url, Token = SoundServer.Token };
        using var server = new Server(options);
        return await Run.AllAsync(server, Inventory.Of(options), Weighing.Of(options), _ => { });
    }
}
