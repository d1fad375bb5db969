using System.Reflection;
using System.Text;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>The compiled code against the table of rooms.</summary>
public class RoomTests
{
    public static TheoryData<string> Names => [.. Houses.All.Select(house => house.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_room_uses_only_those_below_it(string name)
    {
        var assembly = Assembly.Load(name);
        var house = Houses.All.Single(house => house.Name == name);
        var faults = house.Faults(assembly.GetTypes(), ArrowReader.Read(assembly)).ToList();

        Assert.True(faults.Count == 0, $"{faults.Count} faults in {name}:\n{string.Join('\n', faults)}");
    }

    // What is compiled tells of namespaces alone, and people look into folders.
    [Theory]
    [MemberData(nameof(Names))]
    public void A_folder_is_a_namespace(string name)
    {
        var root = Path.Combine(GeneratedPage.Root(), "src", name);
        var elsewhere =
            from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            let folder = Path.GetRelativePath(root, Path.GetDirectoryName(file)!)
                .Replace(Path.DirectorySeparatorChar, '.')
            where folder.Split('.')[0] is not ("obj" or "bin")
            let wanted = folder == "." ? name : $"{name}.{folder}"
            from line in File.ReadLines(file)
            where line.StartsWith("namespace ", StringComparison.Ordinal) && line.TrimEnd(';') != $"namespace {wanted}"
            select $"{Path.GetRelativePath(root, file)}: {line}";

        Assert.Empty(elsewhere);
    }

    [Fact]
    public void The_page_shows_the_table() => GeneratedPage.AssertFresh("rooms.md", Page());

    private static string Page()
    {
        var text = new StringBuilder(
            $"""
            # Rooms

            Printed from the table in `tests/ScimGateway.Architecture.Tests/Houses.cs`, against which a test checks the
            compiled code. A folder is a room. A room may use only rooms on lower steps; what it needs from a higher room is
            passed in as a parameter. *It uses* lists rooms of the same project.

            The projects, from the top: {string.Join(", ", Houses.Projects.Reverse().Select(name => $"`{name}`"))}.
            `{Houses.CommandLine}` uses only `{Houses.Basics}`, and only the host's entrance uses it.
            `{Houses.Console}` uses only `{Houses.Basics}`, and only the host's `Setup` uses it.
            `{Houses.Emulator}` uses none of them, and only the host's `{Houses.Demo}` uses it.

            """
        );
        foreach (var house in Houses.All.OrderByDescending(house => Array.IndexOf(Houses.Projects, house.Name)))
            Print(house, text);
        return text.ToString();
    }

    private static void Print(House house, StringBuilder text)
    {
        var arrows = ArrowReader.Read(Assembly.Load(house.Name));
        text.Append($"\n## {house.Name}\n\n| Step | Room | It owns | It uses |\n| --- | --- | --- | --- |\n");
        for (var step = house.Steps.Count; step > 0; step--)
            foreach (var room in house.Steps[step - 1])
            {
                var uses = string.Join(", ", house.UsedBy(room, arrows).Select(used => $"`{used.Name}`"));
                text.Append($"| {step} | `{room.Name}` | {room.Owns} | {uses} |\n");
            }
    }
}
