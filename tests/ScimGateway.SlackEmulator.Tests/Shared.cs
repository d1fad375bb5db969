using System.Text.Json.Nodes;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>The shared folder with the fact sheet on Slack and its samples: SCIM_SHARED, else ../shared beside the
/// repository. Read where it is there, never copied.</summary>
internal static class Shared
{
    /// <summary>The repository.</summary>
    public static readonly string Root = FindRoot();

    private static readonly string? _folder = Find();

    /// <summary>A file of the shared folder; the test is skipped where there is none.</summary>
    public static string File(string path)
    {
        var full = _folder is null ? null : Path.Combine(_folder, path);
        Assert.SkipWhen(
            full is null || !System.IO.File.Exists(full),
            $"{path} is not here: set SCIM_SHARED to the folder of the samples"
        );
        return full!;
    }

    public static JsonObject Sample(string path) =>
        JsonNode.Parse(System.IO.File.ReadAllText(File("slack-v1/samples/" + path)))!.AsObject();

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("SCIM_SHARED");
        var beside = Path.Combine(Root, "..", "shared");
        return Directory.Exists(named) ? named
            : Directory.Exists(beside) ? beside
            : null;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "ScimGateway.sln")))
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("the repository is not above the tests");
        return folder;
    }
}
