using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Tests;

/// <summary>Cases kept as JSON under tests/vectors.</summary>
internal static class Vectors
{
    /// <summary>The rows of a file.</summary>
    public static IEnumerable<JsonObject> Rows(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(FindRoot(), "tests", "vectors", file)))!["rows"]!
            .AsArray()
            .Select(row => row!.AsObject());

    /// <summary>The sections of a file.</summary>
    public static IEnumerable<JsonObject> Sections(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(FindRoot(), "tests", "vectors", file)))!["sections"]!
            .AsArray()
            .Select(section => section!.AsObject());

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ScimGateway.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository.");
    }
}
