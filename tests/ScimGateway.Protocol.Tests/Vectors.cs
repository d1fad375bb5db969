using System.Text.Json.Nodes;
using Xunit;

namespace ScimGateway.Protocol.Tests;

/// <summary>
/// Test cases kept as JSON: our own under tests/vectors, and those of ../shared where that folder stands beside the
/// repository.
/// </summary>
internal static class Vectors
{
    private static readonly string _root = FindRoot();

    /// <summary>The folder of shared cases, or null where there is none.</summary>
    public static string? Shared { get; } =
        Directory.Exists(Path.Combine(_root, "..", "shared")) ? Path.Combine(_root, "..", "shared") : null;

    /// <summary>Each case of a file as a row: where it stands, and its JSON.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Rows(
        string file,
        string list,
        Func<JsonObject, string> name
    )
    {
        foreach (var (origin, path) in Places(file))
        {
            var number = 0;
            foreach (var node in Read(path)[list]!.AsArray())
            {
                var row = node!.AsObject();
                number++;
                yield return new TheoryDataRow<string, string>($"{origin} {number}", row.ToJsonString())
                {
                    TestDisplayName = $"{origin} {number}: {name(row)}",
                };
            }
        }
    }

    /// <summary>The same file of ours and of the shared folder, each where it exists.</summary>
    public static IEnumerable<(string Origin, string Path)> Places(string file)
    {
        var own = Path.Combine(_root, "tests", "vectors", file);
        if (File.Exists(own))
            yield return ("own " + Path.GetFileNameWithoutExtension(file), own);
        if (Shared is not null && Path.Combine(Shared, "vectors", file) is var shared && File.Exists(shared))
            yield return ("shared " + Path.GetFileNameWithoutExtension(file), shared);
    }

    public static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    /// <summary>
    /// Whether two resources are the same as the vectors mean it: without id, meta and schemas; no value is null or an
    /// empty array; the order of elements does not matter; primary false is none; of members and the manager only the
    /// value counts.
    /// </summary>
    public static bool Same(JsonObject expected, JsonObject actual) => Plain(expected, "") == Plain(actual, "");

    private static string Plain(JsonNode? node, string name) =>
        node switch
        {
            JsonObject members => "{"
                + string.Join(
                    ',',
                    members
                        .Where(m => !(name.Length == 0 && m.Key is "id" or "meta" or "schemas"))
                        .Where(m => !(name is "members" or "manager" && m.Key is "$ref" or "type" or "display"))
                        .Where(m => !(m.Key == "primary" && m.Value?.ToJsonString() == "false"))
                        .Select(m => (m.Key, Text: Plain(m.Value, m.Key)))
                        .Where(m => m.Text.Length > 0)
                        .OrderBy(m => m.Key, StringComparer.Ordinal)
                        .Select(m => m.Key + ":" + m.Text)
                )
                + "}",
            JsonArray { Count: 0 } or null => "",
            JsonArray elements => "["
                + string.Join(',', elements.Select(e => Plain(e, name)).Order(StringComparer.Ordinal))
                + "]",
            _ => node.ToJsonString(),
        };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ScimGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
