using Xunit;

namespace ScimGateway.Tests;

/// <summary>A page of docs/, or another file, that a test prints, so that it can't grow old unseen.</summary>
internal static class GeneratedPage
{
    /// <summary>
    /// Fails when the page is not what the code prints; with UPDATE_DOCS=1 it is written anew instead.
    /// </summary>
    public static void AssertFresh(string name, string printed) => AssertFreshFile($"docs/{name}", printed);

    /// <summary>The same of a file that is named from the folder of the repository on.</summary>
    public static void AssertFreshFile(string name, string printed)
    {
        var path = Path.Combine(Root(), name);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, printed);
        var kept = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(printed == kept, $"{name} is stale: run the tests once with UPDATE_DOCS=1.\n\n{printed}");
    }

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ScimGateway.sln")))
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("ScimGateway.sln is not above the tests.");
        return folder;
    }
}
