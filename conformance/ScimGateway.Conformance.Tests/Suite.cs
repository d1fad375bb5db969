namespace ScimGateway.Conformance.Tests;

/// <summary>Where the suite's sources are, within a repository or alone.</summary>
internal static class Suite
{
    /// <summary>The folder that the program and these tests are in.</summary>
    public static string Folder()
    {
        var folder = AppContext.BaseDirectory;
        while (!Directory.Exists(Path.Combine(folder, "ScimGateway.Conformance", "Providers")))
            folder =
                Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException("ScimGateway.Conformance is not above the tests.");
        return folder;
    }
}
