using System.Text.Json.Nodes;
using Xunit;

namespace ScimGateway.Slack.Tests;

/// <summary>
/// Cases kept as JSON under tests/vectors, pages of docs/, and the shared folder with Slack's samples where it exists.
/// </summary>
internal static class Vectors
{
    private static readonly string _root = FindRoot();

    /// <summary>
    /// The shared folder: where SCIM_SHARED says, else beside the repository; null where there is none.
    /// </summary>
    public static string? Shared { get; } =
        new[] { Environment.GetEnvironmentVariable("SCIM_SHARED"), Path.Combine(_root, "..", "shared") }.FirstOrDefault(
            Directory.Exists
        );

    /// <summary>Each row of a list in a file, under its name.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Rows(string file, string list)
    {
        foreach (var row in Read(Path.Combine(_root, "tests", "vectors", file))[list]!.AsArray())
        {
            var name = (string)row!["name"]!;
            yield return new TheoryDataRow<string, string>(name, row.ToJsonString())
            {
                TestDisplayName = $"{file}: {name}",
            };
        }
    }

    /// <summary>A file of the shared folder, or null where it does not exist.</summary>
    public static string? SharedText(string file) =>
        Shared is not null && Path.Combine(Shared, file) is var path && File.Exists(path)
            ? File.ReadAllText(path)
            : null;

    /// <summary>A page of docs/.</summary>
    public static string Page(string name) => File.ReadAllText(Path.Combine(_root, "docs", name));

    public static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ScimGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
