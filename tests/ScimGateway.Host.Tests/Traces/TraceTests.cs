using System.Text.Json.Nodes;
using Xunit;

namespace ScimGateway.Host.Tests.Traces;

/// <summary>What providers do to users, replayed against the gateway with a pretend Slack behind it.</summary>
public class TraceTests
{
    private static readonly string? _folder = Folder();

    public static IEnumerable<TheoryDataRow<string>> Traces() =>
        _folder is null
            ? [new TheoryDataRow<string>("none") { Skip = "the shared traces are not there" }]
            : Directory
                .EnumerateFiles(_folder, "*.json", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "trace.schema.json")
                .Where(file => !SpeaksOfGroups(File.ReadAllText(file))) // the gateway has none yet
                .Order(StringComparer.Ordinal)
                .Select(file => new TheoryDataRow<string>(Path.GetRelativePath(_folder, file)));

    [Theory]
    [MemberData(nameof(Traces))]
    public async Task A_trace_of_users_is_replayed_as_the_provider_expects(string file)
    {
        await using var gateway = await Gateway.StartAsync();
        using var client = new HttpClient();
        var trace = new Trace(JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder!, file)))!.AsObject());

        if (await trace.ReplayAsync(client, gateway.Base, Gateway.Token) is { } problem)
            Assert.Fail(problem);
    }

    private static bool SpeaksOfGroups(string trace) =>
        trace.Contains("/Groups", StringComparison.Ordinal) || trace.Contains("core:2.0:Group", StringComparison.Ordinal);

    private static string? Folder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ScimGateway.sln")))
            folder = folder.Parent;
        var traces = folder is null ? null : Path.Combine(folder.FullName, "..", "shared", "idp-traces");
        return Directory.Exists(traces) ? traces : null;
    }
}
