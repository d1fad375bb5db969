using System.Diagnostics;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>The images' Dockerfiles; tests/image.sh builds and tries the images themselves.</summary>
public class ImageTests
{
    [Theory]
    [InlineData("Dockerfile")]
    [InlineData("conformance/Dockerfile")]
    public async Task What_is_copied_first_can_be_restored_from_the_lock_files(string dockerfile)
    {
        var root = GeneratedPage.Root();
        var folder = Directory.CreateTempSubdirectory("scimgateway-image-");
        string[]? restore = null;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(root, dockerfile)))
        {
            if (line.Split(' ') is ["COPY", .. var files, var into])
                foreach (var file in files.SelectMany(one => Files(root, one)))
                {
                    var copy = Path.Combine(folder.FullName, into, Path.GetFileName(file));
                    Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                    File.Copy(file, copy);
                }
            else if (line.Split(' ') is ["RUN", "dotnet", "restore", .. var arguments])
            {
                restore = arguments;
                break;
            }
        }

        Assert.NotNull(restore);
        Assert.Contains("--locked-mode", restore);
        var start = new ProcessStartInfo("dotnet", ["restore", .. restore])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
        folder.Delete(recursive: true);
    }

    private static string[] Files(string root, string file) =>
        Directory.GetFiles(
            Path.Combine(root, Path.GetDirectoryName(file)!),
            Path.GetFileName(file),
            new EnumerationOptions { AttributesToSkip = FileAttributes.None } // .editorconfig, too
        );
}
