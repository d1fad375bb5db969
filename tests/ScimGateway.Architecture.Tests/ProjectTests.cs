using System.Reflection;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>The arrows between the projects.</summary>
public class ProjectTests
{
    private static readonly string[] _ours = [.. Houses.Projects, Houses.Emulator];

    public static TheoryData<string> Names => [.. _ours];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_project_uses_only_those_below_it(string name)
    {
        var wrong = ArrowReader.Read(Assembly.Load(name)).Where(arrow => !IsAllowed(arrow)).ToList();

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void The_demo_does_use_the_pretend_Slack()
    {
        var host = ArrowReader.Read(Assembly.Load(Houses.Projects[^1]));

        Assert.Contains(host, arrow => Project(arrow.To) == Houses.Emulator);
    }

    // Whoever changes a file has read it.
    [Fact]
    public void No_file_of_the_source_has_more_than_500_lines()
    {
        var files = Directory
            .EnumerateFiles(Path.Combine(GeneratedPage.Root(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Migrations"))
            .ToList();

        Assert.NotEmpty(files);
        var tooLong = files.Where(path => File.ReadLines(path).Count() > 500).ToList();
        Assert.True(tooLong.Count == 0, string.Join('\n', tooLong));
    }

    private static bool IsAllowed(Arrow arrow)
    {
        var (from, to) = (Project(arrow.From), Project(arrow.To));
        if (from == to || !_ours.Contains(to))
            return true;
        if (to == Houses.Emulator)
            return from == Houses.Projects[^1] && House.Folder(arrow.From, from) == Houses.Demo;
        if (from == Houses.CommandLine || from == Houses.Console)
            return to == Houses.Basics;
        if (to == Houses.Console)
            return from == Houses.Projects[^1] && House.Folder(arrow.From, from) == "Setup";
        if (to == Houses.CommandLine)
            return from == Houses.Projects[^1] && House.Folder(arrow.From, from) == Room.Entrance;
        return Array.IndexOf(Houses.Projects, to) < Array.IndexOf(Houses.Projects, from);
    }

    private static string Project(Type type) => type.Assembly.GetName().Name!;
}
