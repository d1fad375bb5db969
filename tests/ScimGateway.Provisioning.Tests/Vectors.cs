using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Tests;

namespace ScimGateway.Provisioning.Tests;

/// <summary>Cases kept as JSON under tests/vectors.</summary>
internal static class Vectors
{
    /// <summary>The rows of a file.</summary>
    public static IEnumerable<JsonObject> Rows(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(GeneratedPage.Root(), "tests", "vectors", file)))!["rows"]!
            .AsArray()
            .Select(row => row!.AsObject());

    /// <summary>The sections of a file.</summary>
    public static IEnumerable<JsonObject> Sections(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(GeneratedPage.Root(), "tests", "vectors", file)))!["sections"]!
            .AsArray()
            .Select(section => section!.AsObject());
}
