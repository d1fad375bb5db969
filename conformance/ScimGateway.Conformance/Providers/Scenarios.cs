using System.Reflection;

namespace ScimGateway.Conformance.Providers;

/// <summary>The scenarios there are: our own, which are a part of this program, and those of a folder.</summary>
internal static class Scenarios
{
    private const int MostFiles = 2_000;
    private const int MostBytes = 4 * 1024 * 1024;

    /// <summary>Our own, by provider and name.</summary>
    public static IReadOnlyList<Scenario> Own { get; } = [.. Embedded()];

    /// <summary>What is asked of a server so that a provider's scenario goes well.</summary>
    public static Requirement Requirement(Scenario scenario, string? prefix = null) =>
        new(
            $"{prefix}{scenario.Provider}-{scenario.Name}",
            scenario.Level,
            scenario.Title,
            server => Replay.OfAsync(server, scenario)
        )
        {
            Provider = scenario.Provider,
            Needs = Replay.Needed(scenario),
            Mend = scenario.Change,
            Beyond = scenario.Beyond,
            IsInferred = scenario.IsInferred,
        };

    /// <summary>Those of the files of a folder and the folders in it; or that of a file.</summary>
    /// <exception cref="FormatException">One is none; the message says which and why.</exception>
    public static IReadOnlyList<Scenario> In(string folder)
    {
        if (File.Exists(folder))
            return [Of(folder, Path.GetFileName(folder))];
        if (!Directory.Exists(folder))
            throw new FormatException($"--traces: there is no folder or file {folder}.");
        List<string> files;
        try
        {
            // What describes the format is none of it.
            files =
            [
                .. Directory
                    .EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
                    .Where(file => !file.EndsWith(".schema.json", StringComparison.OrdinalIgnoreCase))
                    .Take(MostFiles + 1)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--traces: {folder} cannot be read: {e.Message}");
        }
        if (files.Count is 0 or > MostFiles)
            throw new FormatException(
                $"--traces: {folder} has {(files.Count == 0 ? "no" : $"more than {MostFiles}")} .json files."
            );
        return [.. files.Select(file => Of(file, Path.GetRelativePath(folder, file)))];
    }

    private static Scenario Of(string file, string name)
    {
        if (new FileInfo(file).Length > MostBytes)
            throw new FormatException($"--traces: {name} is larger than {MostBytes} bytes.");
        try
        {
            return ScenarioReader.Read(File.ReadAllText(file));
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"--traces: {name}: {e.Message}.");
        }
    }

    private static IEnumerable<Scenario> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Scenario scenario;
            try
            {
                scenario = ScenarioReader.Read(reader.ReadToEnd());
            }
            catch (FormatException e)
            {
                throw new InvalidOperationException($"{name}: {e.Message}", e);
            }
            yield return scenario;
        }
    }
}
