using System.Text.Json.Nodes;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Traces;

/// <summary>
/// What providers do to users and groups, replayed against the gateway with a pretend Slack behind it.
/// </summary>
public class TraceTests
{
    private static readonly string _root = GeneratedPage.Root();
    private static readonly string _shared = Path.Combine(_root, "..", "shared", "idp-traces");
    private static readonly string _own = Path.Combine(_root, "tests", "vectors", "providers");

    public static IEnumerable<TheoryDataRow<string>> Traces() =>
        Directory.Exists(_shared)
            ? In(_shared)
            : [new TheoryDataRow<string>("none") { Skip = "the shared traces are not there" }];

    public static IEnumerable<TheoryDataRow<string>> Own() => In(_own);

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(Traces))]
    public Task A_trace_is_replayed_as_the_provider_expects(string file) => ReplayAsync(Path.Combine(_shared, file));

    [Theory]
    [Trait("speed", "slow")]
    [MemberData(nameof(Own))]
    public Task A_life_as_a_provider_sends_it(string file) => ReplayAsync(Path.Combine(_own, file));

    private static async Task ReplayAsync(string file)
    {
        await using var gateway = await Gateway.StartAsync();
        using var client = new HttpClient();
        var trace = new Trace(JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject());

        if (await trace.ReplayAsync(client, gateway.Base, Gateway.Token) is { } problem)
            Assert.Fail(problem);
    }

    private static IEnumerable<TheoryDataRow<string>> In(string folder) =>
        Directory
            .EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "trace.schema.json")
            .Order(StringComparer.Ordinal)
            .Select(file => new TheoryDataRow<string>(Path.GetRelativePath(folder, file)));
}
