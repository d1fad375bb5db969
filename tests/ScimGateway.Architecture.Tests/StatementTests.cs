using System.Reflection;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>
/// Who talks SQL: the tables, and reads, whose statements follow from what is asked for. All others call methods with
/// names.
/// </summary>
public class StatementTests
{
    private const string Provisioning = "ScimGateway.Provisioning";

    private static readonly string[] _talkers =
    [
        "Storage",
        "Storage.Tables",
        "Storage.Sqlite",
        "Storage.Postgres",
        "Reads",
    ];

    private static readonly HashSet<string> _talks =
    [
        .. typeof(StoreSession)
            .GetMethods(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
            )
            .Where(method => method.GetParameters() is [{ Name: "sql" }, ..])
            .Select(method => method.Name),
    ];

    public static TheoryData<string> Names => [.. Houses.Projects];

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_tables_and_reads_have_statements(string name) =>
        Assert.Empty(
            from talk in Talks(name)
            where name != Provisioning || !_talkers.Contains(House.Folder(talk.From, name))
            select $"{talk.From}.{talk.Member}"
        );

    // The host is asked over HTTP, and what it keeps by the model of its tables: what only a statement can do has a name
    // in StoreTables. The crowd is written as a write leaves it, and plans of queries are asked of SQLite itself.
    // Where no word of a person is to be left, all columns are looked through. Tests of a database's faults talk to its store
    // alone.
    [Fact]
    public void Tests_of_the_host_have_statements_in_four_files() =>
        Assert.Equal(
            ["Crowd.cs", "LinkRequests.cs", "QueryPlanTests.cs", "StoreTables.cs"],
            from file in Directory.EnumerateFiles(
                Path.Combine(GeneratedPage.Root(), "tests", "ScimGateway.Host.Tests"),
                "*.cs",
                SearchOption.AllDirectories
            )
            where Path.GetFileName(Path.GetDirectoryName(file)) != "Postgres"
            where _talks.Any(talk => File.ReadAllText(file).Contains($"session.{talk}(", StringComparison.Ordinal))
            orderby Path.GetFileName(file)
            select Path.GetFileName(file)
        );

    [Fact]
    public void Each_way_to_talk_is_seen_where_it_is_allowed()
    {
        Assert.Superset(new HashSet<string>(["Execute", "First", "Any", "All", "Each"]), _talks);
        Assert.Equal(
            _talkers.Order(),
            Talks(Provisioning).Select(talk => House.Folder(talk.From, Provisioning)).Distinct().Order()
        );
    }

    private static IEnumerable<(Type From, string Member)> Talks(string name) =>
        ArrowReader
            .Calls(
                Assembly.Load(name),
                called => called.DeclaringType == typeof(StoreSession) && _talks.Contains(called.Name)
            )
            .Select(arrow => (arrow.From, arrow.Member));
}
